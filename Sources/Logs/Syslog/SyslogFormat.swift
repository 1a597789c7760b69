internal import Events
internal import Primitives

/// Syslog as RFC 3164 describes it and as daemons write it:
/// `[<PRI>][TIME ][HOST ][PROGRAM[(MODULE)][[PID]]:] MESSAGE`. The time may be ISO 8601 (rsyslog's file format,
/// journalctl `-o short-iso`), carry a year, a fraction or a zone, or be missing where a `<PRI>` is there.
enum SyslogFormat {
    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        var at = 0
        let priority = SyslogPriority(line)
        if let priority {
            if isVersioned(line, priority.length), RFC5424Format.decode(line, &sink, &messages) { return true }
            sink.begin()
            at = priority.length
            priority.add(to: &sink)
        }
        at = skipSpaces(line, at)
        if priority != nil { skipSequence(line, &at) }
        let start = at
        var origin = Bytes.empty
        let stamp =
            readStamp(line, &at, &sink, hasPriority: priority != nil)
            || priority != nil && readStamp(behindOrigin: &origin, line, &at, &sink)
        guard stamp || priority != nil else { return false }
        var header = SyslogHeader(line, at: at, hasStamp: stamp)
        if origin.count > 0 { header.host = origin }
        let isMarked = start + 1 < line.count && SyslogFormat.marksClock(line.start[start])
        let isISO = stamp && !ASCII.isLetter(line.start[isMarked ? start + 1 : start])
        guard !stamp || priority != nil || header.isPlausible(isISO: isISO) else { return false }
        if header.program.count == 0, header.message.starts(with: "<"),
            decodeRelayed(header, &sink, &messages)
        {
            return true
        }
        finish(header, line, &sink, &messages)
        return true
    }

    /// `TIME RELAY <PRI>TIME HOST PROGRAM: ...`: a relay wrote its own header before the whole of what it got. The
    /// inner record is the event; the relay's time and name stand in for what it lacks.
    private static func decodeRelayed(
        _ outer: SyslogHeader, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        guard let priority = SyslogPriority(outer.message) else { return false }
        var at = priority.length
        var inner = sink
        inner.begin()
        priority.add(to: &inner)
        guard readStamp(outer.message, &at, &inner, hasPriority: true) else { return false }
        var header = SyslogHeader(outer.message, at: at, hasStamp: true)
        guard header.isPlausible(isISO: false) else { return false }
        if header.host.count == 0 { header.host = outer.host }
        sink = inner
        finish(header, outer.message, &sink, &messages)
        return true
    }

    /// Cisco's sequence number before the time: `45: *Mar  4 11:22:33: `.
    private static func skipSequence(_ line: Bytes, _ at: inout Int) {
        var end = at
        while end < line.count, end - at < 10, ASCII.isDigit(line.start[end]) { end += 1 }
        guard end > at, line.starts(with: ": ", at: end) else { return }
        at = skipSpaces(line, end + 1)
    }

    /// A version number behind `<PRI>`: RFC 5424.
    private static func isVersioned(_ line: Bytes, _ at: Int) -> Bool {
        guard at + 1 < line.count, line.start[at] >= 0x31, line.start[at] <= 0x39 else { return false }
        for index in at + 1..<min(at + 4, line.count) {
            if line.start[index] == ASCII.space { return true }
            if !ASCII.isDigit(line.start[index]) { return false }
        }
        return false
    }

    /// The stamp, and behind it what ends it: a space, or a colon and a space.
    private static func readStamp(_ line: Bytes, _ at: inout Int, _ sink: inout EventSink, hasPriority: Bool) -> Bool {
        guard at < line.count else { return false }
        var reader = StampReader(line, at: at)
        let first = line.start[at]
        if marksClock(first) || first == ASCII.percent { reader.at += 1 }
        let found = ASCII.isLetter(reader.peek) ? reader.monthDay() : reader.isoDate() || epochInstead(&reader, at)
        guard found, reader.isPlausible else { return false }
        if reader.stamp.zoneSeconds == nil { reader.zoneName() }
        var end = reader.at
        let mayEndInColon = hasPriority || ASCII.isLetter(first) || marksClock(first)
        if end < line.count, line.start[end] == ASCII.dot || mayEndInColon && line.start[end] == ASCII.colon {
            end += 1
        }
        guard end == line.count || line.start[end] == ASCII.space || line.start[end] == ASCII.tab else { return false }
        guard sink.setTime(reader.stamp) else { return false }
        at = end < line.count ? end + 1 : end
        return true
    }

    /// Cisco's `logging origin-id`: `HOST: *Mar  4 11:22:33.123: %FACILITY-...`. The name stands before the time.
    private static func readStamp(
        behindOrigin origin: inout Bytes, _ line: Bytes, _ at: inout Int, _ sink: inout EventSink
    ) -> Bool {
        let end = Tag.wordEnd(line, at)
        guard end - at > 1, end - at <= 64, line.start[end - 1] == ASCII.colon else { return false }
        var next = skipSpaces(line, end)
        guard readStamp(line, &next, &sink, hasPriority: true) else { return false }
        next = skipSpaces(line, next)
        guard next < line.count, line.start[next] == ASCII.percent else { return false }
        origin = line.slice(at, end - 1)
        at = next
        return true
    }

    /// `*` and `.` before the time: Cisco, whose clock is not set.
    private static func marksClock(_ byte: UInt8) -> Bool { byte == 0x2A || byte == ASCII.dot }

    /// journalctl's `short-unix` and the like.
    private static func epochInstead(_ reader: inout StampReader, _ at: Int) -> Bool {
        reader.at = at
        reader.stamp = CalendarStamp()
        return reader.epoch() && reader.peek == ASCII.space
    }

    /// Adds what the header says, then what the message says.
    static func finish(
        _ header: SyslogHeader, _ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) {
        sink.addPresent(.hostHostname, header.host)
        sink.addPresent(.processName, header.program)
        if header.pid.count > 0 {
            sink.add(.processPID, header.pid, type: header.pid.decimal == nil ? .text : .number)
        }
        sink.add(.message, header.message)
        sink.source = .syslog
        let spoken = header.isMnemonic ? line.dropping(header.program.start - line.start) : header.message
        if MessageRouter.decode(program: header.program, message: spoken, &sink, &messages) { return }
        sink.flags.insert(.messageNotUnderstood)
    }

    static func skipSpaces(_ line: Bytes, _ from: Int) -> Int {
        var at = from
        while at < line.count, line.start[at] == ASCII.space { at += 1 }
        return at
    }
}

