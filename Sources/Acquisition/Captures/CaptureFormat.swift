internal import Primitives

/// The capture formats that are read, told by their magic numbers.
///
/// Sources: pcap, draft-ietf-opsawg-pcap section 4; pcapng, draft-ietf-opsawg-pcapng section 4.1; Kuznetzov's modified
/// pcap (0xa1b2cd34), Wireshark wiki "Development/LibpcapFileFormat".
enum CaptureFormat: Equatable {
    case pcap(PcapVariant)
    case pcapng

    var name: String { self == .pcapng ? "pcapng" : "pcap" }

    /// Nil: not a capture.
    static func detect(_ head: Bytes) -> CaptureFormat? {
        guard head.count >= 4 else { return nil }
        let magic = head.bigEndian32(at: 0)
        if magic == 0x0A0D_0D0A {
            guard head.count >= 12 else { return nil }
            let order = head.bigEndian32(at: 8)
            return order == 0x1A2B_3C4D || order == 0x4D3C_2B1A ? .pcapng : nil
        }
        return PcapVariant(magic: magic).map { .pcap($0) }
    }

    /// Whether a few bytes might still become a capture's magic number.
    static func isUndecided(_ head: Bytes) -> Bool {
        let starts: [[UInt8]] = [
            [0x0A, 0x0D, 0x0D, 0x0A], [0xA1, 0xB2, 0xC3, 0xD4], [0xD4, 0xC3, 0xB2, 0xA1], [0xA1, 0xB2, 0x3C, 0x4D],
            [0x4D, 0x3C, 0xB2, 0xA1], [0xA1, 0xB2, 0xCD, 0x34], [0x34, 0xCD, 0xB2, 0xA1],
        ]
        let length = min(4, head.count)
        let fits = starts.first { $0[..<length].elementsEqual(head.prefix(length).array) }
        return fits.map { head.count < ($0[0] == 0x0A ? 12 : 4) } ?? false
    }
}

/// Byte order, fraction and record layout of a classic capture.
struct PcapVariant: Equatable {
    var isBigEndian: Bool
    /// What the fraction of a record's time is multiplied by to be nanoseconds.
    var fractionNanoseconds: Int64
    /// 16; Kuznetzov's variant adds interface, protocol and packet type.
    var recordHeaderLength: Int

    /// `magic` as a big-endian reader sees it; nil where it is no classic capture's.
    init?(magic: UInt32) {
        switch magic {
        case 0xA1B2_C3D4, 0xD4C3_B2A1: (fractionNanoseconds, recordHeaderLength) = (1000, 16)
        case 0xA1B2_3C4D, 0x4D3C_B2A1: (fractionNanoseconds, recordHeaderLength) = (1, 16)
        case 0xA1B2_CD34, 0x34CD_B2A1: (fractionNanoseconds, recordHeaderLength) = (1000, 24)
        default: return nil
        }
        isBigEndian = magic >> 16 == 0xA1B2
    }
}
