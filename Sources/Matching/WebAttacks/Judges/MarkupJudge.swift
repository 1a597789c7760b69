internal import Primitives

/// Tags in a value, as an HTML parser finds them.
enum MarkupJudge {
    private static let words = WordTable([
        // Runs or loads by itself.
        (
            1,
            """
            script iframe frame frameset object embed applet base meta link style bgsound layer ilayer isindex portal \
            xml import xss vmlframe handler listener foreignobject animate set animatetransform esi
            """
        ),
        // Harmless until an attribute says otherwise.
        (
            2,
            """
            svg math img image input body video audio details marquee form button textarea keygen select source track \
            template noscript html head title table td a div span p area map picture canvas plaintext xmp listing
            """
        ),
    ])

    static func tags(_ text: AttackText, _ tally: inout AttackTally) {
        var at = text.find(byte: ASCII.less)
        var rounds = 0
        while at >= 0, tally.current < 10, rounds < 64 {
            tag(text, at, &tally)
            rounds += 1
            at = text.find(byte: ASCII.less, from: at + 1)
        }
        breakOut(text, &tally)
    }

    private static func tag(_ text: AttackText, _ at: Int, _ tally: inout AttackTally) {
        var start = at + 1
        while start < text.count, text[start] <= 0x20 && text[start] != 0x20 { start += 1 }
        let closes = text[start] == ASCII.slash
        if closes { start += 1 }
        if text[start] == 0x21 || text[start] == ASCII.question { return special(text, at, start, &tally) }
        guard ASCII.isLetter(text[start]) else { return loose(text, at, start, &tally) }
        var end = start
        while end < text.count, ASCII.isAlphanumeric(text[end]) || text[end] == ASCII.minus { end += 1 }
        let name = text.slice(start, end)
        let kind = words.value(name)
        let isScript = name == "script" || text[end] == ASCII.colon && text.starts("script", at: end + 1)
        let next = text[end]
        let isTag = next <= 0x20 || next == ASCII.greater || next == ASCII.slash || next == 0 || next == ASCII.colon
        if isScript && (isTag || next == ASCII.less) {
            return tally.add(closes ? 4 : 5, "script tag", at: at, end - at)
        }
        guard isTag else { return }
        if closes {
            if kind != 0 && text.has(.angle) && at <= 2 { tally.add(3, "tag that closes another's", at: at, end - at) }
            return
        }
        if kind == 1 { tally.add(next == 0 ? 4 : 5, "tag that runs or loads something", at: at, end - at) }
        attributes(text, end, kind, &tally)
    }

    /// `< script`, `<<script`, `<%00script`: filters take it for text, some of what comes behind them does not.
    private static func loose(_ text: AttackText, _ at: Int, _ start: Int, _ tally: inout AttackTally) {
        var index = start
        while index < text.count, !ASCII.isLetter(text[index]), index < at + 8, text[index] != ASCII.less { index += 1 }
        if text.starts("script", at: index) { tally.add(5, "script tag", at: at, index + 6 - at) }
    }

    /// Comments, declarations, processing instructions.
    private static func special(_ text: AttackText, _ at: Int, _ start: Int, _ tally: inout AttackTally) {
        if text.starts("!--#", at: start) { tally.add(5, "server-side include", at: at, 5) }
        if text.starts("![cdata[", at: start) { tally.add(4, "CDATA section", at: at, 9) }
        if text.starts("!attlist", at: start) || text.starts("?import", at: start)
            || text.starts("?xml-stylesheet", at: start)
        {
            tally.add(5, "declaration that loads something", at: at, 9)
        }
        if text.starts("!--", at: start), text.containsAny(["-->", "--!>"]),
            text.find(byte: ASCII.less, from: start) > 0
        {
            tally.add(3, "comment that hides a tag", at: at, 4)
        }
    }

    private static func attributes(_ text: AttackText, _ from: Int, _ kind: UInt8, _ tally: inout AttackTally) {
        let close = text.find(byte: ASCII.greater, from: from)
        let end = min(close < 0 ? text.count : close, from + 2048)
        let body = text.slice(from, end)
        if !body.contains("=") { return }
        if body.contains("srcdoc") || body.contains("xlink:href") || body.contains("formaction") {
            return tally.add(5, "attribute that runs something", at: from, end - from)
        }
        if body.contains("src") || body.contains("href") || body.contains("action") || body.contains("style")
            || body.contains("background") || body.contains("dynsrc") || body.contains("lowsrc")
        {
            let loads =
                kind == 2 && (body.contains("src") || body.contains("action") || body.contains("url("))
                && !showsPicture(text, from, end)
            tally.add(loads ? 5 : 2, "tag that names an address", at: from, end - from)
        }
    }

    /// A picture as an editor writes it, and nothing else that loads: `src="` once, an address without signs that mean
    /// anything to a script, the name of a picture at its end.
    private static func showsPicture(_ text: AttackText, _ from: Int, _ end: Int) -> Bool {
        let body = text.slice(from, end)
        guard let start = body.firstIndex(of: "src=\""), !body.contains("action"), !body.contains("url("),
            let close = body.firstIndex(of: ASCII.quote, from: start + 5), !body.dropping(close).contains("src")
        else { return false }
        let address = body.slice(start + 5, close)
        guard let dot = address.lastIndex(of: ASCII.dot), pictures.contains(address.dropping(dot + 1)) else {
            return false
        }
        let isHere = address.starts(with: "/") && !address.starts(with: "//")
        guard isHere || address.starts(with: "https://") else { return false }
        for index in 0..<address.count {
            let byte = address.start[index]
            guard ASCII.isAlphanumeric(byte) || byte >= 0x80 || signs.contains(byte) else { return false }
        }
        return true
    }

    private static let pictures = WordTable([(1, "png jpg jpeg gif webp bmp avif")])
    private static let signs = Set("/:.-_%~".utf8)

    /// A quote ends an attribute, `>` its tag, and another tag begins.
    private static func breakOut(_ text: AttackText, _ tally: inout AttackTally) {
        if text.contains("-->"), text.contains("]]>") {
            tally.add(5, "end of whatever is open", at: text.find("-->"), 3)
        }
        var at = text.find(byte: ASCII.greater)
        while at >= 0 {
            let before = text.skipSpaceBack(at)
            let quote = text[before - 1]
            let next = text.skipSpace(at + 1)
            if quote == 0x22 || quote == 0x27 || quote == 0x60, text[next] == ASCII.less,
                before <= 8 || text.find(byte: ASCII.less) > at
            {
                return tally.add(4, "tag behind the end of an attribute", at: before - 1, next - before + 2)
            }
            at = text.find(byte: ASCII.greater, from: at + 1)
        }
    }
}
