internal import Primitives

/// Open redirects: an address written so that a check of how it begins takes it for a path or for another host.
enum RedirectJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        guard place == .parameter || place == .path || place == .query else { return }
        let start = text.skipSpace(0)
        var at = start
        var slashes = 0
        var odd = false
        while at < text.count, at < 24 {
            let byte = text[at]
            if byte == ASCII.slash {
                slashes += 1
            } else if byte == ASCII.backslash || byte < 0x20 || byte == ASCII.semicolon
                || byte == ASCII.dot && slashes > 0 || byte == 0x40 || byte == ASCII.question && slashes > 0
                || byte == 0x20
            {
                odd = true
            } else {
                break
            }
            at += 1
        }
        let first = at
        if slashes > 0 || odd { opening(text, start, at, slashes, odd, place, &tally) }
        scheme(text, first, place, slashes + (odd ? 1 : 0), &tally)
    }

    private static let targets = WordTable([
        (
            1,
            """
            next redirect redirecturl redirect_url redirecturi redirect_uri redirectto redirect_to redir return \
            returnurl return_url returnto return_to rurl goto continue continueto continue_to dest destination \
            forward forwardurl backurl back_url callbackurl success_url successurl
            """
        )
    ])

    /// Whether a parameter of this name says where a page leads to.
    static func namesTarget(_ name: Bytes) -> Bool { targets.value(lowering: name) != 0 }

    private static func isHost(_ text: AttackText, _ from: Int) -> Bool {
        var at = from
        var dots = 0
        while at < text.count, AttackText.isWord(text[at]) || text[at] == ASCII.minus || text[at] == ASCII.dot {
            if text[at] == ASCII.dot { dots += 1 }
            at += 1
        }
        let last = text.wordStart(at)
        return dots > 0 && at - last >= 2 && last > from && ASCII.isLetter(text[last])
    }

    /// `//host`, `/\host`, `\/\/host`, `///host`, `/%09/host`.
    private static func opening(
        _ text: AttackText, _ start: Int, _ at: Int, _ slashes: Int, _ odd: Bool, _ place: AttackPlace,
        _ tally: inout AttackTally
    ) {
        guard isHost(text, at), at - start >= 2 else { return }
        let second = text[start + 1] == ASCII.slash || text[start + 1] == ASCII.backslash || odd
        guard second, text[start] == ASCII.slash || text[start] == ASCII.backslash || odd else { return }
        let climbs = text.contains("/..") && text.find(byte: ASCII.slash, from: at) > 0
        let backslashes =
            slashes == 0 && place == .parameter && text[start] == ASCII.backslash
            && text[start + 1] == ASCII.backslash && text.find(byte: ASCII.backslash, from: at) < 0
        let plain = slashes == 2 && !odd || backslashes
        if place == .path && plain && !climbs { return }
        tally.add(
            odd && slashes > 0 || slashes > 2 || climbs ? 5 : plain ? 4 : 3, "address that looks like a path",
            at: start, at - start)
    }

    /// `http:host`, `https:///host`, `http:/\host`, `/http://host`, `http://known@host`, `http://host\@known`.
    private static func scheme(
        _ text: AttackText, _ start: Int, _ place: AttackPlace, _ opened: Int, _ tally: inout AttackTally
    ) {
        var at = start
        if text.starts("http", at: at) { at += 4 } else if text.starts("ftp", at: at) { at += 3 } else { return }
        if text[at] == 0x73 { at += 1 }
        while text[at] < 0x20, at < text.count { at += 1 }
        guard text[at] == ASCII.colon else { return }
        var host = at + 1
        var slashes = 0
        var odd = false
        while text[host] == ASCII.slash || text[host] == ASCII.backslash || text[host] < 0x20 && host < text.count
            || text[host] == ASCII.semicolon || text[host] == 0x40
        {
            if text[host] == ASCII.slash { slashes += 1 } else { odd = true }
            host += 1
        }
        guard host < text.count, AttackText.isWord(text[host]) || text[host] == ASCII.openBracket else { return }
        if slashes != 2 || odd {
            tally.add(
                odd || slashes != 1 || isHost(text, host) ? 5 : 3, "address that browsers mend", at: at, host - at)
        }
        if opened > 0 && place != .path { tally.add(5, "address behind a slash", at: start, host - start) }
        if place == .path && opened > 0 && start <= 1 && slashes >= 1 {
            tally.add(5, "address in place of a path", at: start, host - start)
        }
        authority(text, host, &tally)
    }

    private static func authority(_ text: AttackText, _ host: Int, _ tally: inout AttackTally) {
        var at = host
        while at < text.count, text[at] != ASCII.slash, text[at] != ASCII.question, at < host + 300 {
            let byte = text[at]
            if byte == 0x40 || byte == ASCII.backslash || byte == 0x23 && text.find(byte: 0x40, from: at) > 0 {
                return tally.add(5, "host behind another's name", at: host, at - host + 1)
            }
            if byte < 0x20 || byte == 0x5B && at > host || byte == ASCII.greater || byte == ASCII.less || byte == 0x5E
                || byte == 0x60 || byte == 0x27
            {
                return tally.add(4, "host with what no host has", at: at, 1)
            }
            at += 1
        }
        if text[at] == ASCII.question, text.slice(at, text.count).firstIndex(of: 0x40) != nil, text[at + 1] == 0x40 {
            tally.add(5, "host behind another's name", at: at, 2)
        }
    }
}
