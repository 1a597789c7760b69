internal import Primitives

/// Cross-site scripting: whether a browser that is given the value in a page would run something.
///
/// Contexts, as the HTML standard parses them: text (a tag begins), an attribute (a quote ends it and another
/// attribute or a tag begins), an address (`javascript:`), a script (a quote or bracket ends a value and a call
/// follows), a style sheet.
enum ScriptJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if text.has(.plus), text.contains("+adw-") { tally.add(5, "tag in UTF-7", at: text.find("+adw-"), 5) }
        if text.has(.angle) { MarkupJudge.tags(text, &tally) }
        if text.has(.equals) { handlers(text, &tally) }
        if text.has(.colon) || text.contains("&colon") { addresses(text, &tally) }
        if text.has([.parenthesis, .backtick, .bracket, .equals]) { ScriptCode.judge(text, place, &tally) }
        if text.has(.parenthesis) || text.has(.colon) { styles(text, &tally) }
    }

    /// `onload=` and its like, where an attribute can stand.
    static func handlers(_ text: AttackText, _ tally: inout AttackTally) {
        var from = 0
        while true {
            let at = text.find("on", from: from)
            if at < 0 { return }
            from = at + 2
            if at > 0, AttackText.isWord(text[at - 1]) || text[at - 1] == ASCII.dot || text[at - 1] == ASCII.minus {
                continue
            }
            let end = text.wordEnd(at)
            guard end - at >= 5, text[skipBlank(text, end)] == ASCII.equals, isEvent(text.slice(at + 2, end)) else {
                continue
            }
            let value = skipBlank(text, skipBlank(text, end) + 1)
            let runs =
                text.find(byte: ASCII.openParenthesis, from: value) >= 0 || text.find(byte: 0x60, from: value) >= 0
                || text.find(byte: ASCII.equals, from: value) >= 0 || text.find(byte: 0x26, from: value) >= 0
            let breaks = text.has([.angle, .quote, .doubleQuote, .backtick])
            tally.add(breaks || runs ? 5 : 3, "event handler", at: at, end - at)
            if breaks || runs { return }
        }
    }

    /// HTML takes spaces, newlines and form feeds between an attribute's name and `=`.
    static func skipBlank(_ text: AttackText, _ from: Int) -> Int {
        var at = from
        while at < text.count, text[at] <= 0x20 { at += 1 }
        return at
    }

    /// Events of HTML, SVG and old browsers, by how their names begin.
    private static let events: [StaticString] = [
        "click", "dblclick", "auxclick", "mouse", "key", "load", "unload", "error", "focus", "blur", "change", "submit",
        "reset", "select", "input", "invalid", "drag", "drop", "scroll", "wheel", "copy", "cut", "paste", "play",
        "pause",
        "end", "begin", "repeat", "start", "finish", "toggle", "show", "message", "page", "pop", "pointer", "touch",
        "animation", "transition", "resize", "hash", "online", "offline", "abort", "can", "cue", "duration", "emptied",
        "progress", "rate", "seek", "stalled", "suspend", "time", "volume", "waiting", "before", "after", "got", "lost",
        "context", "search", "storage", "webkit", "full", "ready", "property", "row", "data", "filter", "form",
        "activate", "deactivate", "bounce", "help", "stop", "track", "zoom", "url", "sync", "resume", "reverse",
        "security", "slot", "visibility", "device", "orientation", "cell", "layout", "lose", "move", "control",
        "command",
        "cancel", "close", "moz", "unhandled", "rejection", "location", "media", "outofsync", "bouncestart",
        "afterprint",
    ]

    private static func isEvent(_ name: Bytes) -> Bool {
        for event in events where name.starts(with: event) { return true }
        return false
    }

    /// `javascript:` with what browsers skip between its letters (URL standard: tabs and newlines; control characters
    /// before it).
    private static func addresses(_ text: AttackText, _ tally: inout AttackTally) {
        for scheme in ["javascript", "vbscript", "livescript"] as [StaticString] {
            var from = 0
            while let found = squeezed(scheme, text, from) {
                from = found.end
                let next = skipBlank(text, found.end)
                if next >= text.count || text.starts("void(0", at: next) || text.starts("void(null", at: next) {
                    continue
                }
                let isProse = next > found.end && text[found.end] == ASCII.space && ASCII.isLetter(text[next])
                tally.add(isProse ? 2 : 5, "address that is a script", at: found.at, found.end - found.at)
                break
            }
        }
        let data = text.find("data:")
        if data >= 0, data == 0 || !AttackText.isWord(text[data - 1]) {
            let isMarkup = text.containsAny(["text/html", "image/svg", "text/xml", "application/x", "text/javascript"])
            let isMedia = text.containsAny(["image/", "font/", "audio/", "video/"])
            if data == 0 && !isMedia && text.has(.slash) || isMarkup
                || text.containsAny([";base64,", "text/plain,"]) && text.has(.angle)
            {
                tally.add(5, "address that carries a page", at: data, 5)
            }
        }
    }

    private static func squeezed(_ word: StaticString, _ text: AttackText, _ from: Int) -> (at: Int, end: Int)? {
        var at = text.find(byte: word.utf8Start[0], from: from)
        while at >= 0 {
            var index = at
            var letter = 0
            while letter < word.utf8CodeUnitCount, index < text.count {
                if text[index] == word.utf8Start[letter] {
                    letter += 1
                } else if text[index] > 0x20 || letter == 0 {
                    break
                }
                index += 1
            }
            if letter == word.utf8CodeUnitCount {
                let colon = skipBlank(text, index)
                if text[colon] == ASCII.colon { return (at, colon + 1) }
                if text.starts("&colon", at: colon) { return (at, min(text.count, colon + 7)) }
            }
            at = text.find(byte: word.utf8Start[0], from: at + 1)
        }
        return nil
    }

    private static func styles(_ text: AttackText, _ tally: inout AttackTally) {
        if text.containsAny([
            "-moz-binding", "behavior:", "behaviour:", "binding: url", "binding:url", "url(javascript", "url(data:text",
            "@import",
        ]),
            text.has([.parenthesis, .quote, .doubleQuote, .colon])
        {
            tally.add(5, "style that loads a script")
        }
        let at = text.find("expression(")
        if at >= 0, text.contains("style") || text.has(.angle) { tally.add(5, "style that is a script", at: at, 11) }
    }
}
