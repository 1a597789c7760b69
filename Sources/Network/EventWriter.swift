internal import Events
internal import Primitives

/// Fields of one network event under way, written into the event batch's scratch memory.
struct EventWriter {
    private static let maximumSlots = 512
    private let slots = UnsafeMutablePointer<FieldSlot>.allocate(capacity: maximumSlots)
    private var count = 0

    func release() { slots.deallocate() }

    mutating func begin() { count = 0 }

    private mutating func push(_ slot: FieldSlot) {
        guard count < EventWriter.maximumSlots else { return }
        slots[count] = slot
        count += 1
    }

    mutating func constant(_ field: Field, _ text: ConstantText) { push(text.slot(field)) }

    mutating func number(_ field: Field, _ value: Int, _ events: EventBatch) {
        guard let place = events.scratch.appendDecimal(value) else { return }
        push(FieldSlot(FieldID(field), .scratch, .number, offset: place.offset, length: place.length))
    }

    /// A copy of the bytes; nothing where they are empty.
    mutating func text(_ field: Field, _ bytes: Bytes, _ events: EventBatch) {
        guard !bytes.isEmpty, let offset = events.scratch.append(bytes) else { return }
        push(FieldSlot(FieldID(field), .scratch, .text, offset: offset, length: bytes.count))
    }

    mutating func lowered(_ field: Field, _ bytes: Bytes, _ events: EventBatch) {
        guard !bytes.isEmpty, let offset = events.scratch.append(bytes) else { return }
        let start = events.scratch.base + offset
        for index in 0..<bytes.count { start[index] = ASCII.lower(start[index]) }
        push(FieldSlot(FieldID(field), .scratch, .text, offset: offset, length: bytes.count))
    }

    /// What `write` appends to the scratch memory, as one value.
    mutating func scratch(_ field: Field, _ events: EventBatch, _ type: ValueType = .text, from offset: Int) {
        guard events.scratch.count > offset else { return }
        push(FieldSlot(FieldID(field), .scratch, type, offset: offset, length: events.scratch.count - offset))
    }

    /// Puts another client in the place of the flow's own, whose port says nothing of it.
    mutating func replaceClient(by client: IPAddress, _ events: EventBatch) {
        let offset = events.scratch.count
        guard AddressText.append(client, to: &events.scratch) else { return }
        let length = events.scratch.count - offset
        for index in 0..<count where slots[index].field == FieldID(.sourceIP) {
            slots[index] = FieldSlot(FieldID(.sourceIP), .scratch, .text, offset: offset, length: length)
        }
        for index in (0..<count).reversed() where slots[index].field == FieldID(.sourcePort) {
            for next in (index + 1)..<count { slots[next - 1] = slots[next] }
            count -= 1
        }
    }

    mutating func address(_ field: Field, _ address: IPAddress, _ events: EventBatch) {
        let offset = events.scratch.count
        guard AddressText.append(address, to: &events.scratch) else { return }
        scratch(field, events, from: offset)
    }

    /// Appends the event and answers its place in the batch.
    mutating func end(_ output: InspectionOutput, _ source: LogSource, _ time: Timestamp) -> Int32 {
        let record = EventRecord(
            time: time, line: Int(truncatingIfNeeded: output.packetNumber), offset: output.frameOffset,
            length: output.frameLength, logSource: source, flags: .fromNetwork)
        output.events.append(record, slots: UnsafeBufferPointer(start: slots, count: count))
        return Int32(truncatingIfNeeded: output.events.count - 1)
    }
}

extension EventWriter {
    /// The parties of a flow: addresses, ports, transport.
    mutating func parties(_ flow: FlowRecord, _ events: EventBatch) {
        address(.sourceIP, flow.client, events)
        address(.destinationIP, flow.server, events)
        let key = flow.key
        if flow.ipProtocol == Transport.tcp || flow.ipProtocol == Transport.udp || flow.ipProtocol == Transport.sctp {
            number(.sourcePort, Int(key.clientPort), events)
            number(.destinationPort, Int(key.serverPort), events)
        }
        switch flow.ipProtocol {
        case Transport.tcp: constant(.networkTransport, NetworkWords.tcp)
        case Transport.udp: constant(.networkTransport, NetworkWords.udp)
        case Transport.icmp: constant(.networkTransport, NetworkWords.icmp)
        case Transport.icmpv6: constant(.networkTransport, NetworkWords.icmpv6)
        case Transport.sctp: constant(.networkTransport, NetworkWords.sctp)
        default: number(.networkIANANumber, Int(flow.ipProtocol), events)
        }
        constant(.networkType, flow.client.isV4 ? NetworkWords.ipv4 : NetworkWords.ipv6)
        if key.vlan & 0xFFF != 0 { number(.networkVLANID, Int(key.vlan & 0xFFF), events) }
    }
}

/// Words that network events carry.
enum NetworkWords {
    static let tcp = ConstantText("tcp")
    static let udp = ConstantText("udp")
    static let icmp = ConstantText("icmp")
    static let icmpv6 = ConstantText("ipv6-icmp")
    static let sctp = ConstantText("sctp")
    static let ipv4 = ConstantText("ipv4")
    static let ipv6 = ConstantText("ipv6")
    static let network = ConstantText("network")
    static let web = ConstantText("web")
    static let http = ConstantText("http")
    static let dns = ConstantText("dns")
    static let query = ConstantText("query")
    static let answer = ConstantText("answer")
    static let connection = ConstantText("connection")
    static let new = ConstantText("new")
    static let established = ConstantText("established")
    static let closed = ConstantText("closed")
    static let timeout = ConstantText("timeout")
    static let endOfCapture = ConstantText("end of capture")
    static let reused = ConstantText("ports reused")
    static let evicted = ConstantText("evicted")
    static let success = ConstantText("success")
    static let failure = ConstantText("failure")
}
