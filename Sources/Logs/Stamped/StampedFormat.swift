internal import Events
internal import Primitives

/// Applications that write a time of their own and then text: `[2026-03-12 02:58:01] ERROR: ...`. The time may stand in
/// brackets and have a few words before it. Lines without a time count where their text is a known message.
enum StampedFormat {
    /// How far into the line a time may begin, and how many places are tried.
    private static let farthest = 160
    private static let tries = 24

    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        if let (start, end) = findStamp(line, &sink) {
            let rest = afterStamp(line, end)
            sink.add(.message, start <= 64 ? rest : line)
            sink.source = .application
            addLevel(line, start, rest, &sink)
            if let client = plainAddress(line.slice(0, start).trimmed) { sink.add(.sourceIP, client) }
            if let tag = Tag(rest, at: 0), tag.pid.count > 0, decodeTagged(tag, rest, &sink, &messages) { return true }
            if rest.count > 0, messages.decode(program: .empty, message: rest, into: &sink) { return true }
            if start > 0, messages.decode(program: .empty, message: line, into: &sink) { return true }
            if MessageRouter.decodeLoosely(rest, whole: line, &sink, &messages) { return true }
            sink.flags.insert(.messageNotUnderstood)
            return true
        }
        sink.source = .application
        guard messages.decode(program: .empty, message: line, into: &sink) else { return false }
        sink.add(.message, line)
        setTimeOfDay(line, &sink)
        return true
    }

    /// `02:58:01.123 [THREAD] ...`: a known message with a time of day alone in front, of the last day that has it.
    private static func setTimeOfDay(_ line: Bytes, _ sink: inout EventSink) {
        let bracket = line.start[0] == ASCII.openBracket
        var reader = StampReader(line, at: bracket ? 1 : 0)
        guard sink.time.isNone, reader.clock(), reader.peek == (bracket ? ASCII.closeBracket : ASCII.space),
            let moment = sink.clock.latest(timeOfDay: reader.stamp)
        else { return }
        sink.time = moment
        sink.flags.insert(.yearInferred)
    }

    /// `nsd[7745]: TEXT` behind the time: syslog's tag without its host.
    private static func decodeTagged(
        _ tag: Tag, _ rest: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        let text = rest.dropping(SyslogFormat.skipSpaces(rest, tag.end))
        guard text.count > 0, messages.decode(program: tag.program, message: text, into: &sink) else { return false }
        sink.add(.processName, tag.program)
        sink.add(.processPID, tag.pid, type: tag.pid.decimal == nil ? .text : .number)
        return true
    }

    /// The first stamp that stands at the start of a word. Sets the time.
    private static func findStamp(_ line: Bytes, _ sink: inout EventSink) -> (Int, Int)? {
        var tried = 0
        let limit = min(line.count, farthest)
        for index in 0..<limit where isWordStart(line, index) {
            guard mayBegin(line, index) else { continue }
            tried += 1
            if tried > tries { return nil }
            var reader = StampReader(line, at: index)
            guard reader.any(), isWordEnd(line, reader.at), isCredible(reader.stamp, line, index) else { continue }
            if reader.stamp.zoneSeconds == nil { reader.leadingZone(before: index) }
            if sink.setTime(reader.stamp) { return (index, reader.at) }
        }
        return nil
    }

    private static func isWordStart(_ line: Bytes, _ index: Int) -> Bool {
        if index == 0 { return true }
        switch line.start[index - 1] {
        case ASCII.space, ASCII.tab, ASCII.openBracket, ASCII.openParenthesis, ASCII.greater, ASCII.quote, 0x7C, 0x27,
            ASCII.equals, ASCII.comma, ASCII.less:
            return true
        default: return false
        }
    }

    private static func mayBegin(_ line: Bytes, _ index: Int) -> Bool {
        let byte = line.start[index]
        if ASCII.isDigit(byte) || byte == 0x40 { return true }
        guard ASCII.isLetter(byte), index + 8 < line.count else { return false }
        let reader = StampReader(line)
        return monthNumber(line.start[index], line.start[index + 1], line.start[index + 2]) != nil
            || reader.isWeekday(index)
    }

    private static func isWordEnd(_ line: Bytes, _ index: Int) -> Bool {
        if index == line.count { return true }
        if line.start[index] == ASCII.dot, index + 1 < line.count { return !ASCII.isDigit(line.start[index + 1]) }
        return !ASCII.isAlphanumeric(line.start[index])
    }

    /// Ten digits in a row are a time only where nothing else is likelier: at the start, in brackets or parentheses.
    private static func isCredible(_ stamp: CalendarStamp, _ line: Bytes, _ index: Int) -> Bool {
        guard let seconds = stamp.epochSeconds else { return true }
        guard seconds > 946_684_800, seconds < 4_102_444_800 else { return false }
        return index == 0 || line.start[index - 1] == ASCII.openBracket
            || line.start[index - 1] == ASCII.openParenthesis
    }

    /// Without the brackets, colons, dashes and blanks that end a stamp.
    static func afterStamp(_ line: Bytes, _ end: Int) -> Bytes {
        var at = end
        while at < line.count {
            switch line.start[at] {
            case ASCII.closeBracket, ASCII.closeParenthesis, ASCII.colon, ASCII.space, ASCII.tab, ASCII.comma, 0x7C,
                ASCII.quote:
                at += 1
            case ASCII.minus:
                guard at + 1 < line.count, line.start[at + 1] == ASCII.space else { return line.dropping(at) }
                at += 1
            default: return line.dropping(at)
            }
        }
        return line.dropping(at)
    }

    // MARK: - Level

    /// The first word that names a level, in the text before the stamp or in the first words behind it.
    private static func addLevel(_ line: Bytes, _ start: Int, _ rest: Bytes, _ sink: inout EventSink) {
        if let level = findLevel(line.prefix(min(start, 32))) ?? findLevel(rest.prefix(64)) {
            sink.add(.logLevel, level)
        }
    }

    private static func findLevel(_ text: Bytes) -> Bytes? {
        var at = 0
        while at < text.count {
            let from = at
            while at < text.count, ASCII.isLetter(text.start[at]) { at += 1 }
            let word = text.slice(from, at)
            if LevelWord.isLevel(word) { return word }
            at += 1
        }
        return nil
    }
}

extension StampReader {
    /// monit: `[CEST Aug  6 10:14:52]`.
    mutating func leadingZone(before index: Int) {
        guard index >= 4, bytes.start[index - 1] == ASCII.space else { return }
        var from = index - 1
        while from > 0, ASCII.isLetter(bytes.start[from - 1]) { from -= 1 }
        let name = bytes.slice(from, index - 1)
        guard name.count >= 3, name.count <= 5 else { return }
        stamp.zoneSeconds = zoneOffset(named: name)
    }
}
