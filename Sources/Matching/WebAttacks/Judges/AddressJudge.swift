internal import Primitives

/// Server-side request forgery and remote file inclusion: an address that leads the server to itself, to its network,
/// to its cloud's metadata, or to a scheme that no page links to.
enum AddressJudge {
    private static let schemes: [StaticString] = [
        "gopher://", "dict://", "ldap://", "ldaps://", "ldapi://", "tftp://", "netdoc:", "jar:http", "jar:file",
        "file:/", "sftp://", "smb://", "imap://",
        "pop3://", "smtp://", "telnet://", "rmi://", "local_file:", "local-file:", "url:file", "url:http", "unix:/",
        "cloudfront://", "rtmp://", "acap://",
        "rtsp://", "ssh://", "redis://", "mongodb://", "ws://localhost", "nfs://", "svn://", "git://", "jdbc:",
        "classpath:", "view-source:", "dns:", "chrome://",
    ]

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if place == .referrer || place == .agent { return }
        if let found = text.first(of: schemes),
            found.at == 0 || !AttackText.isWord(text[found.at - 1]) && text[found.at - 1] != ASCII.minus
        {
            let leads =
                found.at == 0 || place == .path || text[found.at - 1] == ASCII.equals
                || text[found.at - 1] == ASCII.colon || text[found.at - 1] == 0x22 || text[found.at - 1] == 0x27
            tally.add(leads ? 5 : 3, "scheme that no page links to", at: found.at, found.length)
        }
        var at = text.find(byte: ASCII.colon)
        var rounds = 0
        while at > 0, rounds < 16, tally.current < 5 {
            address(text, at, place, &tally)
            rounds += 1
            at = text.find(byte: ASCII.colon, from: at + 1)
        }
        if tally.current == 0 { metadata(text, &tally) }
        if tally.current == 0, place == .parameter { bare(text, &tally) }
    }

    /// `scheme:` and slashes of either kind, any number of them.
    private static func address(_ text: AttackText, _ colon: Int, _ place: AttackPlace, _ tally: inout AttackTally) {
        let start = text.wordStart(colon)
        guard colon - start >= 2, ASCII.isLetter(text[start]) else { return }
        var host = colon + 1
        while text[host] == ASCII.slash || text[host] == ASCII.backslash { host += 1 }
        let isHTTP = text.starts("http", at: start) || text.starts("ftp", at: start)
        guard host > colon + 1 || isHTTP else { return }
        if host >= text.count { return }
        // Names and a password before the host.
        if let at = text.slice(host, end(text, host)).lastIndex(of: 0x40) {
            if isHTTP && at > 0 { tally.raise(to: 3, "host behind another's name", at: host, at) }
            host += at + 1
        }
        let stop = hostEnd(text, host)
        HostJudge.judge(text, host, stop, isHTTP: isHTTP, begins: start == 0, &tally)
        if stop + 1 >= text.count, text[stop] == ASCII.question, isHTTP, start == 0 {
            tally.add(4, "address that cuts off what is appended", at: stop, 1)
        } else if isHTTP, start == 0, text[text.count - 1] == ASCII.question, endsInName(text) {
            tally.add(5, "address that cuts off what is appended", at: text.count - 1, 1)
        }
    }

    /// `.../shell.txt?`: a file's ending, then the one question mark that makes a parameter of what is appended.
    private static func endsInName(_ text: AttackText) -> Bool {
        let mark = text.count - 1
        var at = mark
        while at > 0, mark - at < 5, ASCII.isLetter(text[at - 1]) { at -= 1 }
        return at > 0 && text[at - 1] == ASCII.dot && included.contains(text.slice(at, mark))
            && text.find(byte: ASCII.question) == mark
    }

    private static let included = WordTable([(1, "txt php inc phtml asp aspx jsp cgi pl log dat tmp")])

    /// A host without a scheme: only names that are this machine's or its cloud's, with a path or a port behind.
    private static func bare(_ text: AttackText, _ tally: inout AttackTally) {
        let stop = hostEnd(text, 0)
        guard stop < text.count, text[stop] == ASCII.slash || text[stop] == ASCII.colon && ASCII.isDigit(text[stop + 1])
        else { return }
        if HostJudge.names(text.slice(0, stop)) { tally.add(5, "host that is this machine or its cloud", at: 0, stop) }
    }

    private static func end(_ text: AttackText, _ from: Int) -> Int {
        var at = from
        while at < text.count, text[at] != ASCII.slash, text[at] != ASCII.question, text[at] != 0x20, at < from + 256 {
            at += 1
        }
        return at
    }

    private static func hostEnd(_ text: AttackText, _ from: Int) -> Int {
        if text[from] == ASCII.openBracket {
            let close = text.find(byte: ASCII.closeBracket, from: from)
            return close < 0 ? text.count : close + 1
        }
        var at = from
        while at < text.count,
            AttackText.isWord(text[at]) || text[at] == ASCII.dot || text[at] == ASCII.minus || text[at] == 0x25
        { at += 1 }
        return at
    }

    private static func metadata(_ text: AttackText, _ tally: inout AttackTally) {
        if let found = text.first(of: [
            "latest/meta-data", "computemetadata/v1", "metadata/instance?api", "latest/user-data", "opc/v1/instance",
            "metadata/v1.",
        ]) {
            tally.add(5, "metadata of a cloud", at: found.at, found.length)
        }
    }
}

