internal import Events
internal import Primitives

/// ArcSight CEF: `CEF:0|VENDOR|PRODUCT|VERSION|ID|NAME|SEVERITY|key=value ...`, alone or behind a syslog header. Some
/// senders leave out `CEF:`. "ArcSight Common Event Format", revision 25.
enum CommonEventFormat {
    static func decode(_ text: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        let from = text.starts(with: "CEF:") ? 4 : 0
        guard from + 2 < text.count, ASCII.isDigit(text.start[from]), text.start[from + 1] == 0x7C else { return false }
        var at = from + 2
        for column in 1...6 {
            guard let end = bar(text, at) else { return false }
            add(column, text.slice(at, end), &sink)
            at = end + 1
        }
        let extensions = text.dropping(at)
        addExtensions(extensions, &sink, &messages)
        addLogin(extensions, &sink, &messages)
        if !sink.has(.eventCategory) { sink.add(slot: category) }
        sink.source = .application
        return true
    }

    private static func addExtensions(
        _ extensions: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) {
        // Values without their escapes lie in memory that must not move meanwhile.
        guard sink.batch.scratch.reserve(extensions.count + 4096) else { return }
        messages.board.begin()
        var scanner = CommonEventPairs(extensions)
        var looked = 0
        while looked < 256, let pair = scanner.next() {
            looked += 1
            if pair.key == "act" { addVerdict(pair.value, &sink) }
            if pair.key == "rt", sink.time.isNone { JSONTimes.set(sink.view(pair.value, type: .text), &sink) }
            let number = KeyAliasIndex.shared.find(pair.key)
            if number < 0 { continue }
            let value = CommonEventPairs.plain(pair.value, &sink)
            messages.board.put(number, value, in: sink)
            if pair.key == "request", !sink.has(.urlOriginal) { RequestLine.addTarget(sink.bytes(of: value), &sink) }
        }
        messages.board.finish(&sink)
    }

    /// The next `|` that no backslash takes away.
    private static func bar(_ text: Bytes, _ from: Int) -> Int? {
        var search = from
        while let hit = text.firstIndex(of: 0x7C, from: search) {
            if hit == from || text.start[hit - 1] != ASCII.backslash { return hit }
            search = hit + 1
        }
        return nil
    }

    private static func add(_ column: Int, _ value: Bytes, _ sink: inout EventSink) {
        switch column {
        case 1: sink.addPresent(.eventProvider, value)
        case 2: sink.addPresent(.eventModule, value)
        case 4: sink.addPresent(.eventCode, value)
        case 5: sink.addPresent(.ruleName, value)
        case 6: sink.addPresent(.eventSeverity, value, type: value.decimal == nil ? .text : .number)
        default: break
        }
    }

    /// A log-in by the event's name, or by its message.
    private static func addLogin(_ extensions: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) {
        for field in [Field.ruleName, .message] {
            guard let text = sink.value(of: field) else { continue }
            let verdict = LoginPhrases.verdict(text, lowered: messages.lowered)
            if verdict == .none { continue }
            RecordMeaning.add(verdict, &sink)
            LoginParties.add(extensions, &sink)
            return
        }
    }

    static func addVerdict(_ value: Bytes, _ sink: inout EventSink) {
        for word in refusals where value.equalsIgnoringCase(word) {
            sink.add(slot: CombinedFormat.failure)
            return
        }
        if value.equalsIgnoringCase("tunnel-up") { sink.add(slot: OutcomeWords.success) }
    }

    private static let refusals: [StaticString] = [
        "block", "blocked", "deny", "denied", "drop", "dropped", "reject", "rejected",
    ]
    private static let category = ConstantText("network").slot(.eventCategory)
}
