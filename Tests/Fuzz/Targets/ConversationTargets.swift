internal import Primitives

/// What two hosts say to each other, cut into segments: the protocols' parsers without the luck of finding a frame
/// that parses.
enum ConversationTargets {
    /// First byte: the server's port. Then segments, each behind a byte: the highest bit says who speaks, the others
    /// how long it is (127: the rest).
    static let tcp = FuzzTarget("tcp", maximumBytes: 8 << 10) { bytes in
        guard let first = bytes.isEmpty ? nil : bytes[0] else { return }
        var talk = Talk(port: ports[Int(first) % ports.count])
        talk.handshake()
        var rest = bytes.dropping(1)
        while rest.count > 1 {
            let (isClient, asked) = (rest[0] & 0x80 == 0, Int(rest[0] & 0x7F))
            let length = asked == 127 ? rest.count - 1 : min(asked * 4, rest.count - 1)
            talk.segment(isClient, rest.slice(1, 1 + length))
            rest = rest.dropping(1 + length)
        }
        talk.finish()
        Frames(talk.frames).check()
    }

    /// First byte: the server's port. Then datagrams, each behind its length in two bytes, whose highest bit says who
    /// speaks.
    static let udp = FuzzTarget("udp", maximumBytes: 8 << 10) { bytes in
        guard let first = bytes.isEmpty ? nil : bytes[0] else { return }
        var talk = Talk(port: udpPorts[Int(first) % udpPorts.count])
        var rest = bytes.dropping(1)
        while rest.count > 2 {
            let length = min(Int(rest[0] & 0x7F) << 8 | Int(rest[1]), rest.count - 2, 1400)
            talk.datagram(rest[0] & 0x80 == 0, rest.slice(2, 2 + length))
            rest = rest.dropping(2 + length)
        }
        Frames(talk.frames).check()
    }

    /// First byte: which protocol begins. Then what is said, behind a byte: the highest bit says who speaks, the others
    /// which phrase it is (from 64 on: that many bytes of the input, less 63).
    static let logIns = FuzzTarget("logins", maximumBytes: 4 << 10) { bytes in
        guard let first = bytes.isEmpty ? nil : bytes[0] else { return }
        let opening = openings[Int(first) % openings.count]
        var talk = Talk(port: opening.port)
        talk.handshake()
        Array(opening.text.utf8).withBytes { talk.segment(opening.isClient, $0) }
        var rest = bytes.dropping(1)
        while !rest.isEmpty {
            let (isClient, number) = (rest[0] & 0x80 == 0, Int(rest[0] & 0x7F))
            rest = rest.dropping(1)
            if number < 64 {
                Array(phrases[number % phrases.count].utf8).withBytes { talk.segment(isClient, $0) }
            } else {
                let part = rest.prefix(number - 63)
                if !part.isEmpty { talk.segment(isClient, part) }
                rest = rest.dropping(part.count)
            }
        }
        talk.finish()
        Frames(talk.frames).check()
    }

    private static let openings: [(port: UInt16, isClient: Bool, text: String)] = [
        (143, false, "* OK ready\r\n"), (110, false, "+OK ready\r\n"), (21, true, "USER anna\r\n"),
        (25, true, "EHLO pc\r\n"),
    ]
    private static let phrases = [
        "\r\n", " ", "a1 LOGIN ", "a1 AUTHENTICATE PLAIN", "anna ", "\"", "\\", "{4}\r\n", "{3+}\r\n",
        "{4294967296}\r\n", "a1 OK\r\n", "a1 NO\r\n", "+ \r\n", "* 1 FETCH (BODY[] {9}\r\n", "a1 STARTTLS\r\n", "USER ",
        "PASS x\r\n",
        "APOP a 0\r\n", "AUTH PLAIN\r\n", "AUTH LOGIN ", "AGFubmEAeA==", "=", "*\r\n", "+OK\r\n", "-ERR\r\n", ".\r\n",
        "RETR 1\r\n", "331 -\r\n", "332 -\r\n", "530 -\r\n", "230-", "230 -\r\n", "ACCT x\r\n", "220 -\r\n", "334 \r\n",
        "235 -\r\n", "535 -\r\n", "250 -\r\n", "354 -\r\n", "DATA\r\n", "MAIL FROM:<a>\r\n", "BDAT 9 LAST\r\n",
    ]

