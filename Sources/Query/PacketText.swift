internal import Events
internal import Primitives

/// A captured frame in a line: addresses, protocol, length, and what its payload begins with. Reads Ethernet (with
/// VLAN), Linux cooked and raw IP; of others the length is shown.
struct PacketText {
    var source = "?"
    var destination = "?"
    var proto = "?"
    var detail = ""

    private let bytes: [UInt8]

    init(_ packet: KeptPacket) {
        bytes = packet.bytes
        switch packet.linkType {
        case 1: ethernet(12)
        case 113: network(u16(14), 16)
        case 276: network(u16(0), 20)
        case 101, 12, 14: network(bytes.first.map { $0 >> 4 == 6 } == true ? 0x86DD : 0x0800, 0)
        case 0: network(bytes.first == 2 ? 0x0800 : 0x86DD, 4)
        default: proto = "link \(packet.linkType)"
        }
    }

    private func u8(_ offset: Int) -> Int { offset < bytes.count ? Int(bytes[offset]) : 0 }
    private func u16(_ offset: Int) -> Int { u8(offset) << 8 | u8(offset + 1) }
    private func u32(_ offset: Int) -> Int { u16(offset) << 16 | u16(offset + 2) }

    private func v4(_ offset: Int) -> String { (0..<4).map { "\(u8(offset + $0))" }.joined(separator: ".") }

    private func v6(_ offset: Int) -> String {
        IPAddress(
            high: UInt64(u32(offset)) << 32 | UInt64(u32(offset + 4)),
            low: UInt64(u32(offset + 8)) << 32 | UInt64(u32(offset + 12))
        ).description
    }

    private mutating func ethernet(_ offset: Int) {
        var place = offset
        while [0x8100, 0x88A8, 0x9100].contains(u16(place)), place < offset + 16 { place += 4 }
        network(u16(place), place + 2)
    }

    private mutating func network(_ type: Int, _ start: Int) {
        switch type {
        case 0x0800:
            (source, destination) = (v4(start + 12), v4(start + 16))
            let end = start + max(20, u16(start + 2))
            if u16(start + 6) & 0x1FFF != 0 {
                (proto, detail) = ("IPv4", "fragment at \((u16(start + 6) & 0x1FFF) * 8)")
            } else {
                transport(u8(start + 9), start + (u8(start) & 15) * 4, end)
            }
        case 0x86DD:
            (source, destination) = (v6(start + 8), v6(start + 24))
            transport(u8(start + 6), start + 40, start + 40 + u16(start + 4))
        case 0x0806: proto = "ARP"
        default: proto = "type 0x" + String(type, radix: 16)
        }
    }

    private mutating func transport(_ number: Int, _ start: Int, _ end: Int) {
        switch number {
        case 6:
            proto = "TCP"
            ports(start)
            let names: [(Int, String)] = [(2, "SYN"), (16, "ACK"), (8, "PSH"), (1, "FIN"), (4, "RST"), (32, "URG")]
            let flags = names.filter { u8(start + 13) & $0.0 != 0 }.map(\.1).joined(separator: ",")
            let payload = start + (u8(start + 12) >> 4) * 4
            detail = "[\(flags)] len=\(max(0, end - payload))" + text(payload, end)
        case 17:
            proto = "UDP"
            ports(start)
            detail = "len=\(max(0, end - start - 8))" + text(start + 8, end)
        case 1, 58: (proto, detail) = (number == 1 ? "ICMP" : "ICMPv6", "type \(u8(start)) code \(u8(start + 1))")
        default: (proto, detail) = ("IP \(number)", "len=\(max(0, end - start))")
        }
    }

    private mutating func ports(_ start: Int) {
        let bracketed = { (address: String) in address.contains(":") ? "[\(address)]" : address }
        source = "\(bracketed(source)):\(u16(start))"
        destination = "\(bracketed(destination)):\(u16(start + 2))"
    }

    /// The first line of a payload that is mostly text.
    private func text(_ start: Int, _ end: Int) -> String {
        let stop = min(end, start + 120, bytes.count)
        guard start >= 0, start < stop else { return "" }
        let head = bytes[start..<stop]
        let printable = head.count { (0x20..<0x7F).contains($0) || $0 == 0x0D || $0 == 0x0A || $0 == 9 }
        guard printable * 10 >= head.count * 9 else { return "" }
        return "  " + String(decoding: head.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    }
}
