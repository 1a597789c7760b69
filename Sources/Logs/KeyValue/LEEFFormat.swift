internal import Events
internal import Primitives

/// IBM's LEEF: `LEEF:1.0|VENDOR|PRODUCT|VERSION|EVENT|key=value<TAB>key=value`; 2.0 has one column more, the character
/// between pairs (or its code, `x5E`). "IBM QRadar Log Event Extended Format (LEEF)", version 2.
enum LEEFFormat {
    private static let pairLimit = 256
    /// The best spelling of an event's name on the board.
    private static let event = Int32(AliasBoard.place(.eventCode) << 6)

    static func decode(_ text: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard text.starts(with: "LEEF:"), text.count > 8 else { return false }
        var at = 5
        var separator = ASCII.tab
        var code = Bytes.empty
        let columns = text.start[5] == 0x32 ? 6 : 5
        for column in 0..<columns {
            guard let bar = text.firstIndex(of: 0x7C, from: at) else { return false }
            let value = text.slice(at, bar)
            switch column {
            case 1: sink.addPresent(.eventProvider, value)
            case 2: sink.addPresent(.eventModule, value)
            case 4:
                sink.addPresent(.eventCode, value)
                code = value
            case 5: separator = delimiter(value) ?? ASCII.tab
            default: break
            }
            at = bar + 1
        }
        addPairs(text.dropping(at), separator, named: code, &sink, &messages)
        sink.source = .application
        return true
    }

    /// One character, or its code in hexadecimal behind `x` or `0x`.
    private static func delimiter(_ text: Bytes) -> UInt8? {
        if text.count == 1 { return text.start[0] }
        guard text.count >= 3, let high = ASCII.hexValue(text.start[text.count - 2]),
            let low = ASCII.hexValue(text.start[text.count - 1])
        else { return nil }
        return high << 4 | low
    }

    private static func addPairs(
        _ text: Bytes, _ separator: UInt8, named code: Bytes, _ sink: inout EventSink,
        _ messages: inout MessageDecoder
    ) {
        let keys = messages.keys
        keys.beginRecord()
        messages.board.begin()
        // The event's name is all that some say of a log-in (`LOGIN_FAILED`).
        if code.count > 0, code.decimal == nil {
            messages.board.put(event, sink.view(code, type: .text))
        }
        var at = 0
        for _ in 0..<pairLimit where at < text.count {
            let end = text.firstIndex(of: separator, from: at) ?? text.count
            let pair = text.slice(at, end)
            if let equals = pair.firstIndex(of: ASCII.equals), equals > 0 {
                let value = sink.view(pair.dropping(equals + 1), type: .text)
                keys.add(value, name: keys.join(0, pair.slice(0, equals)), &sink, messages.board)
            }
            at = end + 1
        }
        if keys.timeRank < .max { JSONTimes.set(keys.timeSlot, &sink) }
        RecordMeaning.finish(&sink, &messages)
    }
}
