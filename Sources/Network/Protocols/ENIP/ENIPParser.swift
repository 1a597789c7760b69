internal import Events
internal import Primitives

/// Requests without a response.
struct ENIPMemory {
    /// More are worth noting (Suricata: `enip.max-tx`).
    static let mostUnanswered = 1024
    var unanswered = 0
    var isCrowded = false
}

/// EtherNet/IP (CIP Networks Library, volume 2) over TCP and UDP, with the CIP services it carries. Each message is a
/// transaction.
final class ENIPParser: FramedParser<ENIPMemory> {
    private static let port: UInt16 = 44_818
    private static let headBytes = 24
    private static let maximumItems = 16

    private enum Command {
        static let listServices: UInt16 = 0x04
        static let listIdentity: UInt16 = 0x63
        static let registerSession: UInt16 = 0x65
        static let sendRequestReply: UInt16 = 0x6F
        static let sendUnit: UInt16 = 0x70
        /// NOP, list services, identity and interfaces, register and unregister session, the two above, status, cancel.
        static func isKnown(_ number: UInt16) -> Bool {
            switch number {
            case 0x00, 0x04, 0x63, 0x64, 0x65, 0x66, 0x6F, 0x70, 0x72, 0x73: true
            default: false
            }
        }
    }

    init(output: InspectionOutput) { super.init(.enip, output, memory: ENIPMemory(), maximumMessage: 64 << 10) }

    override func length(_ bytes: Bytes, _ way: FlowDirection) -> Int? {
        guard bytes.count >= 4 else { return 0 }
        guard Command.isKnown(bytes.littleEndian16(at: 0)) else { return nil }
        return ENIPParser.headBytes + Int(bytes.littleEndian16(at: 2))
    }

    private func isExpected(_ flow: UnsafeMutablePointer<FlowRecord>) -> Bool {
        flow.pointee.serverPort == ENIPParser.port || flow.pointee.clientPort == ENIPParser.port
    }

