internal import Events
internal import Primitives

/// What PHP's Monolog writes behind its time: `CHANNEL.LEVEL: MESSAGE CONTEXT EXTRA`, the last two JSON, empty ones
/// `[]`.
/// https://github.com/Seldaek/monolog/blob/main/src/Monolog/Formatter/LineFormatter.php
enum MonologText {
    /// Reads a record whose message is a JSON object, or whose context is one. False where it is neither.
    static func decode(_ text: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard let object = object(text) else { return false }
        return JSONLineFormat.decodeObject(object, &sink, &messages)
    }

    private static func object(_ text: Bytes) -> Bytes? {
        guard let colon = text.firstIndex(of: ASCII.colon), colon < 80, colon + 3 < text.count,
            text.start[colon + 1] == ASCII.space, isChannel(text.slice(0, colon))
        else { return nil }
        var end = withoutTrailingBlanks(text).count
        while end > 3, text.start[end - 1] == ASCII.closeBracket, text.start[end - 2] == ASCII.openBracket,
            text.start[end - 3] == ASCII.space
        { end -= 3 }
        let start = SyslogFormat.skipSpaces(text, colon + 1)
        guard start < end, text.start[start] == 0x7B, text.start[end - 1] == 0x7D else { return nil }
        return text.slice(start, end)
    }

    /// `channel.LEVEL`.
    private static func isChannel(_ text: Bytes) -> Bool {
        guard let dot = text.lastIndex(of: ASCII.dot), dot > 0, text.firstIndex(of: ASCII.space) == nil else {
            return false
        }
        let level = text.dropping(dot + 1)
        return LevelWord.isLevel(level) || level == "ALERT" || level == "EMERGENCY"
    }
}
