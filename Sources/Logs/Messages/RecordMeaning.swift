internal import Events
internal import Primitives

/// What a record of named values is about: its message read by the message forms, its known keys as fields, a request
/// as web access, a log-in by its wording.
enum RecordMeaning {
    /// Ends a record whose values are on the alias board. True where something was understood.
    @discardableResult
    static func finish(_ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        let board = messages.board
        // Forms may write numbers into scratch memory, which must not move while the message lies there.
        guard sink.batch.scratch.reserve(4096) else { return false }
        let message = board.value(spoken[0]).map { sink.bytes(of: $0).trimmed } ?? .empty
        var isKnown = sink.has(.eventCategory)
        let program = board.value(speaker).map { sink.bytes(of: $0) } ?? .empty
        if !isKnown, message.count > 0 {
            isKnown =
                messages.decode(program: program, message: message, into: &sink)
                || program.count > 0 && messages.decode(program: .empty, message: message, into: &sink)
        }
        if let logger = board.takeLoggersName() { sink.add(.logLogger, sink.bytes(of: logger)) }
        if !isKnown { isKnown = WindowsLogons.decode(board, &sink) || EVEAlert.decode(board, &sink) }
        board.finish(&sink)
        addVerdict(&sink)
        if isKnown {
            if sink.source == .webAccess { addRefusal(&sink) }
            return true
        }
        if addLogin(board, message, &sink, &messages) { return true }
        guard board.isHTTP else { return sink.has(.sourceIP) }
        sink.add(slot: CombinedFormat.category)
        sink.add(slot: CombinedFormat.type)
        addRefusal(&sink)
        sink.source = .webAccess
        return true
    }

    /// What was done says how it ended where nothing else does: `action=drop`.
    static func addVerdict(_ sink: inout EventSink) {
        guard !sink.has(.eventOutcome), let action = sink.value(of: .eventAction) else { return }
        CommonEventFormat.addVerdict(action, &sink)
    }

    /// A record that tells both ends of a flow and nothing else that is known: a firewall's, by what was done with it.
    static func addTraffic(_ sink: inout EventSink) {
        guard !sink.has(.eventCategory), sink.has(.sourceIP), sink.has(.destinationIP), sink.has(.eventAction)
        else { return }
        sink.add(slot: traffic)
        sink.source = .firewall
    }

    private static let traffic = ConstantText("network").slot(.eventCategory)

    private static func addRefusal(_ sink: inout EventSink) {
        guard !sink.has(.eventOutcome), let status = sink.value(of: .httpResponseStatusCode)?.decimal,
            CombinedFormat.isRefusal(status)
        else { return }
        sink.add(slot: CombinedFormat.failure)
    }

    private static let ending = AliasBoard.place(.eventOutcome)
    private static let speaker = AliasBoard.place(.processName)
    private static let spoken = [
        AliasBoard.place(.message), AliasBoard.place(.eventReason), AliasBoard.place(.eventAction),
        AliasBoard.place(.eventCode),
    ]

    /// A log-in told by the wording of message, reason or action.
    private static func addLogin(
        _ board: AliasBoard, _ message: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder
    ) -> Bool {
        for place in spoken {
            guard let slot = board.value(place) else { continue }
            let verdict = LoginPhrases.verdict(sink.bytes(of: slot), lowered: messages.lowered)
            if verdict == .none { continue }
            add(verdict, &sink)
            LoginParties.add(message, &sink)
            return true
        }
        return addNamedLogin(board, &sink)
    }

    /// A record whose action or message names a log-in, and whose outcome stands in a value of its own.
    private static func addNamedLogin(_ board: AliasBoard, _ sink: inout EventSink) -> Bool {
        guard let ended = board.value(ending).flatMap({ OutcomeWords.outcome(sink.bytes(of: $0)) })
        else { return false }
        for place in spoken {
            guard let slot = board.value(place), namesLogin(sink.bytes(of: slot).prefix(128)) else { continue }
            sink.add(slot: authentication)
            sink.add(slot: start)
            if !sink.has(.eventOutcome) { sink.add(slot: ended ? success : CombinedFormat.failure) }
            return true
        }
        return false
    }

    private static func namesLogin(_ text: Bytes) -> Bool {
        for word in loginWords where text.containsIgnoringCase(word) { return true }
        return false
    }

    private static let loginWords: [StaticString] = [
        "login", "logon", "signin", "sign-in", "sign in", "log in", "log-in", "authenticat", "session.start",
    ]

    static func add(_ verdict: LoginPhrases.Verdict, _ sink: inout EventSink) {
        sink.add(slot: authentication)
        sink.add(slot: start)
        if !sink.has(.eventOutcome) { sink.add(slot: verdict == .refused ? CombinedFormat.failure : success) }
        if !sink.has(.eventAction) { sink.add(slot: login) }
    }

    private static let authentication = ConstantText("authentication").slot(.eventCategory)
    private static let start = ConstantText("start").slot(.eventType)
    private static let success = ConstantText("success").slot(.eventOutcome)
    private static let login = ConstantText("login").slot(.eventAction)
}
