import Primitives

/// Frames written byte by byte: every header as its RFC draws it, checksums computed independently of the room.
enum Frames {
    static func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    static func be32(_ value: Int) -> [UInt8] { be16(value >> 16 & 0xFFFF) + be16(value & 0xFFFF) }

    static func address(_ text: String) -> [UInt8] {
        let address = IPAddress(text)!
        if let v4 = address.v4 { return be32(Int(v4)) }
        return (0..<16).map { index in
            let half = index < 8 ? address.high : address.low
            return UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index & 7)))
        }
    }

    /// RFC 1071, one 16-bit word after the other.
    static func checksum(_ bytes: [UInt8]) -> Int {
        var sum = 0
        for index in stride(from: 0, to: bytes.count, by: 2) {
            sum += Int(bytes[index]) << 8 | (index + 1 < bytes.count ? Int(bytes[index + 1]) : 0)
        }
        while sum > 0xFFFF { sum = sum & 0xFFFF + sum >> 16 }
        return ~sum & 0xFFFF
    }

    static func ethernet(_ type: Int, _ payload: [UInt8]) -> [UInt8] {
        [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2] + be16(type) + payload
    }

    static func ipv4(
        _ source: String, _ destination: String, _ number: Int, _ payload: [UInt8], id: Int = 7, field: Int = 0,
        ttl: Int = 64, options: [UInt8] = []
    ) -> [UInt8] {
        let length = 20 + options.count
        var header = [UInt8(0x40 + length / 4), 0] + be16(length + payload.count) + be16(id) + be16(field)
        header += [UInt8(ttl), UInt8(number), 0, 0] + address(source) + address(destination) + options
        let sum = checksum(header)
        header[10] = UInt8(sum >> 8)
        header[11] = UInt8(sum & 255)
        return header + payload
    }

    static func ipv6(
        _ source: String, _ destination: String, _ next: Int, _ payload: [UInt8]
    ) -> [UInt8] {
        [0x60, 0, 0, 0] + be16(payload.count) + [UInt8(next), 64] + address(source) + address(destination) + payload
    }

    static func pseudo(_ source: String, _ destination: String, _ number: Int, _ length: Int) -> [UInt8] {
        let both = address(source) + address(destination)
        return both.count == 8 ? both + [0, UInt8(number)] + be16(length) : both + be32(length) + be32(number)
    }

    static func tcp(
        _ source: String, _ sourcePort: Int, _ destination: String, _ destinationPort: Int, flags: Int, sequence: Int,
        acknowledgement: Int = 0, window: Int = 65_535, options: [UInt8] = [], _ payload: [UInt8] = []
    ) -> [UInt8] {
        let length = 20 + options.count
        var segment = be16(sourcePort) + be16(destinationPort) + be32(sequence) + be32(acknowledgement)
        segment += [UInt8((length / 4) << 4), UInt8(flags)] + be16(window) + [0, 0, 0, 0] + options + payload
        let sum = checksum(pseudo(source, destination, 6, segment.count) + segment)
        segment[16] = UInt8(sum >> 8)
        segment[17] = UInt8(sum & 255)
        return segment
    }

    static func udp(
        _ source: String, _ sourcePort: Int, _ destination: String, _ destinationPort: Int, _ payload: [UInt8]
    ) -> [UInt8] {
        var datagram = be16(sourcePort) + be16(destinationPort) + be16(8 + payload.count) + [0, 0] + payload
        let sum = checksum(pseudo(source, destination, 17, datagram.count) + datagram)
        datagram[6] = UInt8(sum >> 8)
        datagram[7] = UInt8(sum & 255)
        return datagram
    }

    static func icmp(_ type: Int, _ code: Int, id: Int, sequence: Int, _ payload: [UInt8] = []) -> [UInt8] {
        var message = [UInt8(type), UInt8(code), 0, 0] + be16(id) + be16(sequence) + payload
        let sum = checksum(message)
        message[2] = UInt8(sum >> 8)
        message[3] = UInt8(sum & 255)
        return message
    }

    /// An Ethernet frame with a UDP datagram between documentation addresses.
    static func udpFrame(_ payload: [UInt8], sourcePort: Int = 40_000, destinationPort: Int = 9) -> [UInt8] {
        let datagram = udp("192.0.2.1", sourcePort, "198.51.100.2", destinationPort, payload)
        return ethernet(0x0800, ipv4("192.0.2.1", "198.51.100.2", 17, datagram))
    }
}
