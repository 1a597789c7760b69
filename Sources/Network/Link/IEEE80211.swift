/// IEEE 802.11 data frames, bare or behind a radiotap header (https://www.radiotap.org).
enum IEEE80211 {
    static func readRadiotap(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 8 else { return .truncatedLink }
        let length = Int(packet.start[offset + 2]) | Int(packet.start[offset + 3]) << 8
        guard packet.start[offset] == 0, length >= 8 else { return .damagedLink }
        return read(&packet, offset + length)
    }

    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 24 else { return .truncatedLink }
        let control = packet.start[offset]
        let flags = packet.start[offset + 1]
        guard control & 0x0F == 0x08 else { return .controlFrame }
        guard flags & 0x40 == 0 else { return .encrypted }
        let subtype = control >> 4
        guard subtype & 4 == 0 else { return .controlFrame }
        var at = offset + 24
        if flags & 3 == 3 { at += 6 }
        if subtype & 8 != 0 {
            guard packet.count >= at + 2 else { return .truncatedLink }
            // Aggregated frames (A-MSDU) hold several packets under sub-headers of their own.
            if packet.start[at] & 0x80 != 0 { return .controlFrame }
            at += 2
            if flags & 0x80 != 0 { at += 4 }
        }
        return LLC.read(&packet, at)
    }
}
