internal import Events
internal import Primitives

/// The best value so far for every field that a record's keys tell.
struct AliasBoard: @unchecked Sendable {
    private let ranks: UnsafeMutablePointer<Int32>
    private let slots: UnsafeMutablePointer<FieldSlot>
    /// The field of each place.
    private let fields: UnsafePointer<Field>
    /// Number of fields that can be told.
    static let size = KeyAliases.table.count
    private let count = AliasBoard.size

    init() {
        ranks = .allocate(capacity: AliasBoard.size)
        slots = .allocate(capacity: AliasBoard.size)
        ranks.initialize(repeating: .max, count: AliasBoard.size)
        fields = AliasBoard.fieldsOfPlaces
    }

    nonisolated(unsafe) private static let fieldsOfPlaces = persistent(KeyAliases.table.map(\.field))

    func free() {
        ranks.deallocate()
        slots.deallocate()
    }

    func begin() { ranks.update(repeating: .max, count: count) }

    /// The same for text that a client may have had a hand in: two different clients cancel each other.
    func put(_ number: Int32, _ slot: FieldSlot, in sink: EventSink) {
        let place = Int(number >> 6)
        if fields[place] == .sourceAddress, let known = value(place), slot.length > 0,
            !(sink.bytes(of: known) == sink.bytes(of: slot))
        {
            ranks[place] = -1
            return
        }
        put(number, slot)
    }

    /// Keeps `slot` for the spelling `number` (of `KeyAliasIndex.find`) unless a better one was there.
    @inline(__always) func put(_ number: Int32, _ slot: FieldSlot) {
        let place = Int(number >> 6)
        let rank = number & 63
        if slot.length == 0 || slot.type == .null || rank >= ranks[place] { return }
        ranks[place] = rank
        slots[place] = slot
    }

    /// The value kept for `table[place]`.
    func value(_ place: Int) -> FieldSlot? { ranks[place] == .max || ranks[place] < 0 ? nil : slots[place] }

    /// `name` is no user's where a record goes by it itself: bunyan's and pino's loggers write theirs beside process
    /// and host. Taken off the board, if that is where the user came from.
    func takeLoggersName() -> FieldSlot? {
        value(AliasBoard.pid) == nil || value(AliasBoard.host) == nil ? nil : takeName()
    }

    /// The title of a record, where that stands under `name` (Sophos UTM), is what it says.
    func readNameAsMessage(_ title: FieldSlot) {
        _ = takeName()
        guard value(AliasBoard.message) == nil else { return }
        ranks[AliasBoard.message] = 0
        slots[AliasBoard.message] = title
    }

    private func takeName() -> FieldSlot? {
        guard ranks[AliasBoard.user] == AliasBoard.nameRank else { return nil }
        ranks[AliasBoard.user] = .max
        return slots[AliasBoard.user]
    }

    private static let user = place(.userName)
    private static let message = place(.message)
    private static let pid = place(.processPID)
    private static let host = place(.hostHostname)
    private static let nameRank: Int32 = {
        let name: StaticString = "name"
        return KeyAliasIndex.shared.find(Bytes(start: name.utf8Start, count: name.utf8CodeUnitCount)) & 63
    }()

    /// Adds what was found to the event, where the event does not have it.
    func finish(_ sink: inout EventSink) {
        let isRequest = isHTTP
        for place in 0..<count {
            guard let slot = value(place) else { continue }
            add(fields[place], slot, isHTTP: isRequest, &sink)
        }
    }

    private func add(_ field: Field, _ slot: FieldSlot, isHTTP: Bool, _ sink: inout EventSink) {
        let text = sink.bytes(of: slot)
        if text == "-" || text == "N/A" { return }
        switch field {
        case .sourceAddress:
            if !sink.has(.sourceIP), !sink.has(.sourceAddress) { PeerText.add(text, .source, &sink) }
        case .destinationAddress:
            if !sink.has(.destinationIP), !sink.has(.destinationAddress) { PeerText.add(text, .destination, &sink) }
        case .sourcePort, .destinationPort, .httpResponseBodyBytes, .processPID:
            if !sink.has(field), text.decimal != nil { sink.add(field, text, type: .number) }
        case .httpResponseStatusCode:
            guard let status = text.decimal else { return addEnding(text, &sink) }
            if !sink.has(field), status < 600, isHTTP || sink.has(.httpRequestMethod) {
                sink.add(field, text, type: .number)
            }
        case .errorCode:
            sink.add(field, text)
            if !(text == "0"), value(outcomePlace) == nil, !sink.has(.eventOutcome) {
                sink.add(slot: CombinedFormat.failure)
            }
        case .urlOriginal:
            if !sink.has(field), isHTTP { addTarget(text, &sink) }
        case .urlDomain:
            if !sink.has(field), isHTTP { sink.add(field, text) }
        case .httpRequestMethod:
            if !sink.has(field), isHTTP { sink.add(field, text) }
        case .eventOutcome: addOutcome(text, &sink)
        case .networkTransport:
            if sink.has(field) { return }
            if let name = TransportNumbers.slot(text) { sink.add(slot: name) } else { sink.add(field, text) }
        case .eventAction, .eventCode:
            let named: Field = text.decimal == nil ? .eventAction : .eventCode
            if !sink.has(named) { sink.add(named, text) }
        default:
            if !sink.has(field) { sink.add(field, text) }
        }
    }

    private func addOutcome(_ text: Bytes, _ sink: inout EventSink) {
        guard !sink.has(.eventOutcome), let outcome = OutcomeWords.outcome(text) else { return }
        sink.add(slot: outcome ? OutcomeWords.success : CombinedFormat.failure)
    }

    /// `status=failed`: a status in words, where no other value says how it ended.
    private func addEnding(_ text: Bytes, _ sink: inout EventSink) {
        if value(outcomePlace).flatMap({ OutcomeWords.outcome(sink.bytes(of: $0)) }) == nil { addOutcome(text, &sink) }
    }

    /// A target, or a whole request line (nginx's `$request`).
    private func addTarget(_ text: Bytes, _ sink: inout EventSink) {
        let method = RequestLine.methodLength(text)
        if method > 0, RequestLine.versionStart(text) > method, !sink.has(.httpRequestMethod) {
            RequestLine.decode(text, &sink)
        } else {
            RequestLine.addTarget(text, &sink)
        }
    }

    /// Two of method, target and status: the record is of a request.
    var isHTTP: Bool {
        let method = value(methodPlace) != nil
        let target = value(targetPlace) != nil
        let status = value(statusPlace) != nil
        return method && target || target && status || method && status
    }

    private let methodPlace = place(.httpRequestMethod)
    private let targetPlace = place(.urlOriginal)
    private let outcomePlace = place(.eventOutcome)
    private let statusPlace = place(.httpResponseStatusCode)

    static func place(_ field: Field) -> Int {
        for (index, entry) in KeyAliases.table.enumerated() where entry.field == field { return index }
        preconditionFailure("no aliases for \(field)")
    }
}