    override func recogniseStream(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Recognition { isExpected(flow) ? recogniseMessage(bytes, way) : .no }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool { isExpected(flow) && recogniseMessage(bytes, way) == .yes }

    override func message(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<ENIPMemory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        output.frames(.enipUnit, .enipHeader, .enipData, bytes, headerBytes: ENIPParser.headBytes, flow, way)
        if way == .toServer { flow.pointee.transactions += 1 }
        let transaction = max(flow.pointee.transactions, 1) - 1
        count(memory, flow, way, transaction)
        let isSound = ENIPChecks.isSound(bytes, way)
        let made = item(flow, way, transaction, complete: isSound)
        let command = bytes.littleEndian16(at: 0)
        output.number(.enipCommand, Int(command))
        output.number(.enipStatus, Int(bytes.littleEndian32(at: 8)))
        let body = bytes.dropping(ENIPParser.headBytes)
        switch command {
        case Command.sendRequestReply, Command.sendUnit: items(body.dropping(min(6, body.count)))
        case Command.listIdentity: identity(body)
        case Command.listServices: services(body)
        case Command.registerSession where body.count >= 2:
            output.number(.enipProtocolVersion, Int(body.littleEndian16(at: 0)))
        default: break
        }
        append(made, way)
        if !isSound { raiseBoth("enip.invalid_pdu", flow, way, transaction) }
    }

    private func count(
        _ memory: UnsafeMutablePointer<ENIPMemory>, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection,
        _ transaction: UInt32
    ) {
        if way == .toClient {
            memory.pointee.unanswered = max(memory.pointee.unanswered - 1, 0)
            return
        }
        memory.pointee.unanswered += 1
        guard memory.pointee.unanswered > ENIPMemory.mostUnanswered, !memory.pointee.isCrowded else { return }
        memory.pointee.isCrowded = true
        raise("enip.too_many_transactions", flow, .toClient, transaction)
    }

    /// The items of a packet (section 2-6), of which two kinds hold CIP.
    private func items(_ bytes: Bytes) {
        guard bytes.count >= 2 else { return }
        var rest = bytes.dropping(2)
        for _ in 0..<min(Int(bytes.littleEndian16(at: 0)), ENIPParser.maximumItems) {
            guard rest.count >= 4 else { return }
            let type = rest.littleEndian16(at: 0)
            let data = rest.dropping(4).prefix(Int(rest.littleEndian16(at: 2)))
            rest = rest.dropping(4 + data.count)
            if type == 0xB2 { service(data) }
            if type == 0xB1 { service(data.dropping(min(2, data.count))) }
        }
    }

    /// What a device says of itself (section 2-4.2): a version, an address of 16 bytes, then the identity object.
    private func identity(_ bytes: Bytes) {
        guard bytes.count >= 39, bytes.littleEndian16(at: 0) > 0, bytes.littleEndian16(at: 2) == 0x0C else { return }
        let item = bytes.dropping(6).prefix(Int(bytes.littleEndian16(at: 4)))
        guard item.count >= 33 else { return }
        output.number(.enipProtocolVersion, Int(item.littleEndian16(at: 0)))
        output.number(.enipVendor, Int(item.littleEndian16(at: 18)))
        output.number(.enipDeviceType, Int(item.littleEndian16(at: 20)))
        output.number(.enipProductCode, Int(item.littleEndian16(at: 22)))
        output.number(.enipRevision, Int(item.bigEndian16(at: 24)))
        output.number(.enipIdentityStatus, Int(item.littleEndian16(at: 26)))
        output.number(.enipSerial, Int(item.littleEndian32(at: 28)))
        let name = item.dropping(33).prefix(Int(item[32]))
        output.buffer(.enipProductName, name)
        if item.count > 33 + name.count { output.number(.enipState, Int(item[33 + name.count])) }
    }

    /// The services of a device (section 2-4.6): version, capabilities and a name of at most 16 bytes.
    private func services(_ bytes: Bytes) {
        guard bytes.count >= 10, bytes.littleEndian16(at: 0) > 0, bytes.littleEndian16(at: 2) == 0x100 else { return }
        output.number(.enipProtocolVersion, Int(bytes.littleEndian16(at: 6)))
        output.number(.enipCapabilities, Int(bytes.littleEndian16(at: 8)))
        let name = bytes.dropping(10).prefix(16)
        output.buffer(.enipServiceName, name.prefix(name.firstIndex(of: 0) ?? name.count))
    }

    /// The services of a packet of several (volume 1, appendix A): their number, then where each begins.
    private func several(_ bytes: Bytes) {
        guard bytes.count >= 2 else { return }
        for index in 0..<min(Int(bytes.littleEndian16(at: 0)), ENIPParser.maximumItems) {
            guard bytes.count >= 4 + 2 * index else { return }
            let at = Int(bytes.littleEndian16(at: 2 + 2 * index))
            if at > 2, at < bytes.count { service(bytes.dropping(at), isInner: true) }
        }
    }

    /// Status and further status of an answer.
    private func status(_ bytes: Bytes, isInner: Bool) {
        guard bytes.count >= 4 else { return }
        output.number(.cipStatus, Int(bytes[2]))
        if bytes[3] > 0, bytes.count >= 6 { output.number(.cipExtendedStatus, Int(bytes.littleEndian16(at: 4))) }
        let data = bytes.dropping(min(4 + 2 * Int(bytes[3]), bytes.count))
        if bytes[0] == 0x8A, !isInner { several(data) }
    }

    /// A service with the class and attribute that its path names: service, whether there is a class, the class in two
    /// bytes, whether there is an attribute, the attribute in two bytes.
    private func service(_ bytes: Bytes, isInner: Bool = false) {
        guard bytes.count >= 2 else { return }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 7) { record in
            record.update(repeating: 0)
            record[0] = bytes[0] & 0x7F
            if bytes[0] & 0x80 == 0 { path(bytes.dropping(2).prefix(2 * Int(bytes[1])), record) }
            output.buffer(.cipService, Bytes(UnsafeRawBufferPointer(record)))
        }
        if bytes[0] & 0x80 != 0 {
            status(bytes, isInner: isInner)
        } else if bytes[0] == 0x0A, !isInner {
            several(bytes.dropping(min(2 + 2 * Int(bytes[1]), bytes.count)))
        }
    }

    private func path(_ bytes: Bytes, _ record: UnsafeMutableBufferPointer<UInt8>) {
        var rest = bytes
        while rest.count >= 2, rest[0] & 0xE0 == 0x20 {
            let isWide = rest[0] & 3 == 1
            guard rest.count >= (isWide ? 4 : 2), rest[0] & 3 <= 1 else { return }
            let value = isWide ? rest.littleEndian16(at: 2) : UInt16(rest[1])
            let kind: BufferKind? =
                switch rest[0] & 0x1C {
                case 0: .cipClass
                case 4: .cipInstance
                case 0x10: .cipAttribute
                default: nil
                }
            if let kind { output.number(kind, Int(value)) }
            let place = rest[0] & 0x1C == 0 ? 1 : rest[0] & 0x1C == 0x10 ? 4 : 0
            if place > 0 {
                record[place] = 1
                record[place + 1] = UInt8(value >> 8)
                record[place + 2] = UInt8(value & 0xFF)
            }
            rest = rest.dropping(isWide ? 4 : 2)
        }
    }
}
