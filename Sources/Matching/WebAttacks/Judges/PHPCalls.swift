internal import Primitives

/// Calls of PHP's functions, whatever stands between the name and its brackets.
enum PHPCalls {
    private static let functions = WordTable([
        // Run code or commands, read or write files, tell of the machine.
        (
            1,
            """
            eval assert exec system passthru shell_exec popen proc_open pcntl_exec create_function call_user_func \
            call_user_func_array preg_replace include require include_once require_once phpinfo file_get_contents \
            file_put_contents fopen fwrite fputs readfile show_source highlight_file move_uploaded_file unserialize \
            base64_decode gzinflate gzuncompress gzdecode str_rot13 ini_set ini_get ini_restore putenv getenv \
            array_map array_filter usort uasort uksort array_walk register_shutdown_function ob_start curl_exec \
            curl_init fsockopen chr var_dump print_r phpversion php_uname posix_getuid posix_getpwuid posix_kill \
            posix_setuid get_current_user scandir opendir readdir glob mkdir rmdir unlink copy symlink chmod chown \
            rename touch tempnam tmpfile error_log mail dl pack unpack serialize parse_str extract mb_send_mail \
            dns_get_record gethostbyname gethostname getmypid getcwd chdir disk_free_space define constant \
            func_get_args get_defined_vars get_defined_functions forward_static_call fpassthru fgets file \
            parse_ini_file simplexml_load_file simplexml_load_string sqlite_query rawurldecode urldecode strrev \
            str_replace implode join substr_replace bin2hex hex2bin hexdec dechex ord crypt md5_file sha1_file \
            hash_file filegroup fileowner fileperms is_writable stream_get_contents stream_context_create \
            session_start setcookie header eval_r ereg_replace mysql_query pg_query odbc_exec array_diff array_rand \
            checkdate
            """
        )
    ])
    /// Names of PHP's library are these, an underscore and more.
    private static let families = WordTable([
        (
            1,
            """
            array str mb sodium openssl gz bz mysql mysqli pg oci odbc mssql sqlite sqlite3 curl ftp imap ldap posix \
            pcntl proc shell file fs stream socket session ob ini php preg image exif iconv hash json xml xmlrpc dom \
            simplexml libxml spl zip ssh2 snmp sys sem shm msg apache apc opcache call func get is date timezone \
            mcrypt mhash dba dbx ctype filter var debug error register base64 quoted html htmlspecialchars utf8 \
            convert levenshtein similar soundex substr ucwords uc number money nl2br move parse php_strip highlight \
            readline bcmath bc gmp random rand mt cal easter jd intl grapheme normalizer numfmt collator locale pspell \
            enchant tidy wddx yaml yp runkit inotify fann cubrid ibase ifx maxdb ingres sybase db2 fbsql radius rrd \
            stats stomp svn win32 wincache xattr xdiff
            """
        )
    ])

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = text.find(byte: ASCII.openParenthesis)
        var rounds = 0
        while at >= 0, rounds < 128, tally.current < 10 {
            call(text, at, place, &tally)
            rounds += 1
            at = text.find(byte: ASCII.openParenthesis, from: at + 1)
        }
    }

    private static func call(_ text: AttackText, _ bracket: Int, _ place: AttackPlace, _ tally: inout AttackTally) {
        let end = skipBack(text, bracket)
        if end == 0 { return }
        let last = text[end - 1]
        if AttackText.isWord(last) {
            named(text, text.wordStart(end), end, bracket, place, &tally)
        } else if last == 0x22 || last == 0x27 || last == ASCII.closeBracket || last == 0x7D
            || last == ASCII.closeParenthesis
        {
            computed(text, end, bracket, &tally)
        }
    }

    /// Over spaces and comments before the bracket.
    private static func skipBack(_ text: AttackText, _ from: Int) -> Int {
        var at = text.skipSpaceBack(from)
        for _ in 0..<8 {
            if at >= 4, text[at - 1] == ASCII.slash, text[at - 2] == 0x2A {
                var start = at - 3
                while start > 0, !(text[start - 1] == ASCII.slash && text[start] == 0x2A) { start -= 1 }
                if start == 0 { return at }
                at = text.skipSpaceBack(start - 1)
                continue
            }
            // `name #comment` or `name //comment` and a newline.
            let line = text.slice(0, at)
            guard at < from, let hash = line.lastIndex(of: 0x23) ?? line.lastIndex(of: ASCII.slash),
                text.slice(at, from).firstIndex(of: ASCII.newline) != nil,
                text.slice(hash, at).firstIndex(of: ASCII.newline) == nil
            else { return at }
            at = text.skipSpaceBack(text[hash] == 0x23 ? hash : max(0, hash - 1))
        }
        return at
    }

    private static func named(
        _ text: AttackText, _ start: Int, _ end: Int, _ bracket: Int, _ place: AttackPlace, _ tally: inout AttackTally
    ) {
        let name = text.slice(start, end)
        let before = text.skipSpaceBack(start)
        if text[before - 1] == 0x24, before == start {
            let isPlain =
                text[bracket + 1] == 0x29 && bracket > end && text.slice(end, bracket).firstIndex(of: 0x2F) == nil
            return tally.add(isPlain ? 3 : 5, "call by a variable", at: start - 1, bracket - start + 2)
        }
        if before > 0, text[before - 1] == ASCII.dot, before == start { return }
        if name.count >= 5 || name == "eval" || name == "exec", functions.contains(name) {
            let touches =
                name.count >= 9 || name.firstIndex(of: ASCII.underscore) != nil || bracket == end
                || text[bracket + 1] != 0 && bracket - end <= 1 && !ASCII.isLetter(text[bracket + 1])
                || text.slice(end, bracket).contains("/*")
                || text.slice(end, bracket).firstIndex(of: ASCII.newline) != nil
                || text.slice(end, bracket).firstIndex(of: 0x23) != nil
            tally.add(touches ? 5 : 3, "call of PHP's", at: start, end - start)
        } else if name.count >= 3, functions.contains(name) {
            tally.add(
                bracket == end && text.has([.dollar, .quote, .doubleQuote]) ? 4 : 2, "call of PHP's", at: start,
                end - start)
        } else if let underscore = name.firstIndex(of: ASCII.underscore), underscore >= 2,
            families.contains(name.slice(0, underscore)), name.count >= underscore + 3
        {
            // Only where the argument is one of PHP, or none: names of this shape are common.
            let argument = text[text.skipSpace(bracket + 1)]
            let likely =
                argument == 0x24 || argument == 0x29 || argument == 0x22 || argument == 0x27 || argument == 0
                || bracket > end
            tally.add(likely ? 5 : 3, "call of PHP's", at: start, end - start)
        }
    }

    /// `"system"(...)`, `(sy.(st).em)(...)`, `$x[0](...)`, `${x}(...)`, `[system][0](...)`.
    private static func computed(_ text: AttackText, _ end: Int, _ bracket: Int, _ tally: inout AttackTally) {
        let last = text[end - 1]
        let argument = text[text.skipSpace(bracket + 1)]
        switch last {
        case 0x22, 0x27:
            let start = text.wordStart(end - 1)
            if end - 1 > start + 2, text[start - 1] == last {
                tally.add(5, "call by a name in quotes", at: start - 1, bracket - start + 2)
            }
        case 0x7D where text.has(.dollar):
            let open = openingBack(text, end - 1, 0x7B, 0x7D)
            if open >= 1, open + 2 < end, text[text.skipSpaceBack(open) - 1] == 0x24 || text[open + 1] == 0x24 {
                tally.add(argument == 0x29 ? 4 : 5, "call by a variable", at: open - 1, bracket - open + 1)
            }
        case ASCII.closeBracket:
            let open = openingBack(text, end - 1, ASCII.openBracket, ASCII.closeBracket)
            guard open >= 0, end - open > 2 else { return }
            let joint = text[text.skipSpaceBack(open) - 1]
            let isIndex = open > 0 && (joint == ASCII.closeBracket || joint == ASCII.closeParenthesis)
            let named = open > 0 && text[text.wordStart(open) - 1] == 0x24
            if isIndex || named { tally.add(5, "call by an element", at: open, bracket - open) }
        default:
            let open = openingBack(text, end - 1, 0x28, 0x29)
            guard open >= 0, bracket == end, !AttackText.isWord(text[open - 1]) else { return }
            let inner = text.slice(open, end)
            let joined =
                inner.firstIndex(of: ASCII.dot) != nil || inner.firstIndex(of: 0x22) != nil
                || inner.firstIndex(of: 0x27) != nil || inner.firstIndex(of: 0x24) != nil || inner.contains("/*")
            if joined { tally.add(5, "call by a name put together", at: open, bracket - open) }
        }
    }

    private static func openingBack(_ text: AttackText, _ from: Int, _ open: UInt8, _ close: UInt8) -> Int {
        var depth = 0
        var at = from
        while at >= 0, from - at < 512 {
            if text[at] == close { depth += 1 }
            if text[at] == open {
                depth -= 1
                if depth == 0 { return at }
            }
            at -= 1
        }
        return -1
    }
}
