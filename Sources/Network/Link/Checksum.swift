internal import Events

/// The Internet checksum (RFC 1071), eight bytes at a time.
enum Checksum {
    /// Ones-complement sum of `count` bytes, not folded. Byte order cancels out when it is folded and compared.
    static func sum(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(start)
        var total: UInt64 = 0
        var at = 0
        let wide = count & ~7
        while at < wide {
            let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            total &+= (word & 0xFFFF_FFFF) &+ (word >> 32)
            at += 8
        }
        while at + 1 < count {
            total &+= UInt64(raw.loadUnaligned(fromByteOffset: at, as: UInt16.self))
            at += 2
        }
        if at < count { total &+= UInt64(start[at]) }
        return total
    }

    static func fold(_ sum: UInt64) -> UInt16 {
        var total = (sum & 0xFFFF_FFFF) &+ (sum >> 32)
        total = (total & 0xFFFF) &+ (total >> 16)
        total = (total & 0xFFFF) &+ (total >> 16)
        total = (total & 0xFFFF) &+ (total >> 16)
        return UInt16(truncatingIfNeeded: total)
    }

    /// Whether the checksum of a TCP, UDP, ICMP or ICMPv6 packet holds; true where there is none to judge.
    static func transportHolds(_ packet: PacketView) -> Bool {
        let header = packet.header
        let length = packet.end - packet.transportOffset
        if header.has.contains(.udp), packet.u16(packet.transportOffset + 6) == 0 {
            return header.has.contains(.ipv4)
        }
        if header.has.contains(.sctp) || header.has.isDisjoint(with: [.tcp, .udp, .icmp]) { return true }
        var total = sum(packet.start + packet.transportOffset, length)
        if header.has.contains(.ipv4) {
            if header.has.contains(.icmp) { return fold(total) == 0xFFFF }
            total &+= sum(packet.start + packet.networkOffset + 12, 8)
        } else {
            total &+= sum(packet.start + packet.networkOffset + 8, 32)
        }
        total &+= UInt64(UInt16(header.ipProtocol).bigEndian) &+ UInt64(UInt32(length).bigEndian & 0xFFFF)
        total &+= UInt64(UInt32(length).bigEndian >> 16)
        return fold(total) == 0xFFFF
    }
}
