internal import Events
internal import Primitives

/// The first guess of an input's format, and what to say of a line that no format fits.
enum Detection {
    private static let sampledLines = 50

    /// The format that most of the first lines are read in when formats are tried in their order; -1 where none reads
    /// any. The last line of the head may be cut off and counts only where it is the only one.
    static func guess(
        _ formats: [LogFormat], head: Bytes, messages: inout MessageDecoder, clock: StampClock, registry: FieldRegistry
    ) -> Int {
        let batch = EventBatch(registry: registry)
        batch.reset(input: head)
        var sink = EventSink(batch: batch, input: head, clock: clock)
        var scores = [Int](repeating: 0, count: formats.count)
        var from = 0
        var lines = 0
        while from < head.count, lines < sampledLines {
            let newline = head.firstIndex(of: ASCII.newline, from: from)
            if newline == nil, lines > 0 { break }
            var end = newline ?? head.count
            if end > from, head.start[end - 1] == ASCII.carriageReturn { end -= 1 }
            let line = head.slice(from, end)
            if line.count > 0, let format = first(formats, line, &sink, &messages) { scores[format] += 1 }
            lines += 1
            from = (newline ?? head.count) + 1
        }
        guard let best = scores.max(), best > 0 else { return -1 }
        return scores.firstIndex(of: best) ?? -1
    }

    private static func first(
        _ formats: [LogFormat], _ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Int? {
        for index in formats.indices where formats[index].mayBe(line) {
            sink.begin()
            if formats[index].decode(line, &sink, &messages) { return index }
        }
        return nil
    }

    /// Binary where control bytes (other than tab and escape) or a NUL occur in the first bytes often; a comment
    /// where the line begins with `#`.
    static func reason(for line: Bytes) -> UnreadReason {
        if line.start[0] == 0x23 { return .comment }
        var odd = 0
        let looked = min(line.count, 512)
        for index in 0..<looked {
            let byte = line.start[index]
            if byte < 0x20 && byte != ASCII.tab && byte != 0x1B || byte == 0x7F { odd += byte == 0 ? 8 : 1 }
        }
        if odd * 16 > looked || (odd > 0 && !isUTF8(line.prefix(looked))) { return .binary }
        return .unknownFormat
    }
}

/// Whether `text` is UTF-8 (RFC 3629: no overlong forms, no surrogates), apart from a character cut off at its end.
func isUTF8(_ text: Bytes) -> Bool {
    var index = 0
    while index < text.count {
        let byte = text.start[index]
        if byte < 0x80 {
            index += 1
            continue
        }
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        guard byte >= 0xC2, byte <= 0xF4 else { return false }
        if index + length > text.count { return true }
        for next in 1..<length where text.start[index + next] & 0xC0 != 0x80 { return false }
        let second = text.start[index + 1]
        if byte == 0xE0 && second < 0xA0 || byte == 0xED && second >= 0xA0 { return false }
        if byte == 0xF0 && second < 0x90 || byte == 0xF4 && second >= 0x90 { return false }
        index += length
    }
    return true
}
