internal import Events
internal import Primitives

/// Records that are nothing but `key=value` pairs: logfmt, Fortinet, SonicWall and their like. Every key is a field.
enum KeyValueFormat {
    private static let pairLimit = 512

    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard startsWithPair(line) else { return false }
        let keys = messages.keys
        keys.beginRecord()
        messages.board.begin()
        var scanner = KeyValueScanner(line)
        var count = 0
        var date = Bytes.empty
        var time = Bytes.empty
        var zone = Bytes.empty
        var inner = Bytes.empty
        var title = Bytes.empty
        var isTitled = false
        while count < pairLimit, let pair = scanner.next() {
            count += 1
            if pair.key == "date" { date = pair.value }
            if pair.key == "time" { time = pair.value }
            if pair.key == "sub" { isTitled = true }
            if pair.key == "name" { title = pair.value }
            if pair.key == "tz" || pair.key == "timezone" { zone = pair.value }
            keys.add(sink.view(pair.value, type: .text), name: keys.join(0, pair.key), &sink, messages.board)
            if inner.isEmpty, isQuotedObject(pair.value, in: line) { inner = pair.value }
        }
        guard count >= 3 else { return false }
        // Sophos UTM: `sys="SecureNet" sub="packetfilter" name="Packet dropped"`.
        if isTitled, title.count > 0 { messages.board.readNameAsMessage(sink.view(title, type: .text)) }
        if !inner.isEmpty { readObject(inner, &sink, &messages) }
        if sink.time.isNone, !setDateAndTime(date, time, zone, &sink), keys.timeRank < .max {
            JSONTimes.set(keys.timeSlot, &sink)
        }
        sink.source = .application
        let isKnown = RecordMeaning.finish(&sink, &messages)
        RecordMeaning.addTraffic(&sink)
        if !isKnown { sink.flags.insert(.messageNotUnderstood) }
        return true
    }

    /// `"{\"key\":...}"`: an application's own JSON, quoted by what carries it.
    private static func isQuotedObject(_ value: Bytes, in line: Bytes) -> Bool {
        value.count > 6 && value.starts(with: "{\\\"") && value.start[value.count - 1] == 0x7D
            && value.start > line.start && value.start[-1] == ASCII.quote
    }

    /// Its values count as the record's own. What is damaged in it ends it.
    private static func readObject(_ value: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) {
        // Values lie in the text made here, in memory that must not move meanwhile.
        guard sink.batch.scratch.reserve(value.count * 2 + 8192) else { return }
        let quoted = Bytes(start: value.start - 1, count: value.count + 2)
        var outer = JSONScanner(quoted, keys: messages.keys, board: messages.board)
        guard let text = outer.string(&sink) else { return }
        var scanner = JSONScanner(sink.bytes(of: text), keys: messages.keys, board: messages.board)
        _ = scanner.object(&sink)
    }

    /// Whether a message is such a record and no sentence with pairs in it: it begins with two of them.
    static func isRecord(_ text: Bytes) -> Bool {
        guard startsWithPair(text) else { return false }
        var scanner = KeyValueScanner(text)
        guard let first = scanner.next() else { return false }
        var at = first.end
        while at < text.count, text.start[at] == ASCII.space || text.start[at] == ASCII.comma { at += 1 }
        return startsWithPair(text.dropping(at))
    }

    /// A key, `=`, and two pairs more close behind, so that a sentence with an equals sign is not taken.
    private static func startsWithPair(_ line: Bytes) -> Bool {
        var at = 0
        while at < line.count, at < 64, KeyValueScanner.isKeyByte(line.start[at]) { at += 1 }
        return at > 0 && at < line.count && line.start[at] == ASCII.equals
    }

    /// Fortinet and Sophos part the date from the time of day.
    private static func setDateAndTime(
        _ date: Bytes, _ time: Bytes, _ zone: Bytes, _ sink: inout EventSink
    ) -> Bool {
        guard date.count == 10, let year = date.digits(at: 0, 4), let month = date.digits(at: 5, 2),
            let day = date.digits(at: 8, 2)
        else { return false }
        var reader = StampReader(time)
        guard reader.clock() else { return false }
        reader.stamp.year = year
        reader.stamp.month = month
        reader.stamp.day = day
        var offset = StampReader(zone)
        if zone.count > 0 { offset.zone() }
        reader.stamp.zoneSeconds = offset.stamp.zoneSeconds ?? reader.stamp.zoneSeconds
        return reader.isPlausible && sink.setTime(reader.stamp)
    }
}
