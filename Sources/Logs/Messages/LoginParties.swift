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
        var at = 0
        var seen = 0
        while seen < addressLimit, let (candidate, end) = next(text, &at) {
            at = end
            seen += 1
            if let known = only {
                isAmbiguous = isAmbiguous || !(known.address == candidate.address)
            } else {
                only = candidate
            }
            guard candidate.isIntroduced else { continue }
            if let known = introduced { introducedTwice = introducedTwice || !(known.address == candidate.address) }
            introduced = introduced ?? candidate
        }
        guard let chosen = isAmbiguous ? (introducedTwice ? nil : introduced) : only else { return }
        sink.addSource(chosen.address)
        if chosen.port.count > 0 { sink.add(.sourcePort, chosen.port, type: .number) }
    }

    /// The next address at or behind `at`, and where it ends.
    private static func next(_ text: Bytes, _ at: inout Int) -> (Candidate, Int)? {
        while at < text.count {
            var from = at
            while at < text.count, isAddressByte(text.start[at]) { at += 1 }
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
        for word in introductions where ends(before, word) { return true }
        return false
    }

    private static let introductions: [StaticString] = [
        "from", "ip", "client", "rhost", "rip", "remote", "src", "peer", "address", "source", "host", "addr", "oip",
    ]

    private static func ends(_ text: Bytes, _ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard text.count >= length, text.dropping(text.count - length).equalsIgnoringCase(word) else { return false }
        return text.count == length || !ASCII.isLetter(text.start[text.count - length - 1])
    }

    // MARK: - Users

    private static let labels: [StaticString] = [
        "username=", "user=", "user_name=", "login=", "username: ", "user: ", "username:", "user:", "for username ",
        "for user ",
        "username ", "by user ", "user ", "account: ", "account ", "name=",
    ]

    private static func addUser(_ text: Bytes, _ sink: inout EventSink) {
        for label in labels {
            guard let place = labelled(text, label) else { continue }
            if let user = word(text.dropping(place)), user.count > 0 {
                sink.addPresent(.userName, user)
                return
            }
        }
    }

    /// Behind the first `label` that begins a word.
    private static func labelled(_ text: Bytes, _ label: StaticString) -> Int? {
        let length = label.utf8CodeUnitCount
        guard text.count > length else { return nil }
        for start in 0..<(text.count - length) {
            guard start == 0 || !isNameByte(text.start[start - 1]) else { continue }
            if text.slice(start, start + length).equalsIgnoringCase(label) { return start + length }
        }
        return nil
    }

    /// What stands in quotes, brackets or as one word.
    private static func word(_ text: Bytes) -> Bytes? {
        guard let first = text.count > 0 ? text.start[0] : nil else { return nil }
        let closing: UInt8? =
            switch first {
            case ASCII.quote, 0x27: first
            case ASCII.openBracket: ASCII.closeBracket
            case ASCII.less: ASCII.greater
            case 0x60: 0x27
            default: nil
            }
        if let closing, let end = text.firstIndex(of: closing, from: 1) { return text.slice(1, end) }
        var end = 0
        while end < text.count, text.start[end] > ASCII.space, text.start[end] != ASCII.comma,
            text.start[end] != ASCII.semicolon, text.start[end] != ASCII.closeParenthesis
        { end += 1 }
        while end > 0, text.start[end - 1] == ASCII.dot || text.start[end - 1] == ASCII.colon { end -= 1 }
        let found = text.slice(0, end)
        return isCommon(found) ? nil : found
    }

    /// Words that go on a sentence and are no user.
    private static func isCommon(_ text: Bytes) -> Bool {
        for word in commonWords where text.equalsIgnoringCase(word) { return true }
        return false
    }

    private static let commonWords: [StaticString] = [
        "from", "not", "or", "and", "is", "was", "has", "does", "with", "to", "unknown", "login", "logged", "name",
        "id", "authentication",
        "account", "failed", "for", "in", "on", "password", "locked", "successfully", "agent",
    ]
}
