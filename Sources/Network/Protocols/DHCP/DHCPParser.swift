internal import Events
internal import Primitives

/// DHCP (RFC 2131, options by RFC 2132). Each message is a transaction.
final class DHCPParser: FlowStateParser<Bool> {
    private static let optionsAt = 240

    init(output: InspectionOutput) { super.init(.dhcp, output, initial: false) }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        let ports: ClosedRange<UInt16> = 67...68
        guard ports.contains(flow.pointee.serverPort) || ports.contains(flow.pointee.clientPort) else { return false }
        return isMessage(bytes)
    }

    private func isMessage(_ bytes: Bytes) -> Bool {
        bytes.count >= DHCPParser.optionsAt && (bytes[0] == 1 || bytes[0] == 2)
            && bytes.bigEndian32(at: 236) == 0x6382_5363
    }

    private static func name(_ type: UInt8) -> StaticString? {
        switch type {
        case 1: "discover"
        case 2: "offer"
        case 3: "request"
        case 4: "decline"
        case 5: "ack"
        case 6: "nak"
        case 7: "release"
        case 8: "inform"
        default: nil
        }
    }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard isMessage(bytes) else { return }
        var made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        beginEvent(flow)
        options(bytes.dropping(DHCPParser.optionsAt))
        let address = bytes.bigEndian32(at: 16)
        if address != 0 { writer.address(.dhcpAddress, IPAddress(v4: address), output.events) }
        made.event = writer.end(output, .networkDHCP, output.dataTime)
        append(made, way)
    }

    /// Options up to the end mark (RFC 2132 section 3.2): without it they were cut off, and one that is longer than
    /// what follows is damaged.
    private func options(_ bytes: Bytes) {
        var rest = bytes
        while !rest.isEmpty {
            let code = rest[0]
            rest = rest.dropping(1)
            if code == 0 { continue }
            if code == 255 { return }
            guard !rest.isEmpty, rest.count > Int(rest[0]) else { return output.anomaly("dhcp.malformed_options") }
            option(Int(code), rest.slice(1, 1 + Int(rest[0])))
            rest = rest.dropping(1 + Int(rest[0]))
        }
        output.anomaly("dhcp.truncated_options")
    }

    private func option(_ code: Int, _ value: Bytes) {
        switch (code, value.count) {
        case (12, 1...): writer.text(.dhcpHostName, value, output.events)
        case (53, 1):
            if let name = DHCPParser.name(value[0]) { writer.text(.dhcpType, Bytes(name), output.events) }
        case (51, 4): output.number(.dhcpLeaseTime, Int(value.bigEndian32(at: 0)))
        case (58, 4): output.number(.dhcpRenewalTime, Int(value.bigEndian32(at: 0)))
        case (59, 4): output.number(.dhcpRebindingTime, Int(value.bigEndian32(at: 0)))
        default: break
        }
    }
}
