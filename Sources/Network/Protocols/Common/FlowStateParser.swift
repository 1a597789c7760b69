internal import Events
internal import Primitives

/// A parser that keeps one plain value for each of its flows, in a pool of its own, and writes one event for each
/// transaction.
class FlowStateParser<State>: ProtocolParser {
    let output: InspectionOutput
    let meter: MemoryMeter
    let states: StatePool<State>
    private let initial: State
    var writer = EventWriter()

    init(
        _ application: ApplicationProtocol, _ output: InspectionOutput, initial: State, flows: Int = 1 << 17,
        bytes: Int = 16 << 20
    ) {
        self.output = output
        self.initial = initial
        meter = MemoryMeter(limit: bytes)
        states = StatePool<State>(limit: flows)
        super.init(application: application)
    }

    deinit { writer.release() }

    override var refused: Int64 { meter.refused + states.refused }

    /// The flow's state, made when it is first asked for; nil where there is no room. Valid until another flow's state
    /// is made.
    @inline(__always) func state(of flow: UnsafeMutablePointer<FlowRecord>) -> UnsafeMutablePointer<State>? {
        if flow.pointee.parser < 0 { flow.pointee.parser = states.take(initial) }
        return flow.pointee.parser >= 0 ? states.states + Int(flow.pointee.parser) : nil
    }

    /// The flow's state where there is one.
    func known(_ flow: UnsafeMutablePointer<FlowRecord>) -> UnsafeMutablePointer<State>? {
        flow.pointee.parser >= 0 ? states.states + Int(flow.pointee.parser) : nil
    }

    func release(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard flow.pointee.parser >= 0 else { return }
        states.give(flow.pointee.parser)
        flow.pointee.parser = -1
    }

    // MARK: Items and events

    /// A transaction's item, to be filled with buffers and appended.
    func item(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ transaction: UInt32, complete: Bool = true
    ) -> InspectionItem {
        var item = output.item(.transaction, flow, way)
        item.transaction = transaction
        item.complete = complete
        return item
    }

    func append(_ item: consuming InspectionItem, _ way: FlowDirection) {
        output.append(item)
        output.wantRaw(way)
    }

    /// Begins an event with what all events of the room say.
    func beginEvent(_ flow: UnsafeMutablePointer<FlowRecord>) {
        writer.begin()
        writer.constant(.eventCategory, NetworkWords.network)
        writer.constant(.networkProtocol, ApplicationWords.word(application))
        writer.parties(flow.pointee, output.events)
    }

    /// One event with these facts. Answers its place.
    func event(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ source: LogSource, _ facts: FactStore, at time: Timestamp,
        _ transaction: UInt32 = 0
    ) -> Int32 {
        beginEvent(flow)
        facts.write(into: &writer, output.events)
        let place = writer.end(output, source, time)
        switch application {
        case .tls: output.record(.tls, flow, .toServer, transaction, event: place)
        case .ssh: output.record(.ssh, flow, .toServer, transaction, event: place)
        case .smtp: output.record(.smtp, flow, .toServer, transaction, event: place)
        default: break
        }
        return place
    }

    /// A protocol anomaly by itself (Suricata: `app-layer-event`), in an item of its own.
    func raise(
        _ name: StaticString, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ transaction: UInt32
    ) {
        let made = item(flow, way, transaction, complete: false)
        output.anomaly(name)
        output.append(made)
    }

    /// An anomaly of a transaction that is open in both directions: signatures of either see it.
    func raiseBoth(
        _ name: StaticString, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ transaction: UInt32
    ) {
        raise(name, flow, way, transaction)
        raise(name, flow, way.reversed, transaction)
    }
}

extension ByteStore {
    /// Runs `consume` over what is held followed by what came, and keeps what it leaves. `consume` answers how many
    /// bytes it is done with. False where the rest does not fit below `limit`: the caller has lost its place.
    mutating func take(_ more: Bytes, limit: Int, _ meter: MemoryMeter, _ consume: (Bytes) -> Int) -> Bool {
        if count == 0 {
            let used = min(max(consume(more), 0), more.count)
            return used == more.count || append(more.dropping(used), limit: limit, meter)
        }
        guard append(more, limit: limit, meter) else { return false }
        drop(consume(bytes))
        if count == 0 { free(meter) }
        return true
    }
}
