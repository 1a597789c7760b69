internal import Events
internal import Primitives

/// Finds the one address and the user that a text about a log-in names, where no form says where they stand. What a
/// client may have chosen does not count: an address inside quotes among other words is passed over, and where two
/// addresses could be meant, none is taken unless only one of them is introduced as the client's.
enum LoginParties {
    private static let lookedBytes = 1024
    private static let addressLimit = 8

    static func add(_ text: Bytes, _ sink: inout EventSink) {
        let looked = text.prefix(lookedBytes)
        if !sink.has(.sourceIP), !sink.has(.sourceAddress) { addAddress(looked, &sink) }
        if !sink.has(.userName) { addUser(looked, &sink) }
    }

    private struct Candidate {
        var address: Bytes
        var port: Bytes
        var isIntroduced: Bool
    }

    private static func addAddress(_ text: Bytes, _ sink: inout EventSink) {
        var only: Candidate?
        var introduced: Candidate?
        var isAmbiguous = false
        var introducedTwice = false
        var hasArrow = false
        var at = 0
        var seen = 0
        while seen < addressLimit, let (candidate, end) = next(text, &at) {
            at = end
            seen += 1
            if let known = only {
                isAmbiguous = isAmbiguous || !(known.address == candidate.address)
            } else {
                only = candidate
                hasArrow = leadsAway(text, end)
            }
            guard candidate.isIntroduced else { continue }
            if let known = introduced { introducedTwice = introducedTwice || !(known.address == candidate.address) }
            introduced = introduced ?? candidate
        }
        // Two ends of a connection, and no third address that a name could have brought them along for.
        if isAmbiguous, introduced == nil, hasArrow, seen == 2 { introduced = only }
        guard let chosen = isAmbiguous ? (introducedTwice ? nil : introduced) : only else { return }
        sink.addSource(chosen.address)
        if chosen.port.count > 0 { sink.add(.sourcePort, chosen.port, type: .number) }
    }

    /// The next address at or behind `at`, and where it ends.
    private static func next(_ text: Bytes, _ at: inout Int) -> (Candidate, Int)? {
        while at < text.count {
            var from = at
            while at < text.count, isAddressByte(text.start[at]) { at += 1 }
            from = behindWord(text, from, at)
            let isLabelled = isLabel(text, from, at)
            if isLabelled { from += 1 }
            if at - from >= 3, isBoundary(text, from, at), !isInsideQuotedWords(text, from, at),
                !isLabelled || isIntroduced(text, from),
                let (host, port) = PeerText.split(trimmed(text.slice(from, at))), plainAddress(host) != nil
            {
                return (Candidate(address: host, port: port, isIntroduced: isIntroduced(text, from)), at)
            }
            if at == from { at += 1 }
        }
        return nil
    }

    /// A run that goes on a word (`remote:192.0.2.1`: the `e` is a hexadecimal digit too) begins at the word's colon.
    private static func behindWord(_ text: Bytes, _ from: Int, _ to: Int) -> Int {
        guard from > 0, ASCII.isLetter(text.start[from - 1]) else { return from }
        var at = from
        while at < to, ASCII.isLetter(text.start[at]) { at += 1 }
        return at < to && text.start[at] == ASCII.colon ? at : from
    }

    /// `ip:192.0.2.1`: the colon belongs to the word before. Such an address counts only behind a word for clients.
    private static func isLabel(_ text: Bytes, _ from: Int, _ to: Int) -> Bool {
        from > 0 && to - from > 3 && text.start[from] == ASCII.colon && text.start[from + 1] != ASCII.colon
            && ASCII.isLetter(text.start[from - 1])
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        ASCII.hexValue(byte) != nil || byte == ASCII.dot || byte == ASCII.colon
    }

    /// No letter or the like on either side: not a piece of a name, a version or a path.
    private static func isBoundary(_ text: Bytes, _ from: Int, _ to: Int) -> Bool {
        let before = from > 0 ? text.start[from - 1] : ASCII.space
        let after = to < text.count ? text.start[to] : ASCII.space
        return !isNameByte(before) && !isNameByte(after)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == ASCII.minus || byte == ASCII.underscore || byte == ASCII.percent
    }

