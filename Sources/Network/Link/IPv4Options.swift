internal import Events

/// Options of an IPv4 header (RFC 791 section 3.1): looked over for what is odd, as Suricata does.
enum IPv4Options {
    /// The options of which a header has at most one: record route, quick start, time stamp, security, loose and strict
    /// source route, commercial security, stream identifier, router alert, extended security.
    private static let known: [UInt8] = [7, 25, 68, 130, 131, 137, 134, 136, 148, 133]

    static func check(_ packet: inout PacketView, _ from: Int, _ to: Int) {
        var at = from
        var seen: UInt16 = 0
        if (to - from) % 8 != 0 { packet.events.note(.ipv4OptionPadding) }
        while at < to {
            let type = packet.start[at]
            if type == 0 { return }
            if type == 1 {
                at += 1
                continue
            }
            guard at + 1 < to else {
                packet.events.note(.ipv4OptionEnd)
                return
            }
            let length = Int(packet.start[at + 1])
            guard length >= 2, at + length <= to else {
                packet.events.note(.ipv4OptionLength)
                return
            }
            if let place = known.firstIndex(of: type) {
                if seen >> place & 1 == 1 { packet.events.note(.ipv4OptionDuplicate) }
                seen |= 1 << place
                if !holds(type, packet, at, length) { packet.events.note(.ipv4OptionMalformed) }
            } else {
                packet.events.note(.ipv4OptionInvalid)
            }
            at += length
        }
    }

    /// Whether an option's lengths and pointer fit each other.
    private static func holds(_ type: UInt8, _ packet: PacketView, _ at: Int, _ length: Int) -> Bool {
        switch type {
        case 7, 131, 137:
            guard length >= 3 else { return false }
            let pointer = Int(packet.start[at + 2])
            return pointer >= 4 && pointer % 4 == 0 && pointer <= length + 1
        case 68:
            guard length >= 4 else { return false }
            let pointer = Int(packet.start[at + 2])
            let step = packet.start[at + 3] & 3 == 0 ? 4 : 8
            return pointer >= 5 && (pointer - 5) % step == 0 && pointer <= length + 1
        case 25: return length == 8
        case 130: return length == 11 || length == 3
        case 136, 148: return length == 4
        default: return true
        }
    }
}