/// Whether a host is this machine, its network, or written so that a filter does not see which it is.
enum HostJudge {
    static func judge(
        _ text: AttackText, _ from: Int, _ end: Int, isHTTP: Bool, begins: Bool, _ tally: inout AttackTally
    ) {
        guard end > from else {
            // Circled digits, ideographic full stops: browsers and libraries turn them into plain ones (UTS 46).
            return
        }
        let host = text.slice(from, end)
        if text[from] == ASCII.openBracket { return bracketed(text, from, end, &tally) }
        if names(host) { return tally.add(5, "host that is this machine or its cloud", at: from, end - from) }
        for index in 0..<host.count where host.start[index] >= 0xE2 {
            if host.contains("\u{3002}") || host.contains("\u{FF0E}")
                || host.start[index] == 0xE2 && host[min(index + 1, host.count - 1)] >= 0x91
            {
                return tally.add(5, "host in letters that stand for others", at: from, end - from)
            }
        }
        numeric(text, host, from, end, begins, &tally)
    }

    private static func bracketed(_ text: AttackText, _ from: Int, _ end: Int, _ tally: inout AttackTally) {
        if text[from + 1] == ASCII.colon || text.starts("[0", at: from) || text.starts("[fe80", at: from)
            || text.starts("[f", at: from)
        {
            tally.add(5, "host that is this machine or its network", at: from, end - from)
        }
    }

    static func names(_ host: Bytes) -> Bool {
        let known: [StaticString] = [
            "localhost", "localdomain", "ipv6-localhost", "lvh.me", "svc.cluster.local", "localtest.me", "vcap.me",
            "lacolhost.com", "yoogle.com", "metadata", "instance-data", "host.docker.internal", "kubernetes.default",
            "docker.internal", "kubernetes.docker", "rancher-metadata",
        ]
        for name in known where host.starts(with: name) || host.ends(with: name) { return true }
        let rebinding: [StaticString] = [
            ".nip.io", ".xip.io", ".sslip.io", ".localtest.me", ".lvh.me", ".burpcollaborator.net", ".oastify.com",
            ".interact.sh", ".oast.pro", ".oast.live", ".oast.fun", ".oast.me", ".internal", ".localhost",
        ]
        for name in rebinding where host.ends(with: name) { return true }
        return false
    }

    /// IPv4 in dotted, short, octal, hexadecimal and whole-number form, as inet_aton reads it.
    private static func numeric(
        _ text: AttackText, _ host: Bytes, _ from: Int, _ end: Int, _ begins: Bool, _ tally: inout AttackTally
    ) {
        var parts: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var count = 0
        var odd = false
        var at = 0
        while at <= host.count {
            let stop = host.firstIndex(of: ASCII.dot, from: at) ?? host.count
            guard let part = number(host.slice(at, stop)), count < 4 else { return }
            odd = odd || part.odd
            switch count {
            case 0: parts.0 = part.value
            case 1: parts.1 = part.value
            case 2: parts.2 = part.value
            default: parts.3 = part.value
            }
            count += 1
            at = stop + 1
        }
        if count < 4 || odd {
            let plausible =
                count == 1 ? parts.0 >= 1 << 24 && parts.0 < 1 << 32 || parts.0 == 0 || odd && parts.0 < 1 << 32 : true
            if plausible && (count > 1 || host.count > 5 || host.count == 1) {
                tally.add(5, "address written as numbers", at: from, end - from)
            }
            return
        }
        let first = parts.0
        let local =
            first == 127 || first == 10 || first == 0 || first == 192 && parts.1 == 168
            || first == 172 && parts.1 >= 16 && parts.1 < 32
            || first == 169 && parts.1 == 254 || first == 100 && parts.1 >= 64 && parts.1 < 128
        tally.add(
            local || begins ? 5 : 3, local ? "host that is this machine or its network" : "host that is a bare address",
            at: from, end - from)
    }

    private static func number(_ part: Bytes) -> (value: UInt64, odd: Bool)? {
        if part.isEmpty { return nil }
        if part.count > 2, part.starts(with: "0x") {
            var value: UInt64 = 0
            for index in 2..<part.count {
                guard let digit = ASCII.hexValue(part.start[index]) else { return nil }
                value = value << 4 | UInt64(digit)
            }
            return (value & 0xFFFF_FFFF, true)
        }
        var value: UInt64 = 0
        for index in 0..<part.count {
            guard ASCII.isDigit(part.start[index]), part.count <= 15 else { return nil }
            value = value * 10 + UInt64(part.start[index] - 0x30)
        }
        return (value, part.count > 1 && part.start[0] == ASCII.zero)
    }
}