    private static func trimmed(_ text: Bytes) -> Bytes {
        var from = 0
        var end = text.count
        while end > 0, text.start[end - 1] == ASCII.dot || text.start[end - 1] == ASCII.colon { end -= 1 }
        if end > 1, text.start[0] == ASCII.colon, text.start[1] != ASCII.colon { from = 1 }
        return text.slice(min(from, end), end)
    }

    /// Whether the quotes around the place hold more than the address.
    private static func isInsideQuotedWords(_ text: Bytes, _ from: Int, _ to: Int) -> Bool {
        var quotes = 0
        for index in 0..<from where text.start[index] == ASCII.quote { quotes += 1 }
        guard quotes % 2 == 1 else { return false }
        return text.start[from - 1] != ASCII.quote || to == text.count || text.start[to] != ASCII.quote
    }

    /// Whether words that introduce a client stand right before.
    private static func isIntroduced(_ text: Bytes, _ from: Int) -> Bool {
        var end = from
        while end > 0, !ASCII.isLetter(text.start[end - 1]), from - end < 4 { end -= 1 }
        let before = text.slice(max(0, end - 12), end)
        for word in introductions where ends(before, word) {
            let earlier = text.slice(max(0, end - word.utf8CodeUnitCount - 13), end - word.utf8CodeUnitCount).trimmed
            for other in otherEnds where ends(earlier, other) { return false }
            return true
        }
        return false
    }

    /// `192.0.2.1:4711 -> 198.51.100.7:22`: an arrow stands behind the first.
    private static func leadsAway(_ text: Bytes, _ end: Int) -> Bool {
        text.starts(with: " -> ", at: end) || text.starts(with: "->", at: end)
    }

    private static let introductions: [StaticString] = [
        "from", "ip", "client", "rhost", "rip", "remote", "src", "peer", "address", "source", "host", "addr", "oip",
    ]

    /// `server address 192.0.2.1` is not the client's.
    private static let otherEnds: [StaticString] = ["server", "local", "destination", "dest", "dst", "nas"]

    private static func ends(_ text: Bytes, _ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard text.count >= length, text.dropping(text.count - length).equalsIgnoringCase(word) else { return false }
        return text.count == length || !ASCII.isLetter(text.start[text.count - length - 1])
    }

    // MARK: - Users

    /// Keys: `user=NAME`, `user = NAME`, `"user":"NAME"`.
    private static let keys: [StaticString] = [
        "username", "user", "user_name", "login", "email", "account", "accountname", "name",
    ]
    /// Those that a colon may follow outside quotes: `login: failed` names nobody.
    private static let headings: [StaticString] = ["username", "user", "account", "email"]
    private static let labels: [StaticString] = [
        "for username ", "for user ", "username ", "by user ", "user ", "account ", "with login ",
        "tài khoản ", "tai khoan ", "người dùng ", "nguoi dung ", "tên đăng nhập ", "ten dang nhap ",
        // The same decomposed.
        "ta\u{300}i khoa\u{309}n ", "ngu\u{31B}o\u{31B}\u{300}i du\u{300}ng ",
    ]

    private static func addUser(_ text: Bytes, _ sink: inout EventSink) {
        for key in keys {
            if add(value(in: text, of: key, { valueStart(text, $0, key).flatMap { word(text.dropping($0)) } }), &sink) {
                return
            }
        }
        for label in labels {
            if add(value(in: text, of: label, { word(text.dropping($0)) }), &sink) { return }
        }
        _ = add(value(in: text, of: "for ", { nameBeforePeer(text, $0) }), &sink)
    }

    private static func add(_ user: Bytes?, _ sink: inout EventSink) -> Bool {
        // `failed for 192.0.2.1`: who asked, and no name.
        guard let user, plainAddress(user) == nil else { return false }
        sink.addPresent(.userName, user)
        return true
    }

