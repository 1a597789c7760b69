internal import Primitives

/// Path traversal and file inclusion: the value, taken for a path, leads out of where it should, to a file of the
/// system.
enum FileJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if place == .agent { return }
        if place != .path, place != .referrer { mended(text, &tally) }
        let steps = climbs(text, place, &tally)
        if place != .path || steps > 0 || text.starts("//") { system(text, steps, place, &tally) }
        if place == .path { secrets(text, &tally) } else { names(text, steps, &tally) }
        if text.contains("\0"), steps > 0 || text.has(.slash) || text.has(.dot) { ended(text, steps, &tally) }
    }

    private static func ended(_ text: AttackText, _ steps: Int, _ tally: inout AttackTally) {
        tally.add(steps > 0 ? 3 : 4, "path cut off by a zero byte", at: max(0, text.find(byte: 0)), 1)
    }

    /// Slashes and dots by the dozen before a name, or one letter by the hundred: a path that a server mends, or cuts
    /// off.
    private static func mended(_ text: AttackText, _ tally: inout AttackTally) {
        var end = 0
        var doubled = 0
        while end < text.count, isSeparator(text[end]) || text[end] == ASCII.dot {
            if end > 0, text[end] == text[end - 1] || text[end - 1] == ASCII.dot { doubled += 1 }
            end += 1
        }
        if end >= 4 && end < text.count && doubled > 1 && (isSeparator(text[0]) || end >= 8) {
            return tally.add(5, "path that a server mends", at: 0, end)
        }
        var same = 1
        for index in 1..<max(1, text.count) {
            same = text[index] == text[index - 1] ? same + 1 : 1
            if same == 128, ASCII.isLetter(text[index]) || isSeparator(text[index]) || text[index] == ASCII.dot {
                return tally.add(5, "one byte over and over", at: index - 127, 128)
            }
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == ASCII.slash || byte == ASCII.backslash }

    /// `..` between separators, with what filters take away or servers pass over between.
    private static func climbs(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) -> Int {
        var steps = 0
        var first = -1
        var at = text.find("..")
        while at >= 0, steps < 64 {
            var end = at + 2
            while text[end] == ASCII.dot { end += 1 }
            let begins = at == 0 || !AttackText.isWord(text[at - 1])
            while end < text.count,
                text[end] == ASCII.semicolon || text[end] < 0x20 || text[end] == ASCII.question
                    || text[end] == 0x5E || text[end] == 0x22 && text[end + 1] != 0
            { end += 1 }
            if begins,
                isSeparator(text[end]) || text.starts("0x2f", at: end) || text.starts("0x5c", at: end)
                    || end == text.count && at > 0 && isSeparator(text[at - 1])
            {
                if steps == 0 { first = at }
                steps += 1
            }
            at = text.find("..", from: max(end, at + 2))
        }
        steps += hidden(text, &first)
        guard steps > 0 else { return 0 }
        let relative = first > 0 && place != .path && !isSeparator(text[first - 1])
        let starts = place != .path && place != .referrer && first <= 1 && !leadsToAsset(text, steps)
        tally.add(steps >= 2 || starts ? 5 : relative ? 3 : 4, "path that climbs", at: first, 3)
        if steps == 1 && text[first + 2] == ASCII.semicolon {
            tally.add(2, "step that a proxy does not see", at: first, 3)
        }
        return steps
    }

    /// `../images/logo.png`: one step beside the page, to a picture, a font or a style, and nothing else in it.
    private static func leadsToAsset(_ text: AttackText, _ steps: Int) -> Bool {
        guard steps == 1, text.starts("../"), ASCII.isLetter(text[3]) else { return false }
        for index in 3..<text.count {
            guard
                AttackText.isWord(text[index]) || text[index] == ASCII.dot || text[index] == ASCII.minus
                    || text[index] == ASCII.slash
            else { return false }
        }
        var at = text.count
        while at > 3, AttackText.isWord(text[at - 1]) { at -= 1 }
        return text[at - 1] == ASCII.dot && assets.contains(text.slice(at, text.count))
    }

    private static let assets = WordTable([(1, "png jpg jpeg gif svg webp ico css woff woff2 ttf mp4 webm")])

    /// Steps written so that a filter does not see them: `.%00./`, `./.`, `0x2e0x2e/`, `%2e` left over, `..%c0%af`.
    private static func hidden(_ text: AttackText, _ first: inout Int) -> Int {
        var steps = 0
        for form in [
            "0x2e0x2e", "%2e%2e", ".\0./", ".\0.\\", "%c0%ae", "%uff0e", "%u002e", "&#46;&#46;", "%%32", "0x2e.",
            ".0x2e", "..%", "..2f", "..5c", "%252e", "%32%65",
        ] as [StaticString] {
            let at = text.find(form)
            if at < 0 { continue }
            if first < 0 { first = at }
            steps += 2
        }
        return steps
    }

    private static let folders = WordTable([
        // Nothing but a system has these: whatever stands in them is asked of it.
        (1, "etc proc winnt inetpub"),
        // Only with what is known to be in them.
        (2, "var usr sys root dev home opt boot windows tmp bin sbin lib volumes xampp lampp wamp apache apache2"),
        (2, "log logs"),
    ])
    private static let inside = WordTable([
        (
            1,
            """
            log logs www mail spool run backups lib local bin sbin share etc src include class kernel block devices \
            ssh bash_history profile bashrc tcp udp fd null random shm zero lampp system32 system ini conf config php \
            apache apache2 httpd nginx mysql ftp win repair temp hosts adm cache lock webalizer cpanel pki lampp xampp
            """
        )
    ])

    /// An absolute path into the system, or one that climbing leads to.
    private static func system(_ text: AttackText, _ steps: Int, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = 0
        while at < text.count {
            guard isSeparator(text[at]) || at == 0 && ASCII.isLetter(text[0]) else {
                at += 1
                continue
            }
            let start = at == 0 && !isSeparator(text[0]) ? 0 : at + 1
            let end = text.wordEnd(start)
            let isRoot =
                at == 0 || steps > 0
                || !AttackText.isWord(text[at - 1]) && !isSeparator(text[at - 1]) && text[at - 1] != ASCII.dot
                || text.starts("file:", at: 0)
            if isRoot, end > start, isSeparator(text[end]) {
                folder(text, at, start, end, steps, &tally)
                if tally.current >= 10 { return }
            }
            at = max(end, at + 1)
        }
    }

    private static func folder(
        _ text: AttackText, _ at: Int, _ start: Int, _ end: Int, _ steps: Int, _ tally: inout AttackTally
    ) {
        let kind = folders.value(text.slice(start, end))
        if kind == 0 { return }
        var next = end + 1
        while isSeparator(text[next]) || text[next] == ASCII.dot { next += 1 }
        let nextEnd = text.wordEnd(next)
        let leads = start > 0 || steps > 0
        if kind == 1 && nextEnd > next || kind == 2 && inside.contains(text.slice(next, nextEnd)) {
            tally.add(leads ? 5 : 3, "path into the system", at: at, nextEnd - at)
        } else if kind == 2 && steps > 0 && nextEnd > next {
            tally.add(3, "path into the system", at: at, nextEnd - at)
        }
    }

    /// Endings of files that hold settings, records and secrets.
    private static let endings = WordTable([
        (1, "ini conf cnf cfg log passwd shadow pem key bak htpasswd htaccess bash_history mdb sqlite config"),
        (1, "history err"),
        (2, "sql old swp inc properties yml env"),
    ])
    /// What people send from their own disks.
    private static let documents = WordTable([
        (1, "doc docx pdf jpg jpeg png gif xls xlsx csv txt ppt pptx zip rar mp3 mp4 odt rtf html htm webp tif tiff")
    ])
    private static let known: [StaticString] = [
        "win.ini", "boot.ini", "system.ini", "web.config", "web.xml", "web-inf", "meta-inf", ".htpasswd", ".htaccess",
        "id_rsa", "id_dsa", "wp-config", "php.ini", "httpd.conf", "my.cnf", "authorized_keys", ".bash_history",
        "config.inc", "global.asa", "proc/self", "etc/passwd", "etc/shadow", "access_log", "error_log", ".ssh/",
        "autoexec.bat", "ntuser.dat", "sam.log", "known_hosts", "desktop.ini", ".git/", ".svn/", ".env", "etc/hosts",
        "master.passwd", ".aws/", ".docker/", ".kube/", ".npmrc", ".netrc", ".pgpass", ".rhosts", "sysprep.",
        "unattend.xml", "database.yml", "localsettings.php", "configuration.php", "settings.php", "config.php",
    ]

    /// The value is a path whose last name is a file that no page asks for.
    private static func names(_ text: AttackText, _ steps: Int, _ tally: inout AttackTally) {
        let drive = ASCII.isLetter(text[0]) && text[1] == ASCII.colon && isSeparator(text[2])
        let isPath = text[0] == ASCII.slash || drive || steps > 0 || text.starts("./") || text[0] == ASCII.backslash
        if let found = text.first(of: known) {
            let ends = found.at + found.length
            let whole = isPath || found.at == 0 || text[found.at] == ASCII.dot || text[found.at - 1] == ASCII.slash
            if whole && !text.has([.space, .line]) && !text.contains("://") {
                tally.add(
                    isPath || text[found.at] == ASCII.dot ? 5 : 4, "file that holds secrets", at: found.at,
                    ends - found.at)
            }
        }
        guard isPath, !text.has([.line, .equals]), !text.contains("fakepath") else { return }
        let dot = text.bytes.lastIndex(of: ASCII.dot) ?? -1
        let components = count(text)
        if dot > 0, endings.value(text.slice(dot + 1, text.wordEnd(dot + 1))) == 1, components >= 2 || drive {
            tally.add(5, "path of a settings or log file", at: dot, 4)
        } else if drive && components >= 1 && isNamed(text) {
            // A folder of somebody's own says as little.
            let isFolder = components >= 2 && isSeparator(text[text.count - 1])
            let document = documents.contains(text.slice(dot + 1, text.count))
            tally.add(document || isFolder ? 2 : 5, "path with a drive", at: 0, 3)
        }
    }

    /// Whether a name or nothing at all follows the drive: `C:\ is full` is said of a disk.
    private static func isNamed(_ text: AttackText) -> Bool { text[3] != ASCII.space }

    private static func count(_ text: AttackText) -> Int {
        var found = 0
        for index in 0..<min(text.count, 1024) where isSeparator(text[index]) { found += 1 }
        return found
    }

    /// In the path itself: files and folders that a server must not hand out.
    private static func secrets(_ text: AttackText, _ tally: inout AttackTally) {
        if let found = text.first(of: [
            "/web-inf/", "/meta-inf/", "/etc/passwd", "/proc/self/", "/boot.ini", "/win.ini", "/.htpasswd",
        ]) {
            tally.add(5, "file that holds secrets", at: found.at, found.length)
        }
    }
}
