internal import Events
internal import Primitives

/// Identity of an input: a hash of its first complete records, up to 4 KiB of decompressed content, and of the name of
/// the sensor. It does not depend on the file's name or compression, nor on what is appended later.
enum HeadIdentity {
    static let capacity = 4096

    /// How many bytes the identity covers: the whole records within the first 4 KiB, or, where there is none, all of
    /// them (`head` holds at least 4 KiB, or the whole content). Of a live log it is the first line: how much more came
    /// with it is chance.
    static func length(of head: Bytes, format: CaptureFormat?, isLive: Bool = false) -> Int {
        let first = head.prefix(capacity)
        if isLive, format == nil { return first.firstIndex(of: ASCII.newline).map { $0 + 1 } ?? first.count }
        let records: Int?
        switch format {
        case nil: records = first.lastIndex(of: ASCII.newline).map { $0 + 1 }
        case .pcap(let variant): records = pcapRecords(first, variant)
        case .pcapng: records = pcapngRecords(first)
        }
        return records ?? first.count
    }

    static func id(_ bytes: Bytes, sensor: String?) -> ContentID {
        var hasher = ContentHasher()
        hasher.add("input")
        hasher.add(UInt64(sensor == nil ? 0 : 1))
        hasher.add(sensor ?? "")
        hasher.add(bytes)
        return hasher.finish()
    }

    private static func pcapRecords(_ head: Bytes, _ variant: PcapVariant) -> Int? {
        var at = PcapReader.fileHeaderLength
        var found: Int?
        while at + variant.recordHeaderLength <= head.count {
            let captured = variant.isBigEndian ? head.bigEndian32(at: at + 8) : head.littleEndian32(at: at + 8)
            guard captured <= PcapReader.maximumFrameLength else { break }
            at += variant.recordHeaderLength + Int(captured)
            if at <= head.count { found = at }
        }
        return found
    }

    /// The end of the last whole packet block.
    private static func pcapngRecords(_ head: Bytes) -> Int? {
        var at = 0
        var isBigEndian = false
        var found: Int?
        while at + 12 <= head.count {
            if head.bigEndian32(at: at) == 0x0A0D_0D0A { isBigEndian = head.bigEndian32(at: at + 8) == 0x1A2B_3C4D }
            let fields = PcapngFields(bytes: head, isBigEndian: isBigEndian)
            let type = fields.number32(at)
            let length = fields.number32(at + 4)
            guard length >= 12, length <= PcapngReader.maximumBlockLength else { break }
            at += Int(length)
            if at <= head.count, [2, 3, 6].contains(type) { found = at }
        }
        return found
    }
}
