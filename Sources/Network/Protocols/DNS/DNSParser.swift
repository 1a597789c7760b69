internal import Events
internal import Primitives

/// A query that waits for its answer.
struct DNSQuery {
    var id: UInt16
    var type: UInt16
    var queryClass: UInt16
    var opcode: UInt8
    var transaction: UInt32
    var time: Timestamp
    var name: DNSName
    var next: Int32 = -1
}

/// What is kept for a flow that speaks DNS: open queries, oldest first, and messages over TCP that are not whole yet.
struct DNSFlow {
    var oldest: Int32 = -1
    var newest: Int32 = -1
    var open = 0
    var toServer = ByteStore()
    var toClient = ByteStore()
    /// The stream lost its message boundaries.
    var lost = false
    /// Messages so far.
    var messages: UInt32 = 0
}

/// DNS over UDP and TCP (RFC 1035; multicast DNS, RFC 6762, and LLMNR, RFC 4795, read the same).
final class DNSParser: ProtocolParser {
    private static let maximumOpen = 256
    private static let maximumMessage = 65_535 + 2

    private let output: InspectionOutput
    private let meter = MemoryMeter(limit: 16 << 20)
    private let flows = StatePool<DNSFlow>(limit: 1 << 18)
    private let queries = StatePool<DNSQuery>(limit: 1 << 16)
    @exclusivity(unchecked) private var events: DNSEvents
    @exclusivity(unchecked) private var records: DNSRecords
    @exclusivity(unchecked) private var name = DNSName()

    /// Multicast DNS (RFC 6762) is a protocol of its own to signatures, with buffers of its own names.
    private let isMulticast: Bool
    @exclusivity(unchecked) private var sections: DNSSections

    init(output: InspectionOutput, isMulticast: Bool = false) {
        self.output = output
        self.isMulticast = isMulticast
        sections = DNSSections(output: output, isMulticast ? .multicast : .unicast)
        events = DNSEvents()
        records = DNSRecords(output: output)
        super.init(application: isMulticast ? .mdns : .dns)
    }

    deinit { events.release() }

    override var refused: Int64 { meter.refused + flows.refused + queries.refused }

    // MARK: Recognition

    private func isDNSPort(_ port: UInt16) -> Bool { isMulticast ? port == 5353 : port == 53 || port == 5355 }

