internal import Events

/// TCP options (https://www.iana.org/assignments/tcp-parameters). A damaged one ends the list: what stood before it
/// counts, as it does for receivers.
enum TCPOptions {
    static func read(_ packet: inout PacketView, _ from: Int, _ to: Int) {
        var at = from
        var seen: UInt64 = 0
        while at < to {
            let kind = packet.start[at]
            if kind == 0 { return }
            if kind == 1 {
                at += 1
                continue
            }
            guard at + 1 < to else { return }
            let length = Int(packet.start[at + 1])
            guard length >= 2, at + length <= to else {
                packet.events.note(.tcpOptionLength)
                return
            }
            if fits(kind, length) {
                if repeats(kind, &seen) {
                    packet.events.note(.tcpOptionDuplicate)
                } else {
                    take(kind, &packet, at, length)
                }
            } else {
                packet.events.note(.tcpOptionLength)
            }
            at += length
        }
    }

    private static func repeats(_ kind: UInt8, _ seen: inout UInt64) -> Bool {
        guard kind < 64 else { return false }
        defer { seen |= 1 << UInt64(kind) }
        return seen >> UInt64(kind) & 1 == 1 && (kind <= 5 || kind == 8 || kind == 34)
    }

    /// Whether a known option has the length that is its own.
    private static func fits(_ kind: UInt8, _ length: Int) -> Bool {
        switch kind {
        case 2: length == 4
        case 3: length == 3
        case 4: length == 2
        // Blocks of eight bytes; none at all is useless, and harmless.
        case 5: length == 2 || (length >= 10 && length <= 34 && (length - 2) % 8 == 0)
        case 8: length == 10
        case 19: length == 18
        case 29: length >= 4
        // RFC 6994: with the identifier of fast open, alone or with a cookie of eight bytes.
        case 253, 254: length == 4 || length == 12
        case 34: length == 2 || (length >= 6 && length <= 18 && length % 2 == 0)
        default: true
        }
    }

    private static func take(_ kind: UInt8, _ packet: inout PacketView, _ at: Int, _ length: Int) {
        switch kind {
        case 2: packet.tcpMSS = packet.u16(at + 2)
        case 3:
            packet.tcpHasWindowScale = true
            packet.tcpWindowScale = min(packet.start[at + 2], 14)
            if packet.start[at + 2] > 14 { packet.events.note(.tcpWindowScaleTooLarge) }
        case 8:
            packet.tcpHasTimestamps = true
            packet.tcpTimestamp = packet.u32(at + 2)
            packet.tcpEcho = packet.u32(at + 6)
        case 34: packet.tcpFastOpen = true
        case 253, 254: if packet.u16(at + 2) == 0xF989 { packet.tcpFastOpen = true }
        default: break
        }
    }
}
