internal import Events
internal import Primitives

/// Sends a message to whoever reads its kind: the kernel's to netfilter, JSON and access lines sent through syslog to
/// their formats, most to the message forms, and what is left to its `key=value` pairs and its wording.
enum MessageRouter {
    /// Adds what the message says. False where it is in no known form.
    static func decode(
        program: Bytes, message: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        guard message.count > 0 else { return true }
        let isKernel = program.count == 0 || program == "kernel"
        if isKernel, Netfilter.decode(message, &sink) { return true }
        if program == "filterlog", Filterlog.decode(message, &sink) { return true }
        if PaloAltoText.mayBe(message), PaloAltoText.decode(message, &sink) { return true }
        if isFirepower(message), loose(message, &sink, &messages) { return true }
        if program == "CEF", CommonEventFormat.decode(message, &sink, &messages) { return true }
        if messages.decode(program: program, message: message, into: &sink) { return true }
        if !isKernel, Netfilter.decode(message, &sink) { return true }
        guard embedded(program, message, &sink, &messages) || loose(message, &sink, &messages) else { return false }
        HuaweiTag.add(program, &sink)
        return true
    }

    /// Cisco's `%FTD-1-430003: Key: value, ...`: the numbers of connection and intrusion events.
    private static func isFirepower(_ message: Bytes) -> Bool {
        message.starts(with: "%FTD-") && message.starts(with: "-43000", at: 6)
    }

    /// A whole record of another format as the message.
    private static func embedded(
        _ program: Bytes, _ message: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        let count = sink.count
        let time = sink.time
        let source = sink.source
        let text = solaris(message.trimmed)
        guard text.count > 8 else { return false }
        if text.start != message.start, messages.decode(program: program, message: text, into: &sink) { return true }
        if let rest = withoutStamp(text), messages.decode(program: program, message: rest, into: &sink) { return true }
        let isAudit = text.starts(with: "type=") || text.starts(with: "node=")
        if isAudit, AuditFormat.decode(text, &sink, &messages) { return true }
        if text.starts(with: "LEEF:"), LEEFFormat.decode(text, &sink, &messages) { return true }
        if text.starts(with: "CEF:"), CommonEventFormat.decode(text, &sink, &messages) { return true }
        if WindowsEventXML.mayBe(text), WindowsEventXML.decode(text, &sink, &messages) { return true }
        if WindowsText.decode(program: program, text, &sink) { return true }
        if PaloAltoText.decode(text, &sink) { return true }
        if MonologText.decode(text, &sink, &messages) { return true }
        sink.truncate(to: count)
        sink.time = time
        let object = text.start[0] == 0x7B ? text : LoggedObject.find(text)
        if let object, JSONLineFormat.decodeObject(object, &sink, &messages) { return true }
        if text.start[0] == 0x7B || ASCII.isDigit(text.start[0]) || ASCII.isLetter(text.start[0]) {
            sink.truncate(to: count)
            if CombinedFormat.decode(text, &sink) { return true }
            sink.truncate(to: count)
            if ASCII.isDigit(text.start[0]), NginxErrorFormat.decode(text, &sink, &messages) { return true }
        }
        sink.truncate(to: count)
        sink.time = time
        sink.source = source
        return KeyValueFormat.isRecord(text) && KeyValueFormat.decode(text, &sink, &messages)
    }

    /// The same for the text behind an application's own time.
    static func decodeLoosely(
        _ message: Bytes, whole line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        if message.count > 0, embedded(.empty, message, &sink, &messages) { return true }
        return loose(line, &sink, &messages)
    }

    /// What stands behind a time of the program's own; nil where the message begins with none.
    private static func withoutStamp(_ message: Bytes) -> Bytes? {
        let bracket = message.start[0] == ASCII.openBracket ? 1 : 0
        guard ASCII.isDigit(message.start[bracket]) else { return nil }
        var reader = StampReader(message, at: bracket)
        guard reader.any(), reader.isPlausible else { return nil }
        let rest = StampedFormat.afterStamp(message, reader.at)
        return rest.count > 0 ? rest : nil
    }

    /// Without Solaris's `[ID 800047 auth.notice] `.
    private static func solaris(_ message: Bytes) -> Bytes {
        guard message.starts(with: "[ID "), let close = message.firstIndex(of: ASCII.closeBracket), close < 48
        else { return message }
        return message.dropping(close + 1).trimmed
    }

    /// `key=value` pairs with known keys, and the wording of log-ins.
    static func loose(_ message: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        let text = message.prefix(MessageDecoder.maximumBytes)
        let pairs = collect(text, sink, messages.board)
        let verdict = LoginPhrases.verdict(text, lowered: messages.lowered)
        guard pairs >= 2 || verdict != .none else { return false }
        let before = sink.count
        if pairs > 0 {
            messages.board.finish(&sink)
            RecordMeaning.addVerdict(&sink)
            RecordMeaning.addTraffic(&sink)
        }
        if verdict != .none {
            RecordMeaning.add(verdict, &sink)
            LoginParties.add(text, &sink)
        }
        return verdict != .none || sink.count > before + 1
    }

    /// What structured data (RFC 5424, 6.3) with known names tells beyond the text, under a MSGID that names the kind
    /// of message.
    static func addStructured(
        _ data: Bytes, name: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) {
        let isKnown = sink.has(.eventCategory)
        var elements = StructuredDataReader(data, at: 0)
        var found = 0
        messages.board.begin()
        while found < maximumPairs, let element = elements.own() {
            found += take(KeyValueScanner(element), sink, messages.board)
        }
        guard found >= (isKnown ? 1 : 2) else { return }
        messages.board.finish(&sink)
        if isKnown { return }
        let verdict = LoginPhrases.verdict(name, lowered: messages.lowered)
        if verdict != .none { RecordMeaning.add(verdict, &sink) }
        for ending in refusingNames where name.ends(with: ending) { sink.add(slot: CombinedFormat.failure) }
        sink.flags.remove(.messageNotUnderstood)
    }

    private static let refusingNames: [StaticString] = ["_DENY", "_DENIED", "_BLOCKED", "_DROP"]

    /// Puts the known keys of `text` on the board; answers how many.
    private static func collect(_ text: Bytes, _ sink: EventSink, _ board: AliasBoard) -> Int {
        board.begin()
        guard text.firstIndex(of: ASCII.equals) != nil else { return collectColons(text, sink, board) }
        let found = take(KeyValueScanner(text), sink, board)
        return found > 0 ? found : collectColons(text, sink, board)
    }

    private static func take(_ pairs: some PairScanner, _ sink: EventSink, _ board: AliasBoard) -> Int {
        var pairs = pairs
        var found = 0
        var looked = 0
        while looked < maximumPairs, let pair = pairs.next() {
            looked += 1
            let number = KeyAliasIndex.shared.find(pair.key)
            if number < 0 { continue }
            found += 1
            board.put(number, sink.view(pair.value, type: .text), in: sink)
        }
        return found
    }

    /// More pairs of one message are not looked at.
    private static let maximumPairs = 64

    /// The same for `key: value` pairs. Prose has colons too: only where both ends of the traffic are told.
    private static func collectColons(_ text: Bytes, _ sink: EventSink, _ board: AliasBoard) -> Int {
        let found = take(ColonPairScanner(text), sink, board)
        if board.value(client) != nil, board.value(server) != nil { return found }
        board.begin()
        return 0
    }

    private static let client = AliasBoard.place(.sourceAddress)
    private static let server = AliasBoard.place(.destinationAddress)
}
