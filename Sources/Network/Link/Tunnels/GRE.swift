internal import Events

/// Generic Routing Encapsulation (RFC 2784, 2890; version 1 as PPTP uses it, RFC 2637), and ERSPAN type II in it.
enum GRE {
    /// Marks the packet inside, where there is one that can be read.
    static func read(_ packet: inout PacketView, _ offset: Int) {
        guard packet.end >= offset + 4 else {
            packet.events.note(.greTooSmall)
            return
        }
        let flags = packet.u16(offset)
        let at: Int?
        switch flags & 7 {
        case 0: at = readVersion0(&packet, offset, flags)
        case 1: at = readVersion1(&packet, offset, flags)
        default:
            packet.events.note(.greWrongVersion)
            return
        }
        guard let at else { return }
        enter(&packet, at, flags)
    }

    /// Where the packet inside begins; nil where there is none.
    private static func readVersion0(_ packet: inout PacketView, _ offset: Int, _ flags: UInt16) -> Int? {
        if flags & 0x0700 != 0 { packet.events.note(.gre0Recursion) }
        if flags & 0x00F8 != 0 { packet.events.note(.gre0Flags) }
        guard flags & 0x07F8 == 0 else { return nil }
        var at = offset + 4
        if flags & 0xC000 != 0 { at += 4 }
        if flags & 0x2000 != 0 { at += 4 }
        if flags & 0x1000 != 0 { at += 4 }
        guard at <= packet.end else {
            packet.events.note(.gre0HeaderTooBig)
            return nil
        }
        return flags & 0x4000 != 0 ? skipRoutes(&packet, at) : at
    }

    /// Source routes (RFC 1701): family, offset, length, addresses; an empty one ends them.
    private static func skipRoutes(_ packet: inout PacketView, _ from: Int) -> Int? {
        var at = from
        while at + 4 <= packet.end {
            let length = Int(packet.start[at + 3])
            if packet.u16(at) == 0 || length == 0 { return at + 4 }
            at += 4 + length
        }
        packet.events.note(.gre0MalformedRoute)
        return nil
    }

    private static func readVersion1(_ packet: inout PacketView, _ offset: Int, _ flags: UInt16) -> Int? {
        let faults: [(bits: UInt16, event: DecodeEvent)] = [
            (0x8000, .gre1Checksum), (0x4000, .gre1Route), (0x0800, .gre1StrictRoute), (0x0700, .gre1Recursion),
            (0x0078, .gre1Flags),
        ]
        for fault in faults where flags & fault.bits != 0 {
            packet.events.note(fault.event)
            return nil
        }
        if packet.u16(offset + 2) != 0x880B {
            packet.events.note(.gre1WrongProtocol)
            return nil
        }
        if flags & 0x2000 == 0 {
            packet.events.note(.gre1NoKey)
            return nil
        }
        let at = offset + 8 + (flags & 0x1000 != 0 ? 4 : 0) + (flags & 0x0080 != 0 ? 4 : 0)
        if at > packet.end {
            packet.events.note(.gre1HeaderTooBig)
            return nil
        }
        return at
    }

    private static func enter(_ packet: inout PacketView, _ from: Int, _ flags: UInt16) {
        var at = from
        switch packet.u16(packet.payloadOffset + 2) {
        case 0x0800, 0x86DD: packet.inner = .network
        case 0x6558: packet.inner = .ethernet
        case 0x880B: packet.inner = .ppp
        case 0x88BE:
            packet.inner = .ethernet
            if flags & 0x1000 != 0 { at += 8 }
        default: return
        }
        if at >= packet.end { packet.inner = .none }
        packet.innerOffset = at
    }
}
