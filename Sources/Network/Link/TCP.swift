internal import Events

/// Transmission Control Protocol header and options (RFC 9293; RFC 7323, RFC 2018 for the options).
enum TCP {
    static let fin: UInt8 = 1
    static let syn: UInt8 = 2
    static let rst: UInt8 = 4
    static let push: UInt8 = 8
    static let ack: UInt8 = 16

    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.end >= offset + 20 else { return .truncatedTCP }
        let length = Int(packet.start[offset + 12] >> 4) * 4
        guard length >= 20, packet.end >= offset + length else { return .badTCPHeaderLength }
        packet.header.has.insert(.tcp)
        packet.header.sourcePort = packet.u16(offset)
        packet.header.destinationPort = packet.u16(offset + 2)
        packet.header.sequence = packet.u32(offset + 4)
        packet.header.acknowledgement = packet.u32(offset + 8)
        packet.header.tcpFlags = packet.start[offset + 13]
        packet.header.window = packet.u16(offset + 14)
        Transport.setPayload(&packet, offset + length)
        // Options matter on SYN segments only, but for time stamps.
        if length > 20 && packet.header.tcpFlags & syn != 0 { readOptions(&packet, offset + 20, offset + length) }
        return nil
    }

    /// A damaged option ends the list: what stood before it counts (as receivers do).
    private static func readOptions(_ packet: inout PacketView, _ from: Int, _ to: Int) {
        var at = from
        while at < to {
            let kind = packet.start[at]
            if kind == 0 { return }
            if kind == 1 {
                at += 1
                continue
            }
            guard at + 1 < to else { return }
            let length = Int(packet.start[at + 1])
            guard length >= 2, at + length <= to else { return }
            switch (kind, length) {
            case (2, 4): packet.tcpMSS = packet.u16(at + 2)
            case (3, 3):
                packet.tcpHasWindowScale = true
                packet.tcpWindowScale = min(packet.start[at + 2], 14)
            case (4, 2): packet.tcpSACKPermitted = true
            case (8, 10): packet.tcpHasTimestamps = true
            case (34, _): packet.tcpFastOpen = true
            case (254, 4...) where packet.u16(at + 2) == 0xF989: packet.tcpFastOpen = true
            default: break
            }
            at += length
        }
    }
}