    private static let ports: [UInt16] = [
        80, 443, 22, 25, 21, 53, 445, 139, 135, 88, 5060, 1883, 3389, 5900, 389, 3268, 110, 143, 8080, 2049,
        5432, 502, 44_818, 20_000,
    ]
    private static let udpPorts: [UInt16] = [
        53, 5353, 67, 123, 69, 161, 162, 500, 4500, 5060, 88, 389, 3544, 4789, 6081, 2152, 2049, 6881,
    ]
}

/// Owns the frames while they are decoded.
private struct Frames {
    private let all: [[UInt8]]

    init(_ frames: [[UInt8]]) { all = frames }

    func check() {
        let joined = all.flatMap { $0 }
        joined.withBytes { bytes in
            var frames: [Bytes] = []
            var at = 0
            for frame in all {
                frames.append(bytes.slice(at, at + frame.count))
                at += frame.count
            }
            DecodedFrames.check(frames, link: 101)
        }
    }
}

/// IPv4 packets between 10.0.0.1 and 10.0.0.2 (RFC 791, 793, 768), without link layer and checksums.
private struct Talk {
    private(set) var frames: [[UInt8]] = []
    private let port: UInt16
    private var clientNext: UInt32 = 1000
    private var serverNext: UInt32 = 5000

    init(port: UInt16) { self.port = port }

    mutating func handshake() {
        tcp(true, flags: 0x02, [])
        clientNext &+= 1
        tcp(false, flags: 0x12, [])
        serverNext &+= 1
        tcp(true, flags: 0x10, [])
    }

    mutating func segment(_ isClient: Bool, _ payload: Bytes) {
        var rest = payload
        while !rest.isEmpty {
            let part = rest.prefix(1400)
            tcp(isClient, flags: 0x18, part.array)
            if isClient { clientNext &+= UInt32(part.count) } else { serverNext &+= UInt32(part.count) }
            rest = rest.dropping(part.count)
        }
    }

    mutating func finish() {
        tcp(true, flags: 0x11, [])
        clientNext &+= 1
        tcp(false, flags: 0x11, [])
        serverNext &+= 1
        tcp(true, flags: 0x10, [])
    }

    private static func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

    private static func be32(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(value >> (24 - 8 * UInt32($0)) & 0xFF) }
    }

    private func ports(_ isClient: Bool) -> [UInt8] {
        isClient ? Talk.be16(40_000) + Talk.be16(Int(port)) : Talk.be16(Int(port)) + Talk.be16(40_000)
    }

    private mutating func tcp(_ isClient: Bool, flags: UInt8, _ payload: [UInt8]) {
        let (own, other) = isClient ? (clientNext, serverNext) : (serverNext, clientNext)
        let header =
            ports(isClient) + Talk.be32(own) + Talk.be32(other) + [0x50, flags] + Talk.be16(65_000) + [0, 0, 0, 0]
        packet(isClient, 6, header + payload)
    }

    mutating func datagram(_ isClient: Bool, _ payload: Bytes) {
        packet(isClient, 17, ports(isClient) + Talk.be16(8 + payload.count) + [0, 0] + payload.array)
    }

    private mutating func packet(_ isClient: Bool, _ transport: UInt8, _ content: [UInt8]) {
        let (from, to): (UInt8, UInt8) = isClient ? (1, 2) : (2, 1)
        frames.append(
            [0x45, 0] + Talk.be16(20 + content.count) + [0, 1, 0x40, 0, 64, transport, 0, 0, 10, 0, 0, from]
                + [10, 0, 0, to] + content)
    }
}
