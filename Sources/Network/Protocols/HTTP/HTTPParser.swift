internal import Events
internal import Primitives

/// HTTP/1 (RFC 9112): pipelined requests and responses of a connection, read as leniently as servers and browsers do.
///
/// This file is the connection: which transaction bytes belong to. `HTTPFraming` finds where messages begin and end,
/// `HTTPReport` says what was in them.
final class HTTPParser: ProtocolParser {
    private static let maximumOpen = 256

    let options: NetworkOptions
    let output: InspectionOutput
    let meter: MemoryMeter
    let connections = StatePool<HTTPConnection>(limit: 1 << 18)
    let transactions = StatePool<HTTPTransaction>(limit: 1 << 18)
    let report: HTTPReport
    /// Those that read on where a connection goes over to another protocol, and the one to which it does just now.
    @exclusivity(unchecked) var successors: [ProtocolParser] = []
    @exclusivity(unchecked) var successor: ProtocolParser?
    /// The head of the request that it answers.
    @exclusivity(unchecked) var upgraded = ByteStore()
    /// The answer at hand granted a tunnel (RFC 9110 section 9.3.6): what follows is another protocol.
    @exclusivity(unchecked) var opensTunnel = false

    init(output: InspectionOutput, options: NetworkOptions) {
        self.output = output
        self.options = options
        meter = MemoryMeter(limit: max(options.reassemblyBytes, 1 << 20))
        report = HTTPReport(output: output, options: options)
        super.init(application: .http)
    }

    override var refused: Int64 { meter.refused + connections.refused + transactions.refused }

    // MARK: Recognition

    private static let methods: [Pattern] = HTTPMethod.names.flatMap { [Pattern($0 + " "), Pattern($0 + "\t")] }

    private static let responses = [Pattern("HTTP/0."), Pattern("HTTP/1.")]

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        var undecided = false
        for pattern in way == .toServer ? HTTPParser.methods : HTTPParser.responses {
            switch pattern.test(bytes) {
            case .yes: return way == .toServer && belongsToAnother(bytes) ? .no : .yes
            case .more: undecided = true
            case .answer, .no: break
            }
        }
        return way == .toServer && namesVersion(bytes) ? .answer : undecided ? .more : .no
    }

    /// A request line with a method that nobody knows, or with no blank behind it: the answer will tell.
    private func namesVersion(_ bytes: Bytes) -> Bool {
        guard let end = bytes.firstIndex(of: ASCII.newline) else { return false }
        let line = bytes.slice(0, end).withoutReturn
        return line.contains("HTTP/1.")
    }

    /// SIP and RTSP share HTTP's shape and some of its methods.
    private func belongsToAnother(_ bytes: Bytes) -> Bool {
        let line = bytes.slice(0, bytes.firstIndex(of: ASCII.newline) ?? bytes.count)
        return line.contains(" SIP/") || line.contains(" RTSP/")
    }

    override var tellsBothWays: Bool { true }

    // MARK: Connection

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let index = state(of: flow) else { return }
        var framing = HTTPFraming(parser: self, flow: flow, connection: index, way: way)
        framing.read(bytes)
        if opensTunnel {
            opensTunnel = false
            close(flow)
            flow.pointee.beginAnew(expectsTLS: false)
            // The client speaks first in a tunnel: what came with the answer is nobody's.
            if !framing.leftover.isEmpty { flow.pointee.recognition.insert(.failed(way)) }
        }
        if let next = successor {
            // The answer comes in the other protocol; HTTP/2: as its first stream (RFC 7540 section 3.2).
            successor = nil
            close(flow)
            flow.pointee.application = next.application
            report.head.parse(upgraded.bytes)
            upgraded.free(meter)
            next.adopt(report.head, flow)
            if !framing.leftover.isEmpty { next.stream(framing.leftover, flow, way) }
        }
    }

    /// Who reads on behind an answer that changes protocols (RFC 9110 section 7.8).
    func successor(_ head: HTTPHead) -> ProtocolParser? {
        for index in 0..<head.fieldCount where head.isNamed(index, "upgrade") {
            let value = head.value(index)
            for parser in successors {
                if parser.application == .http2 && HTTPWords.contain(value, "h2c") { return parser }
                if parser.application == .websocket && HTTPWords.contain(value, "websocket") { return parser }
            }
        }
        return nil
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let index = state(of: flow) else { return }
        var framing = HTTPFraming(parser: self, flow: flow, connection: index, way: way)
        framing.skip(count)
    }

    override func end(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard flow.pointee.parser >= 0 else { return }
        var framing = HTTPFraming(parser: self, flow: flow, connection: flow.pointee.parser, way: way)
        framing.end()
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard flow.pointee.parser >= 0 else { return }
        end(flow, .toServer)
        end(flow, .toClient)
        let connection = connections.states + Int(flow.pointee.parser)
        while connection.pointee.oldest >= 0 {
            let index = connection.pointee.oldest
            report.unanswered(transactions.states + Int(index), flow)
            remove(index, connection)
        }
        connection.pointee.request.head.free(meter)
        connection.pointee.request.body.free(meter)
        connection.pointee.response.head.free(meter)
        connection.pointee.response.body.free(meter)
        connections.give(flow.pointee.parser)
        flow.pointee.parser = -1
    }

    private func state(of flow: UnsafeMutablePointer<FlowRecord>) -> Int32? {
        if flow.pointee.parser < 0 { flow.pointee.parser = connections.take(HTTPConnection()) }
        return flow.pointee.parser >= 0 ? flow.pointee.parser : nil
    }

    // MARK: Transactions

    /// A new transaction at the end of the connection's list; -1 where there are too many.
    func add(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ index: Int32, time: Timestamp, hasRequest: Bool
    ) -> Int32 {
        let connection = connections.states + Int(index)
        guard connection.pointee.open < HTTPParser.maximumOpen else { return -1 }
        let made = transactions.take(
            HTTPTransaction(number: flow.pointee.transactions, time: time, hasRequest: hasRequest))
        guard made >= 0 else { return -1 }
        flow.pointee.transactions += 1
        if connection.pointee.newest >= 0 {
            transactions.states[Int(connection.pointee.newest)].next = made
        } else {
            connection.pointee.oldest = made
        }
        connection.pointee.newest = made
        connection.pointee.open += 1
        return made
    }

    /// The transaction that the next response answers; -1 where no request waits.
    func awaiting(_ index: Int32) -> Int32 {
        var at = connections.states[Int(index)].oldest
        while at >= 0, transactions.states[Int(at)].responded { at = transactions.states[Int(at)].next }
        return at
    }

    /// Drops transactions from the front of the list that are done in both directions.
    func retire(_ index: Int32) {
        let connection = connections.states + Int(index)
        while connection.pointee.oldest >= 0 {
            let first = transactions.states[Int(connection.pointee.oldest)]
            guard first.responded, first.requested || !first.hasRequest else { return }
            remove(connection.pointee.oldest, connection)
        }
    }

    private func remove(_ index: Int32, _ connection: UnsafeMutablePointer<HTTPConnection>) {
        let transaction = transactions.states + Int(index)
        connection.pointee.oldest = transaction.pointee.next
        if connection.pointee.oldest < 0 { connection.pointee.newest = -1 }
        connection.pointee.open -= 1
        transaction.pointee.requestHead.free(meter)
        transactions.give(index)
    }
}
