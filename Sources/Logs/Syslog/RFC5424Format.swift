internal import Events
internal import Primitives

/// RFC 5424: `<PRI>VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]`. `log.syslog.version` is set
/// where the record keeps to the letter of section 6; what does not is read as far as it goes, without it.
enum RFC5424Format {
    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard let priority = SyslogPriority(line) else { return false }
        var record = RFC5424Record(line, at: priority.length)
        record.isStrict = priority.length == 3 || line.start[1] != ASCII.zero
        guard record.readVersion(), record.readTime(&sink), record.readNames(), record.readStructuredData() else {
            return false
        }
        priority.add(to: &sink)
        if record.isStrict, record.messageIsValid { sink.add(.logSyslogVersion, record.version, type: .number) }
        sink.addPresent(.logSyslogMessageID, record.messageID)
        if record.structuredData.count > 1 { sink.add(.logSyslogStructuredData, record.structuredData) }
        var header = SyslogHeader(line, at: line.count, hasStamp: false)
        header.host = record.host
        header.program = record.program == "-" ? .empty : record.program.prefix(RFC5424Record.longestProgram)
        header.pid = record.process == "-" ? .empty : record.process
        header.message = record.message
        SyslogFormat.finish(header, line, &sink, &messages)
        if record.structuredData.count > 1 {
            MessageRouter.addStructured(record.structuredData, name: record.messageID, &sink, &messages)
        }
        return true
    }
}

private struct RFC5424Record {
    let line: Bytes
    var at: Int
    var isStrict = true
    var version = Bytes.empty
    var host = Bytes.empty
    var program = Bytes.empty
    var process = Bytes.empty
    var messageID = Bytes.empty
    var structuredData = Bytes.empty
    var message = Bytes.empty
    var messageIsValid = true

    init(_ line: Bytes, at: Int) {
        self.line = line
        self.at = at
    }

    /// Section 6.2.5; a longer one is cut there.
    static let longestProgram = 48

    private mutating func word() -> Bytes {
        let from = at
        while at < line.count, line.start[at] != ASCII.space { at += 1 }
        return line.slice(from, at)
    }

    private mutating func space() -> Bool {
        guard at < line.count, line.start[at] == ASCII.space else { return false }
        at += 1
        return true
    }

    /// `VERSION SP`: a digit that is not zero, and up to two more.
    mutating func readVersion() -> Bool {
        version = word()
        guard version.count >= 1, version.count <= 3, version.decimal != nil, version[0] != ASCII.zero else {
            return false
        }
        return space()
    }

    /// `-`, or RFC 3339 with at most six digits of a second and no leap second (section 6.2.3).
    mutating func readTime(_ sink: inout EventSink) -> Bool {
        let text = word()
        guard at < line.count, space() else { return false }
        if text == "-" { return true }
        var reader = StampReader(text)
        guard reader.isoDate(), reader.isPlausible, reader.at == text.count, sink.setTime(reader.stamp) else {
            return false
        }
        if !isStrictTime(text, reader.stamp) { isStrict = false }
        return true
    }

    private func isStrictTime(_ text: Bytes, _ stamp: CalendarStamp) -> Bool {
        guard text.count >= 20, text[4] == ASCII.minus, text[10] == 0x54, text[13] == ASCII.colon, stamp.second < 60
        else { return false }
        var index = 19
        if text[19] == ASCII.dot {
            index = 20
            while index < text.count, ASCII.isDigit(text[index]) { index += 1 }
            guard index > 20, index <= 26 else { return false }
        }
        let zone = text.dropping(index)
        if zone == "Z" { return true }
        return zone.count == 6 && zone[3] == ASCII.colon && (zone.digits(at: 1, 2) ?? 99) < 24
            && (zone.digits(at: 4, 2) ?? 99) < 60
    }

    /// HOSTNAME, APP-NAME, PROCID and MSGID, each printable ASCII or `-`, with their longest lengths.
    mutating func readNames() -> Bool {
        host = word()
        guard space() else { return false }
        program = word()
        guard space() else { return false }
        process = word()
        guard space() else { return false }
        messageID = word()
        guard at == line.count || space() else { return false }
        check(host, 255)
        check(program, RFC5424Record.longestProgram)
        check(process, 128)
        check(messageID, 32)
        return true
    }

    private mutating func check(_ text: Bytes, _ longest: Int) {
        if text.count == 0 || text.count > longest { isStrict = false }
        for index in 0..<min(text.count, longest) where text.start[index] < 33 || text.start[index] > 126 {
            isStrict = false
        }
    }

    /// `-` or elements, then the message: behind a space, or nothing.
    mutating func readStructuredData() -> Bool {
        let from = at
        if at < line.count, line.start[at] == ASCII.minus, at + 1 == line.count || line.start[at + 1] == ASCII.space {
            at += 1
        } else {
            var reader = StructuredDataReader(line, at: at)
            let end = reader.read()
            isStrict = isStrict && reader.isStrict
            at = end ?? at
            if end == nil { isStrict = false }
        }
        structuredData = line.slice(from, at)
        if at < line.count, line.start[at] == ASCII.space { at += 1 } else if at < line.count { isStrict = false }
        message = line.dropping(at)
        if let marked = MarkedText(message) {
            message = marked.text
            messageIsValid = marked.isValid
        }
        return true
    }
}
