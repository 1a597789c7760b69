/// DNS messages written byte by byte (RFC 1035 section 4).
enum DNSBytes {
    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static func header(_ id: Int, flags: Int, _ counts: [Int]) -> [UInt8] {
        Frames.be16(id) + Frames.be16(flags) + counts.flatMap { Frames.be16($0) }
    }

    static func question(_ text: String, type: Int, class number: Int = 1) -> [UInt8] {
        name(text) + Frames.be16(type) + Frames.be16(number)
    }

    static func query(_ id: Int, _ text: String, type: Int = 1) -> [UInt8] {
        header(id, flags: 0x0100, [1, 0, 0, 0]) + question(text, type: type)
    }

    /// A record whose owner is the question's name, by a pointer to offset 12.
    static func record(type: Int, ttl: Int = 300, owner: [UInt8] = [0xC0, 12], _ data: [UInt8]) -> [UInt8] {
        owner + Frames.be16(type) + Frames.be16(1) + Frames.be32(ttl) + Frames.be16(data.count) + data
    }

    static func answer(_ id: Int, _ text: String, type: Int = 1, code: Int = 0, _ records: [[UInt8]]) -> [UInt8] {
        header(id, flags: 0x8180 | code, [1, records.count, 0, 0]) + question(text, type: type)
            + records.flatMap { $0 }
    }

    static func client(_ message: [UInt8], port: Int = 53) -> [UInt8] {
        Frames.udpFrame(message, sourcePort: 40_000, destinationPort: port)
    }

    static func server(_ message: [UInt8], port: Int = 53) -> [UInt8] {
        let datagram = Frames.udp("198.51.100.2", port, "192.0.2.1", 40_000, message)
        return Frames.ethernet(0x0800, Frames.ipv4("198.51.100.2", "192.0.2.1", 17, datagram))
    }
}
