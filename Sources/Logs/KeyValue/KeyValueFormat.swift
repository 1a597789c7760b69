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
        while count < pairLimit, let pair = scanner.next() {
            count += 1
            if pair.key == "date" { date = pair.value }
            if pair.key == "time" { time = pair.value }
            keys.add(sink.view(pair.value, type: .text), name: keys.join(0, pair.key), &sink, messages.board)
        }
        guard count >= 3 else { return false }
        if !setDateAndTime(date, time, &sink), keys.timeRank < .max { JSONTimes.set(keys.timeSlot, &sink) }
        sink.source = .application
        let isKnown = RecordMeaning.finish(&sink, &messages)
        if !sink.has(.eventOutcome), let action = sink.value(of: .eventAction) {
            CommonEventFormat.addVerdict(action, &sink)
        }
        if !isKnown { sink.flags.insert(.messageNotUnderstood) }
        return true
    }

    /// A key, `=`, and two pairs more close behind, so that a sentence with an equals sign is not taken.
    private static func startsWithPair(_ line: Bytes) -> Bool {
        var at = 0
        while at < line.count, at < 64, KeyValueScanner.isKeyByte(line.start[at]) { at += 1 }
        return at > 0 && at < line.count && line.start[at] == ASCII.equals
    }

    /// Fortinet and Sophos part the date from the time of day.
    private static func setDateAndTime(_ date: Bytes, _ time: Bytes, _ sink: inout EventSink) -> Bool {
        guard date.count == 10, let year = date.digits(at: 0, 4), let month = date.digits(at: 5, 2),
            let day = date.digits(at: 8, 2)
        else { return false }
        var reader = StampReader(time)
        guard reader.clock() else { return false }
        reader.stamp.year = year
        reader.stamp.month = month
        reader.stamp.day = day
        return reader.isPlausible && sink.setTime(reader.stamp)
    }
}
