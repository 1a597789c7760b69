internal import Events
internal import Primitives

/// One JSON object a line; its keys are the fields.
enum JSONLineFormat {
    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        let start = SyslogFormat.skipSpaces(line, 0)
        guard start < line.count, line.start[start] == 0x7B else {
            return sink.fail(startsValue(line, start) ? .notObject : .badJSON, at: start)
        }
        sink.source = .json
        return decodeObject(line, &sink, &messages)
    }

    /// The object that `text` begins with (behind blanks), and nothing behind it.
    static func decodeObject(_ text: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        let keys = messages.keys
        keys.beginRecord()
        messages.board.begin()
        var scanner = JSONScanner(text, keys: keys, board: messages.board)
        scanner.skipBlanks()
        guard scanner.object(&sink) else { return sink.fail(scanner.reason, at: scanner.at) }
        scanner.skipBlanks()
        guard scanner.at == text.count else { return sink.fail(.badJSON, at: scanner.at) }
        if keys.timeRank < .max { JSONTimes.set(keys.timeSlot, &sink) }
        if messages.takesKeysAsFields { return true }
        RecordMeaning.finish(&sink, &messages)
        if let path = keys.pathSlot {
            let source = ColumnSchema.zeekSource(sink.bytes(of: path))
            if source != .unknown { sink.source = source }
        }
        return true
    }

    private static func startsValue(_ line: Bytes, _ at: Int) -> Bool {
        guard at < line.count else { return false }
        let byte = line.start[at]
        return byte == ASCII.openBracket || byte == ASCII.quote || ASCII.isDigit(byte) || byte == ASCII.minus
            || line.starts(with: "true", at: at) || line.starts(with: "false", at: at)
            || line.starts(with: "null", at: at)
    }
}
