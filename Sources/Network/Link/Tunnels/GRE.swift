/// Generic Routing Encapsulation (RFC 2784, 2890; version 1 as PPTP uses it, RFC 2637), and ERSPAN type II in it.
enum GRE {
    /// Marks the packet inside, where there is one that can be read.
    static func read(_ packet: inout PacketView, _ offset: Int) {
        guard packet.end >= offset + 4 else {
            packet.events.note(.greTooSmall)
            return
        }
        let flags = packet.u16(offset)
        let type = packet.u16(offset + 2)
        var at = offset + 4
        if flags & 0x8000 != 0 || flags & 0x4000 != 0 { at += 4 }
        if flags & 0x2000 != 0 { at += 4 }
        if flags & 0x1000 != 0 { at += 4 }
        if flags & 7 == 1 && flags & 0x0080 != 0 { at += 4 }
        // Source routes (RFC 1701) are no longer used; a packet that has one is left alone.
        if flags & 0x4000 != 0 { return }
        var inner = InnerFrame.none
        switch type {
        case 0x0800, 0x86DD: inner = .network
        case 0x6558: inner = .ethernet
        case 0x880B: inner = .ppp
        case 0x88BE:
            inner = .ethernet
            if flags & 0x1000 != 0 { at += 8 }
        default: break
        }
        guard inner != .none, at < packet.end else { return }
        packet.inner = inner
        packet.innerOffset = at
    }
}
