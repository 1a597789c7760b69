internal import Primitives

/// TCP sessions that go as they please: flags, numbers, windows and time stamps out of order.
enum SessionTargets {
    private static let recordBytes = 8

    /// First byte: whether sessions are picked up midstream. Then segments: who speaks and whether it is stamped,
    /// flags, how far sequence number and acknowledgement lie from where the sides began (two bytes each), window,
    /// length; the payload follows.
    static let segments = FuzzTarget("segments", maximumBytes: 4 << 10) { bytes in
        guard let first = bytes.isEmpty ? nil : bytes[0] else { return }
        var all: [UInt8] = []
        var lengths: [Int] = []
        var rest = bytes.dropping(1)
        while rest.count >= recordBytes, lengths.count < 256 {
            let length = min(Int(rest[7]), rest.count - recordBytes)
            let packet = packet(rest.slice(0, recordBytes), rest.slice(recordBytes, recordBytes + length))
            all += packet
            lengths.append(packet.count)
            rest = rest.dropping(recordBytes + length)
        }
        all.withBytes { whole in
            var frames: [Bytes] = []
            var at = 0
            for length in lengths {
                frames.append(whole.slice(at, at + length))
                at += length
            }
            DecodedFrames.check(frames, link: 101, midstream: first & 1 == 1)
        }
    }

    /// IPv4 and TCP between 10.0.0.1:40000 and 10.0.0.2:80, without checksums.
    private static func packet(_ record: Bytes, _ payload: Bytes) -> [UInt8] {
        let isClient = record[0] & 1 == 0
        let isStamped = record[0] & 2 != 0
        let own = number(record, 2, from: isClient ? 1000 : 5000)
        let other = number(record, 4, from: isClient ? 5000 : 1000)
        let options: [UInt8] = isStamped ? [1, 1, 8, 10] + be32(UInt32(record[0])) + be32(UInt32(record[6])) : []
        let ports: [UInt8] = isClient ? [0x9C, 0x40, 0, 80] : [0, 80, 0x9C, 0x40]
        let segment =
            ports + be32(own) + be32(other) + [isStamped ? 0x80 : 0x50, record[1], record[6], 0, 0, 0, 0, 0] + options
            + payload.array
        let length = 20 + segment.count
        let (from, to): (UInt8, UInt8) = isClient ? (1, 2) : (2, 1)
        let head: [UInt8] = [0x45, 0, UInt8(length >> 8), UInt8(length & 0xFF), 0, 1, 0x40, 0, 64, 6, 0, 0]
        return head + [10, 0, 0, from, 10, 0, 0, to] + segment
    }

    private static func number(_ record: Bytes, _ at: Int, from base: UInt32) -> UInt32 {
        base &+ UInt32(record[at]) << 8 &+ UInt32(record[at + 1])
    }

    private static func be32(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(value >> (24 - 8 * UInt32($0)) & 0xFF) }
    }
}
