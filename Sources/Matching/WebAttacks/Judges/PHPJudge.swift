internal import Primitives

/// Code for PHP: opening tags, calls of its functions (by name, by variable, by a name put together), superglobals,
/// settings, stream wrappers, serialised objects.
enum PHPJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        openings(text, &tally)
        if text.has(.parenthesis) { PHPCalls.judge(text, place, &tally) }
        if text.has(.dollar) { superglobals(text, place, &tally) }
        if text.has(.colon) { wrappers(text, &tally) }
        if text.has(.equals) { settings(text, &tally) }
    }

    private static func openings(_ text: AttackText, _ tally: inout AttackTally) {
        var at = text.find("<?")
        while at >= 0 {
            let next = text.skipSpace(at + 2)
            let xml = text.starts("xml", at: at + 2)
            let isXML = xml && !AttackText.isWord(text[at + 5]) && text.contains("version")
            if text.starts("php", at: at + 2) || text[at + 2] == ASCII.equals {
                return tally.add(5, "PHP's opening tag", at: at, 5)
            }
            let code =
                next >= text.count || text[next] == 0x24 || text[next] == 0x60 || text[next] == ASCII.openParenthesis
                || text.find(byte: ASCII.openParenthesis, from: next) > 0
                || text.find(byte: ASCII.semicolon, from: next) > 0
            let comment = text.contains("//") && text.find("//") < at
            if code && !isXML && !comment && !text.starts("xpacket", at: at + 2) {
                return tally.add(text[next] == ASCII.greater ? 3 : 5, "PHP's short opening tag", at: at, 2)
            }
            at = text.find("<?", from: at + 2)
        }
        if let found = text.first(of: ["[php]", "[/php]", "[\\php]", "{php}", "{/php}"]) {
            tally.add(5, "PHP's tag of a template", at: found.at, found.length)
        }
    }

    private static let globals = WordTable([
        (1, "_get _post _request _cookie _server _files _session _env globals http_raw_post_data")
    ])

    private static func superglobals(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = text.find(byte: 0x24)
        while at >= 0 {
            var start = at + 1
            while text[start] == 0x7B || text[start] == 0x24 || AttackText.isSpace(text[start]) { start += 1 }
            let end = text.wordEnd(start)
            if end > start, globals.contains(text.slice(start, end)) {
                let used =
                    text[text.skipSpace(end)] == ASCII.openBracket || text[text.skipSpace(end)] == 0x7D
                    || text.has([.parenthesis, .semicolon])
                    || place == .parameterName
                return tally.add(used ? 5 : 3, "PHP's superglobal", at: at, end - at)
            }
            // What was passed over held no name: to begin anew within it would look at it again and again.
            at = text.find(byte: 0x24, from: max(end, at + 1))
        }
    }

    private static let schemes: [StaticString] = [
        "php://", "phar://", "zlib://", "glob://", "expect://", "compress.zlib://", "compress.bzip2://", "ogg://",
        "rar://",
        "zip://", "ssh2.shell://", "ssh2.exec://", "ssh2.tunnel://", "ssh2.sftp://", "ssh2.scp://", "ssh2://", "php:/",
        "php:filter",
        "bzip2://", "convert.iconv.", "convert.base64", "string.rot13",
    ]

    private static func wrappers(_ text: AttackText, _ tally: inout AttackTally) {
        if let found = text.first(of: schemes), found.at == 0 || !AttackText.isWord(text[found.at - 1]) {
            tally.add(5, "PHP's stream wrapper", at: found.at, found.length)
        }
        serialised(text, &tally)
    }

    /// `O:8:"Name":1:{`, `a:1:{s:4:`.
    private static func serialised(_ text: AttackText, _ tally: inout AttackTally) {
        guard text.has(.brace) || text.has(.doubleQuote) else { return }
        for mark in ["o:", "c:", "a:"] as [StaticString] {
            var at = text.find(mark)
            while at >= 0 {
                let end = text.digitsEnd(at + (text[at + 2] == ASCII.plus ? 3 : 2))
                let isObject = text[end] == ASCII.colon && text[end + 1] == 0x22 && mark.utf8Start[0] != 0x61
                let isArray = text[end] == ASCII.colon && text[end + 1] == 0x7B && text.contains("o:")
                if end > at + 2, at == 0 || !AttackText.isWord(text[at - 1]), isObject || isArray {
                    return tally.add(5, "object in PHP's serialised form", at: at, end - at)
                }
                at = text.find(mark, from: at + 1)
            }
        }
    }

    private static let names: [StaticString] = [
        "allow_url_include", "allow_url_fopen", "auto_prepend_file", "auto_append_file", "disable_functions",
        "open_basedir",
        "safe_mode", "suhosin.simulation", "extension_dir", "enable_dl", "disable_classes", "sendmail_path",
        "error_append_string",
        "register_globals", "user_ini.filename", "opcache.", "session.save_path", "zend_extension",
        "cgi.force_redirect",
        "magic_quotes_gpc", "display_errors", "mail.log", "error_log", "include_path", "log_errors", "memory_limit",
        "session.upload_progress", "output_handler", "upload_tmp_dir", "doc_root", "soap.wsdl_cache_dir", "pcre.jit",
    ]

    private static func settings(_ text: AttackText, _ tally: inout AttackTally) {
        for name in names {
            let at = text.find(name)
            if at < 0 || at > 0 && AttackText.isWord(text[at - 1]) { continue }
            let end = text.skipSpace(text.wordEnd(at + name.utf8CodeUnitCount))
            if text[end] == ASCII.equals { return tally.add(5, "setting of PHP", at: at, name.utf8CodeUnitCount) }
        }
    }
}
