internal import Events
internal import Primitives

/// Internet Protocol version 4 (RFC 791).
enum IPv4 {
    @inline(__always) static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 20 else { return .truncatedIPv4 }
        let first = packet.start[offset]
        guard first >> 4 == 4 else { return .badIPv4Version }
        let headerLength = Int(first & 15) * 4
        let total = Int(packet.u16(offset + 2))
        guard headerLength >= 20 else { return .badIPv4HeaderLength }
        guard total >= headerLength else { return .badIPv4TotalLength }
        guard packet.count >= offset + total else { return .cutIPv4 }
        let field = packet.u16(offset + 6)
        packet.networkOffset = offset
        packet.end = offset + total
        packet.header.has = .ipv4
        packet.header.source = IPAddress(v4: packet.u32(offset + 12))
        packet.header.destination = IPAddress(v4: packet.u32(offset + 16))
        packet.header.tos = packet.start[offset + 1]
        packet.header.ttl = packet.start[offset + 8]
        packet.header.ipID = UInt32(packet.u16(offset + 4))
        packet.header.fragmentField = field
        packet.header.ipProtocol = packet.start[offset + 9]
        if headerLength > 20 { IPv4Options.check(&packet, offset + 20, offset + headerLength) }
        if field & 0x3FFF != 0 { return readFragment(&packet, offset + headerLength, field) }
        return Transport.read(packet.header.ipProtocol, &packet, offset + headerLength)
    }

    private static func readFragment(_ packet: inout PacketView, _ at: Int, _ field: UInt16) -> UnreadPacketReason? {
        packet.header.has.insert(.fragment)
        packet.fragmentID = packet.header.ipID
        packet.fragmentProtocol = packet.header.ipProtocol
        packet.fragmentOffset = Int(field & 0x1FFF) * 8
        packet.moreFragments = field & 0x2000 != 0
        Transport.setPayload(&packet, at)
        let length = packet.payloadLength
        if packet.fragmentOffset + length > 65_535 { packet.events.note(.ipv4FragmentTooLarge) }
        if length == 0 || packet.fragmentOffset + length > 65_535 { return .badFragment }
        if packet.moreFragments && length % 8 != 0 { return .badFragment }
        return nil
    }

    /// Whether the header's checksum holds. The header's length was checked before.
    @inline(__always) static func checksumHolds(_ packet: inout PacketView) -> Bool {
        let length = Int(packet.start[packet.networkOffset] & 15) * 4
        return Checksum.holds(Checksum.shortSum(packet.start + packet.networkOffset, length))
    }
}
