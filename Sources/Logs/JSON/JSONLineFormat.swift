internal import Events
internal import Primitives

/// One JSON object a line; its keys are the fields.
enum JSONLineFormat {
    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        let keys = messages.keys
        keys.beginRecord()
        var scanner = JSONScanner(line, keys: keys)
        scanner.skipBlanks()
        guard scanner.at < line.count, line.start[scanner.at] == 0x7B else {
            return sink.fail(startsValue(line, scanner.at) ? .notObject : .badJSON, at: scanner.at)
        }
        guard scanner.object(&sink) else { return sink.fail(scanner.reason, at: scanner.at) }
        scanner.skipBlanks()
        guard scanner.at == line.count else { return sink.fail(.badJSON, at: scanner.at) }
        if keys.timeRank < .max { JSONTimes.set(keys.timeSlot, &sink) }
        sink.source = .json
        return true
    }

    private static func startsValue(_ line: Bytes, _ at: Int) -> Bool {
        guard at < line.count else { return false }
        let byte = line.start[at]
        return byte == ASCII.openBracket || byte == ASCII.quote || ASCII.isDigit(byte) || byte == ASCII.minus
            || line.starts(with: "true", at: at) || line.starts(with: "false", at: at) || line.starts(with: "null", at: at)
    }
}
