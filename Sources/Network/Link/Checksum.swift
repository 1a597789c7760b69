internal import CKernels
internal import Events

/// The Internet checksum (RFC 1071).
enum Checksum {
    /// Ones-complement sum of `count` bytes, not folded. Byte order cancels out when it is folded and compared.
    @inline(__always) static func sum(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        ones_complement_sum(start, count)
    }

    @inline(__always) static func halves(_ word: UInt64) -> UInt64 { (word & 0xFFFF_FFFF) &+ (word >> 32) }

    /// The sum of `count` bytes, a small multiple of four, without a loop for the usual 8 and 20.
    @inline(__always) static func shortSum(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(start)
        switch count {
        case 8: return halves(raw.loadUnaligned(as: UInt64.self))
        case 20:
            return halves(raw.loadUnaligned(as: UInt64.self))
                &+ halves(raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                &+ UInt64(raw.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
        default: return sum(start, count)
        }
    }

    @inline(__always) static func fold(_ sum: UInt64) -> UInt16 {
        var total = (sum & 0xFFFF_FFFF) &+ (sum >> 32)
        total = (total & 0xFFFF) &+ (total >> 16)
        total = (total & 0xFFFF) &+ (total >> 16)
        total = (total & 0xFFFF) &+ (total >> 16)
        return UInt16(truncatingIfNeeded: total)
    }

    /// Whether the checksum of a TCP, UDP, ICMP or ICMPv6 packet holds; true where there is none to judge.
    @inline(__always) static func transportHolds(_ packet: inout PacketView) -> Bool {
        let length = packet.end - packet.transportOffset
        if packet.header.has.contains(.udp), packet.u16(packet.transportOffset + 6) == 0 {
            return packet.header.has.contains(.ipv4)
        }
        if packet.header.has.contains(.sctp) || packet.header.has.isDisjoint(with: [.tcp, .udp, .icmp]) { return true }
        var total = sum(packet.start + packet.transportOffset, length)
        if packet.header.has.contains(.ipv4) {
            if packet.header.has.contains(.icmp) { return fold(total) == 0xFFFF }
            total &+= shortSum(packet.start + packet.networkOffset + 12, 8)
        } else {
            total &+= sum(packet.start + packet.networkOffset + 8, 32)
        }
        total &+= UInt64(UInt16(packet.header.ipProtocol).bigEndian) &+ UInt64(UInt32(length).bigEndian & 0xFFFF)
        total &+= UInt64(UInt32(length).bigEndian >> 16)
        return fold(total) == 0xFFFF
    }
}
