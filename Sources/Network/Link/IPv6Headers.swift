internal import Events

/// The extension headers that a packet has had so far, looked over for what is odd (RFC 8200 section 4.1: each at most
/// once, but for destination options, of which two may be).
struct IPv6Headers {
    private var seen: UInt8 = 0
    private var destinationHeaders = 0

    private mutating func again(_ bit: UInt8) -> Bool {
        defer { seen |= bit }
        return seen & bit != 0
    }

    /// A header from `at` to `end`, which lie within the packet.
    mutating func enter(_ number: UInt8, _ packet: inout PacketView, _ at: Int, _ end: Int) {
        switch number {
        case 0:
            if again(1) { packet.events.note(.ipv6DuplicateHopHeader) }
            IPv6Headers.readOptions(&packet, at + 2, end, isHop: true)
        case 43:
            if again(2) { packet.events.note(.ipv6DuplicateRoutingHeader) }
            if packet.start[at + 2] == 0 { packet.events.note(.ipv6RoutingType0) }
        case 60:
            destinationHeaders += 1
            if destinationHeaders > 2 { packet.events.note(.ipv6DuplicateDestinationHeader) }
            IPv6Headers.readOptions(&packet, at + 2, end, isHop: false)
        case 44:
            if again(4) { packet.events.note(.ipv6DuplicateFragmentHeader) }
            if packet.start[at + 1] != 0 { packet.events.note(.ipv6FragmentReserved) }
        case 51:
            if again(8) { packet.events.note(.ipv6DuplicateAuthentication) }
            if packet.u16(at + 2) != 0 { packet.events.note(.ipv6AuthenticationReserved) }
        default: break
        }
    }

    /// Options of the hop-by-hop and destination headers (RFC 8200 section 4.2): those that are registered and in use.
    private static func readOptions(_ packet: inout PacketView, _ from: Int, _ end: Int, isHop: Bool) {
        var at = from
        var padding = false
        var others = false
        while at < end {
            let type = packet.start[at]
            if type == 0 {
                padding = true
                at += 1
                continue
            }
            guard at + 1 < end, at + 2 + Int(packet.start[at + 1]) <= end else {
                packet.events.note(.ipv6OptionLength)
                return
            }
            let length = Int(packet.start[at + 1])
            if type == 1 { padding = true } else { others = true }
            switch type {
            case 1: if length == 0 { packet.events.note(.ipv6EmptyPadding) }
            case 5: if length != 2 { packet.events.note(.ipv6OptionLength) }
            case 0xC2: if length != 4 { packet.events.note(.ipv6OptionLength) }
            case 0xC9: if length != 16 { packet.events.note(.ipv6OptionLength) }
            case 0x04, 0x26, 0x1E, 0x8B, 0x8C: break
            default: packet.events.note(isHop ? .ipv6UnknownHopOption : .ipv6UnknownDestinationOption)
            }
            at += 2 + length
        }
        if padding && !others { packet.events.note(isHop ? .ipv6OnlyHopPadding : .ipv6OnlyDestinationPadding) }
    }
}
