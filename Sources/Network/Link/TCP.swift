internal import Events

/// Transmission Control Protocol header and options (RFC 9293; RFC 7323, RFC 2018 for the options).
enum TCP {
    static let fin: UInt8 = 1
    static let syn: UInt8 = 2
    static let rst: UInt8 = 4
    static let push: UInt8 = 8
    static let ack: UInt8 = 16

    @inline(__always) static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
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
        if length > 20 {
            // Nearly all options are a time stamp behind two bytes of padding.
            if length == 32 && packet.u32(offset + 20) == 0x0101_080A {
                packet.tcpHasTimestamps = true
                packet.tcpTimestamp = packet.u32(offset + 24)
                packet.tcpEcho = packet.u32(offset + 28)
            } else {
                TCPOptions.read(&packet, offset + 20, offset + length)
            }
        }
        return nil
    }
}
