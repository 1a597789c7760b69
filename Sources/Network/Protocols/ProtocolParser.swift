internal import Events
internal import Primitives

/// What a recogniser says of the first bytes of a direction.
enum Recognition {
    case no
    /// Not enough bytes to tell.
    case more
    /// These bytes may be a protocol's: the other direction's will tell.
    case answer
    case yes
}

/// One application protocol: how it is recognised, and its parser. Made once for each capture decoder; keeps the state
/// of its flows in memory of its own, named by `FlowRecord.parser`.
class ProtocolParser {
    let application: ApplicationProtocol

    init(application: ApplicationProtocol) { self.application = application }

    /// Times that state or bytes could not be kept because a memory bound was reached.
    var refused: Int64 { 0 }

    /// Whether the first bytes of a stream's direction are this protocol's.
    func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition { .no }

    /// The same where ports may help (they never decide alone).
    func recogniseStream(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Recognition {
        recogniseStream(bytes, way)
    }

    /// Each direction's first bytes tell the protocol: those of one that do not are odd.
    var tellsBothWays: Bool { false }

    /// Flows may be announced to it by others.
    var hasExpectations: Bool { false }

    /// Whether another flow has announced this one.
    func expects(_ flow: UnsafeMutablePointer<FlowRecord>) -> Bool { false }

    /// Whether a datagram is this protocol's. Ports may help, and never decide alone.
    func recogniseDatagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) -> Bool {
        false
    }

    /// In-order stream data.
    func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {}

    /// Bytes of the stream are missing from the capture.
    func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {}

    /// Nothing follows in this direction.
    func end(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {}

    func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {}

    /// Takes over a connection of HTTP with the request that asked for it.
    func adopt(_ request: HTTPHead, _ flow: UnsafeMutablePointer<FlowRecord>) {}

    /// The flow is over: report what is open, free its state.
    func close(_ flow: UnsafeMutablePointer<FlowRecord>) {}
}