extension StampReader {
    /// ` CET:` or ` UTC ` behind a stamp: a zone name that a colon ends, or `UTC` and `GMT`. Cisco writes the name that
    /// it was given: in small letters it is one where a mnemonic follows (` gmt: %SYS-5-CONFIG_I`).
    mutating func zoneName() {
        let from = at
        guard take(ASCII.space) else { return }
        let name = at
        let letterCase = peek & 0x20
        while at - name < 5, ASCII.isLetter(peek), peek & 0x20 == letterCase { at += 1 }
        if let seconds = letterCase == 0 ? zone(inCapitals: name) : zone(inSmallLetters: name) {
            stamp.zoneSeconds = seconds
        } else {
            at = from
        }
    }

    private func zone(inCapitals name: Int) -> Int? {
        let text = bytes.slice(name, at)
        guard text.count >= 3,
            peek == ASCII.colon || text == "UTC" || text == "GMT" || stands(beforeHostAt: at),
            !ASCII.isAlphanumeric(peek)
        else { return nil }
        return zoneOffset(named: text)
    }

    private func zone(inSmallLetters name: Int) -> Int? {
        guard peek == ASCII.colon, bytes.starts(with: ": %", at: at) else { return nil }
        return zoneOffset(inSmallLetters: bytes.slice(name, at))
    }

    /// Whether host and program follow: a capital word before them is then no host but the zone.
    private func stands(beforeHostAt at: Int) -> Bool {
        guard at < bytes.count, bytes.start[at] == ASCII.space else { return false }
        let end = Tag.wordEnd(bytes, at + 1)
        return end > at + 1 && bytes.start[end - 1] != ASCII.colon && Tag(bytes, at: end + 1) != nil
    }
}
