internal import Events
internal import Primitives

/// One connection of a protocol whose messages say how long they are: what of them is not whole yet, and what the
/// protocol remembers between them.
struct FramedFlow<Memory> {
    var toServer = ByteStore()
    var toClient = ByteStore()
    /// Its place is lost: nothing more is read.
    var isLost = false
    var memory: Memory
}

/// A parser of a protocol whose messages say how long they are. Cuts streams into messages; datagrams hold whole ones.
class FramedParser<Memory>: FlowStateParser<FramedFlow<Memory>> {
    let maximumMessage: Int

    init(_ application: ApplicationProtocol, _ output: InspectionOutput, memory: Memory, maximumMessage: Int) {
        self.maximumMessage = maximumMessage
        super.init(application, output, initial: FramedFlow(memory: memory))
    }

    /// Bytes of the message that begins here; 0 where its head is not whole, nil where none begins.
    func length(_ bytes: Bytes, _ way: FlowDirection) -> Int? { nil }

    /// One whole message.
    func message(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<Memory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {}

    /// The frame that each message is; nil: none is told of.
    var unitFrame: FrameKind? { nil }

    /// Where a message must begin stands something else: nothing more is read of the flow.
    func lost(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {}

    /// Frees what the memory holds.
    func forget(_ memory: inout Memory) {}

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let state = state(of: flow) else { return }
        _ = messages(bytes, &state.pointee.memory, flow, way)
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let state = state(of: flow), !state.pointee.isLost else { return }
        var pending = way == .toServer ? state.pointee.toServer : state.pointee.toClient
        if way == .toServer { state.pointee.toServer = ByteStore() } else { state.pointee.toClient = ByteStore() }
        var isLost = false
        let kept = pending.take(bytes, limit: 2 * maximumMessage, meter) { held in
            guard let used = messages(held, &state.pointee.memory, flow, way) else {
                isLost = true
                return held.count
            }
            return used
        }
        if way == .toServer { state.pointee.toServer = pending } else { state.pointee.toClient = pending }
        if !kept || isLost { state.pointee.isLost = true }
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.isLost = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let state = known(flow) else { return }
        state.pointee.toServer.free(meter)
        state.pointee.toClient.free(meter)
        forget(&state.pointee.memory)
        release(flow)
    }

    /// Reads whole messages. Answers the bytes that they took; nil where something else stands there.
    private func messages(
        _ held: Bytes, _ memory: UnsafeMutablePointer<Memory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) -> Int? {
        var at = 0
        while at < held.count {
            guard let length = length(held.dropping(at), way), length <= maximumMessage else {
                lost(held.dropping(at), flow, way)
                return nil
            }
            guard length > 0, held.count - at >= length else { break }
            if output.frames != 0, let unit = unitFrame { output.frame(unit, held.slice(at, at + length), flow, way) }
            message(held.slice(at, at + length), memory, flow, way)
            at += length
        }
        return at
    }

    /// Whether the first message stands whole at the start of a direction.
    func recogniseMessage(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        guard let length = length(bytes, way), length <= maximumMessage else { return .no }
        return length > 0 && bytes.count >= length ? .yes : .more
    }
}