    /// What `read` finds behind the first `label` at the start of a word that it finds anything behind.
    private static func value(in text: Bytes, of label: StaticString, _ read: (Int) -> Bytes?) -> Bytes? {
        let length = label.utf8CodeUnitCount
        guard text.count > length else { return nil }
        for start in 0..<(text.count - length) {
            guard start == 0 || !isNameByte(text.start[start - 1]) else { continue }
            guard text.slice(start, start + length).equalsIgnoringCase(label) else { continue }
            if let found = read(start + length), found.count > 0 { return found }
        }
        return nil
    }

    /// Where the value of a key that ends at `end` begins; nil where no sign says that one follows.
    private static func valueStart(_ text: Bytes, _ end: Int, _ key: StaticString) -> Int? {
        var at = end
        let isQuoted = text.start[at] == ASCII.quote
        if isQuoted { at += 1 }
        while at < text.count, text.start[at] == ASCII.space { at += 1 }
        guard at + 1 < text.count else { return nil }
        let sign = text.start[at]
        guard sign == ASCII.equals || sign == ASCII.colon && (isQuoted || isHeading(key)) else { return nil }
        at += 1
        while at < text.count, text.start[at] == ASCII.space { at += 1 }
        return at < text.count && text.start[at] != 0x7B ? at : nil
    }

    private static func isHeading(_ key: StaticString) -> Bool {
        let name = Bytes(start: key.utf8Start, count: key.utf8CodeUnitCount)
        for heading in headings where name.equalsIgnoringCase(heading) { return true }
        return false
    }

    /// One word behind `for`, before `from`, an address in parentheses, or the end.
    private static func nameBeforePeer(_ text: Bytes, _ from: Int) -> Bytes? {
        guard let space = text.firstIndex(of: ASCII.space, from: from) else { return word(text.dropping(from)) }
        let rest = text.dropping(space + 1)
        guard rest.starts(with: "from ") || rest.starts(with: "(") else { return nil }
        return word(text.slice(from, space))
    }

    /// What stands in quotes, brackets or as one word.
    private static func word(_ text: Bytes) -> Bytes? {
        guard let first = text.count > 0 ? text.start[0] : nil else { return nil }
        // A template's place for a name (`{User}`) is no name.
        if first == 0x7B { return nil }
        let closing: UInt8? =
            switch first {
            case ASCII.quote, 0x27: first
            case ASCII.openBracket: ASCII.closeBracket
            case ASCII.less: ASCII.greater
            case 0x60: 0x27
            default: nil
            }
        if let closing, let end = text.firstIndex(of: closing, from: 1) { return text.slice(1, end) }
        if first == 0x60, let end = text.firstIndex(of: 0x60, from: 1) { return text.slice(1, end) }
        var end = 0
        while end < text.count, !isWordEnd(text.start[end]) { end += 1 }
        while end > 0, text.start[end - 1] == ASCII.dot || text.start[end - 1] == ASCII.colon { end -= 1 }
        let found = text.slice(0, end)
        return isCommon(found) ? nil : found
    }

    private static func isWordEnd(_ byte: UInt8) -> Bool {
        byte <= ASCII.space || byte == ASCII.comma || byte == ASCII.semicolon || byte == ASCII.closeParenthesis
            || byte == ASCII.closeBracket || byte == 0x7D
    }

    /// Words that go on a sentence and are no user.
    private static func isCommon(_ text: Bytes) -> Bool {
        for word in commonWords where text.equalsIgnoringCase(word) { return true }
        return false
    }

    private static let commonWords: [StaticString] = [
        "from", "not", "or", "and", "is", "was", "has", "does", "with", "to", "unknown", "login", "logged", "name",
        "id", "authentication",
        "account", "failed", "for", "in", "on", "password", "locked", "successfully", "agent", "name/password", "the",
        "this", "a", "an", "user", "users", "credential", "credentials", "reason", "client", "host",
        "request", "session",
    ]
}
