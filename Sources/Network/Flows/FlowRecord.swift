internal import Events
internal import Primitives

/// How far a flow has come.
enum FlowPhase: UInt8 {
    case new
    case established
    case closed
}

/// Recognition of a flow's application protocol, one bit a direction.
struct RecognitionFlags: OptionSet {
    let rawValue: UInt8
    static let failedToServer = RecognitionFlags(rawValue: 1)
    static let failedToClient = RecognitionFlags(rawValue: 2)
    /// The client's first bytes did not tell; they are kept until more come, or the server's tell.
    static let waiting = RecognitionFlags(rawValue: 4)
    /// Another protocol takes over in the middle of the stream (behind CONNECT, STARTTLS): recognition begins anew, and
    /// TLS is what was announced.
    static let restarted = RecognitionFlags(rawValue: 8)
    static let expectsTLS = RecognitionFlags(rawValue: 16)
    /// The direction's first bytes were held against the flow's protocol.
    static let judgedToServer = RecognitionFlags(rawValue: 32)
    static let judgedToClient = RecognitionFlags(rawValue: 64)
    /// It is the server that speaks another protocol (`FlowRecord.stranger`), else the client.
    static let strangeToClient = RecognitionFlags(rawValue: 128)
    static let failed: RecognitionFlags = [.failedToServer, .failedToClient]

    static func failed(_ direction: FlowDirection) -> RecognitionFlags {
        direction == .toServer ? .failedToServer : .failedToClient
    }

    static func judged(_ direction: FlowDirection) -> RecognitionFlags {
        direction == .toServer ? .judgedToServer : .judgedToClient
    }
}

/// What is true or not of a flow, one bit each.
private struct FlowMarks: OptionSet {
    var rawValue: UInt8 = 0
    static let midstream = FlowMarks(rawValue: 1)
    static let isV6 = FlowMarks(rawValue: 2)
    static let reset = FlowMarks(rawValue: 4)
    static let encrypted = FlowMarks(rawValue: 8)

    mutating func set(_ mark: FlowMarks, _ isSet: Bool) { if isSet { insert(mark) } else { remove(mark) } }
}

/// One flow: plain values in the flow table's memory, two cache lines. What finding a flow looks at comes first.
struct FlowRecord {
    var client: IPAddress
    var server: IPAddress
    var clientPort: UInt16
    var serverPort: UInt16
    var vlan: UInt32
    var hash: UInt32
    var ipProtocol: UInt8
    var phase = FlowPhase.new
    /// The phase by whose timeout the flow is listed.
    var listedPhase = FlowPhase.new
    var recognition: RecognitionFlags = []
    /// From 1 within the capture.
    var number: UInt64
    /// Nanoseconds of packet time.
    var last: Int64
    var start: Int64
    var bytesToServer: UInt64 = 0
    var bytesToClient: UInt64 = 0
    var packetsToServer: UInt32 = 0
    var packetsToClient: UInt32 = 0
    /// Neighbours in the list of its timeout class.
    var previous: Int32 = -1
    var next: Int32 = -1
    /// TCP session and application parser state, by number; -1 where there is none.
    var session: Int32 = -1
    var parser: Int32 = -1
    var transactions: UInt32 = 0
    /// Initial sequence number of the client whose session is closed: another one begins another session.
    var clientISN: UInt32 = 0
    var application = ApplicationProtocol.unknown
    /// What one side speaks where the two do not speak the same.
    var stranger = ApplicationProtocol.unknown
    var tcpFlagsToServer: UInt8 = 0
    var tcpFlagsToClient: UInt8 = 0
    var icmpType: UInt8 = 0
    var icmpCode: UInt8 = 0
    private var marks = FlowMarks()
    var midstream: Bool {
        get { marks.contains(.midstream) }
        set { marks.set(.midstream, newValue) }
    }
    var isV6: Bool {
        get { marks.contains(.isV6) }
        set { marks.set(.isV6, newValue) }
    }
    /// The session ended by a reset.
    var reset: Bool {
        get { marks.contains(.reset) }
        set { marks.set(.reset, newValue) }
    }
    /// Both sides have begun to encrypt what they say: nobody looks into payloads any more.
    var encrypted: Bool {
        get { marks.contains(.encrypted) }
        set { marks.set(.encrypted, newValue) }
    }
    /// How far a TCP session came; set when it is over.
    var tcpState: TCPState?

    init(_ key: FlowLookup, hash: UInt32, number: UInt64, time: Int64) {
        (client, server) = (key.source, key.destination)
        (clientPort, serverPort) = (key.sourcePort, key.destinationPort)
        (vlan, ipProtocol) = (key.vlan, key.ipProtocol)
        self.hash = hash
        self.number = number
        (last, start) = (time, time)
    }

    var key: FlowKey {
        let ports = ipProtocol == Transport.tcp || ipProtocol == Transport.udp || ipProtocol == Transport.sctp
        return FlowKey(
            client: client, server: server, clientPort: ports ? clientPort : 0, serverPort: ports ? serverPort : 0,
            ipProtocol: ipProtocol, vlan: vlan & 0x0FFF_0FFF)
    }

    /// What a direction was found to speak. Over UDP, each datagram's is the flow's.
    @inline(__always) func application(_ way: FlowDirection) -> ApplicationProtocol {
        // A server's greeting may tell nothing, and what the client says all.
        let isKnown = application != .unknown && application != .failed
        if recognition.contains(.failed(way)), way == .toServer || !isKnown { return .failed }
        if stranger != .unknown, recognition.contains(.strangeToClient) == (way == .toClient) { return stranger }
        return ipProtocol != Transport.tcp || isSettled(way) ? application : .unknown
    }

    @inline(__always) func isSettled(_ way: FlowDirection) -> Bool {
        !recognition.isDisjoint(with: [.failed(way), .judged(way)])
    }

    /// What follows in both directions is another protocol's.
    mutating func beginAnew(expectsTLS: Bool) {
        application = .unknown
        stranger = .unknown
        recognition = expectsTLS ? [.restarted, .expectsTLS] : .restarted
    }

    /// Makes the client the server.
    mutating func reverse() {
        swap(&client, &server)
        swap(&clientPort, &serverPort)
        swap(&bytesToServer, &bytesToClient)
        swap(&packetsToServer, &packetsToClient)
        swap(&tcpFlagsToServer, &tcpFlagsToClient)
    }
}