    /// The NetBIOS name service (RFC 1002) has DNS's shape and is not DNS.
    private static let netbiosPort: UInt16 = 137

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        guard let message = DNSMessage(bytes) else { return false }
        // Where the question goes to says more than where it comes from.
        let isLocal =
            flow.pointee.serverPort == 5353 || flow.pointee.clientPort == 5353 && flow.pointee.serverPort != 53
        guard isLocal == isMulticast else { return false }
        if isDNSPort(flow.pointee.serverPort) || isDNSPort(flow.pointee.clientPort) {
            return message.looksPlausible
        }
        return flow.pointee.serverPort != DNSParser.netbiosPort && message.looksGenuine
    }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        if isMulticast { return .no }
        guard bytes.count >= 2 else { return .more }
        let length = Int(bytes.bigEndian16(at: 0))
        guard length >= DNSMessage.headerBytes + 5, length <= 4096 else { return .no }
        // The header alone rules out nearly everything else before the whole message is waited for.
        if bytes.count >= 8 {
            let flags = bytes.bigEndian16(at: 4)
            let isResponse = flags & 0x8000 != 0
            if bytes.bigEndian16(at: 6) != 1 || flags & 0x0040 != 0 || flags >> 11 & 15 > 5 { return .no }
            if isResponse != (way == .toClient) { return .no }
        }
        guard bytes.count >= length + 2 else { return bytes.count >= 512 ? .no : .more }
        return DNSMessage(bytes.slice(2, 2 + length))?.looksGenuine == true ? .yes : .no
    }

    // MARK: Data

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let index = state(of: flow) else { return }
        message(bytes, flow, index, way)
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let index = state(of: flow), !flows.states[Int(index)].lost else { return }
        let state = flows.states + Int(index)
        let toServer = way == .toServer
        var rest = bytes
        while !rest.isEmpty {
            var store = toServer ? state.pointee.toServer : state.pointee.toClient
            let room = DNSParser.maximumMessage - store.count
            let part = rest.prefix(max(room, 0))
            if part.isEmpty || !store.append(part, limit: DNSParser.maximumMessage, meter) {
                state.pointee.lost = true
                rest = .empty
            } else {
                rest = rest.dropping(part.count)
                consume(&store, flow, index, way)
            }
            if toServer { state.pointee.toServer = store } else { state.pointee.toClient = store }
        }
    }

    private func consume(
        _ store: inout ByteStore, _ flow: UnsafeMutablePointer<FlowRecord>, _ index: Int32, _ way: FlowDirection
    ) {
        var at = 0
        let held = store.bytes
        while held.count - at >= 2 {
            let length = Int(held.bigEndian16(at: at))
            guard held.count - at >= 2 + length else { break }
            message(held.slice(at + 2, at + 2 + length), flow, index, way)
            at += 2 + length
        }
        store.drop(at)
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let index = state(of: flow) else { return }
        flows.states[Int(index)].lost = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard flow.pointee.parser >= 0 else { return }
        let state = flows.states + Int(flow.pointee.parser)
        while state.pointee.oldest >= 0 {
            let query = state.pointee.oldest
            events.unanswered(queries.states + Int(query), flow.pointee, output)
            state.pointee.oldest = queries.states[Int(query)].next
            queries.give(query)
        }
        state.pointee.toServer.free(meter)
        state.pointee.toClient.free(meter)
        flows.give(flow.pointee.parser)
        flow.pointee.parser = -1
    }

    private func state(of flow: UnsafeMutablePointer<FlowRecord>) -> Int32? {
        if flow.pointee.parser < 0 { flow.pointee.parser = flows.take(DNSFlow()) }
        return flow.pointee.parser >= 0 ? flow.pointee.parser : nil
    }

    // MARK: Messages

    private func message(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ index: Int32, _ way: FlowDirection
    ) {
        if !isMulticast { output.frame(.dnsUnit, bytes, flow, way) }
        guard let message = DNSMessage(bytes), message.looksPlausible else { return malformed(flow, way) }
        if message.isResponse {
            answer(message, flow, index)
        } else {
            let isSettled = flow.pointee.key.ipProtocol == 6 || flows.states[Int(index)].messages > 1
            if way == .toClient && !isMulticast && isSettled { notResponse(flow) }
            query(message, flow, index)
        }
        let state = flows.states + Int(index)
        // Multicast DNS is a protocol of its own to EVE.
        if output.wants(.dns), !isMulticast {
            records.record(message, state.pointee.messages, flow)
        }
        state.pointee.messages &+= 1
    }

    private func query(_ message: DNSMessage, _ flow: UnsafeMutablePointer<FlowRecord>, _ index: Int32) {
        guard let question = message.readQuestion(DNSMessage.headerBytes, &name) else { return }
        let waiting = DNSQuery(
            id: message.id, type: question.type, queryClass: question.class, opcode: UInt8(message.opcode),
            transaction: flow.pointee.transactions, time: output.dataTime, name: name)
        flow.pointee.transactions += 1
        keep(waiting, flow, index)
        var item = output.item(.transaction, flow, .toServer)
        item.transaction = waiting.transaction
        item.complete = true
        if !isMulticast { name.withBytes { output.buffer(.dnsQuery, $0) } }
        sections.write(message)
        sections.anomalies(message)
        var at = question.next
        for _ in 1..<max(message.questions, 1) {
            guard !isMulticast, let more = message.readQuestion(at, &name) else { break }
            name.withBytes { output.buffer(.dnsQuery, $0) }
            at = more.next
        }
        output.append(item)
        output.wantRaw(.toServer)
    }

    /// Remembers a query until its answer comes. Where there is no room it is reported at once, as unanswered.
    private func keep(_ query: DNSQuery, _ flow: UnsafeMutablePointer<FlowRecord>, _ index: Int32) {
        let state = flows.states + Int(index)
        if state.pointee.open >= DNSParser.maximumOpen {
            let oldest = state.pointee.oldest
            events.unanswered(queries.states + Int(oldest), flow.pointee, output)
            unlink(oldest, after: -1, state)
        }
        let made = queries.take(query)
        guard made >= 0 else {
            withUnsafePointer(to: query) { events.unanswered($0, flow.pointee, output) }
            return
        }
        if state.pointee.newest >= 0 {
            queries.states[Int(state.pointee.newest)].next = made
        } else {
            state.pointee.oldest = made
        }
        state.pointee.newest = made
        state.pointee.open += 1
    }

    private func unlink(_ query: Int32, after previous: Int32, _ state: UnsafeMutablePointer<DNSFlow>) {
        let next = queries.states[Int(query)].next
        if previous >= 0 { queries.states[Int(previous)].next = next } else { state.pointee.oldest = next }
        if next < 0 { state.pointee.newest = previous }
        state.pointee.open -= 1
        queries.give(query)
    }

    private func answer(_ message: DNSMessage, _ flow: UnsafeMutablePointer<FlowRecord>, _ index: Int32) {
        let state = flows.states + Int(index)
        var previous: Int32 = -1
        var waiting = state.pointee.oldest
        while waiting >= 0, queries.states[Int(waiting)].id != message.id {
            previous = waiting
            waiting = queries.states[Int(waiting)].next
        }
        var item = output.item(.transaction, flow, .toClient)
        item.complete = true
        // Each message is a transaction of its own, as in Suricata.
        item.transaction = flow.pointee.transactions
        flow.pointee.transactions += 1
        if waiting >= 0 {
            let query = queries.states + Int(waiting)
            item.event = events.answered(message, query, flow.pointee, output)
            unlink(waiting, after: previous, state)
        } else {
            item.event = events.answered(message, nil, flow.pointee, output)
        }
        if !isMulticast { sections.addAnswerNames(message) }
        sections.write(message)
        sections.anomalies(message)
        output.append(item)
        output.wantRaw(.toClient)
    }

    /// A query where an answer must be, in a flow whose both sides have spoken as they should: which side asks is known
    /// by then. Where it is not, the flow is turned round.
    private func notResponse(_ flow: UnsafeMutablePointer<FlowRecord>) {
        var item = output.item(.transaction, flow, .toClient)
        item.transaction = flow.pointee.transactions
        output.anomaly("dns.not_response")
        output.append(item)
    }

    /// A message that cannot be read.
    private func malformed(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        var item = output.item(.transaction, flow, way)
        item.transaction = flow.pointee.transactions
        output.anomaly(isMulticast ? "mdns.malformed_data" : "dns.malformed_data")
        output.append(item)
    }
}
