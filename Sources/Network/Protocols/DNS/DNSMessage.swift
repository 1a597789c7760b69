internal import Primitives

/// A domain name written out with dots: at most 255 bytes (RFC 1035 section 2.3.4), in memory of its own.
struct DNSName {
    private var storage = InlineArray<256, UInt8>(repeating: 0)
    private(set) var count = 0
    /// What is odd about the name that was read.
    var fault: DNSNameFault?

    mutating func clear() {
        count = 0
        fault = nil
    }

    /// False where the name would become too long.
    mutating func append(_ byte: UInt8) -> Bool {
        guard count < 255 else { return false }
        storage[count] = byte
        count += 1
        return true
    }

    /// The name's bytes, valid while `body` runs.
    func withBytes<Result>(_ body: (Bytes) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body(Bytes($0).prefix(count)) }
    }
}

/// What Suricata's rules find odd about a name, and takes for a name all the same.
enum DNSNameFault {
    case tooLong
    case endless
    case tooManyLabels
}

/// Header of a DNS message (RFC 1035 section 4.1.1) and where its sections begin.
struct DNSMessage {
    let bytes: Bytes
    let id: UInt16
    let flags: UInt16
    let questions: Int
    let answers: Int
    let authorities: Int
    let additionals: Int

    static let headerBytes = 12
    /// Labels and compression pointers that one name may have, and bytes.
    private static let maximumSteps = 255
    private static let maximumLength = 1025

    /// Nil where there are not even the header's bytes.
    init?(_ bytes: Bytes) {
        guard bytes.count >= DNSMessage.headerBytes else { return nil }
        self.bytes = bytes
        id = bytes.bigEndian16(at: 0)
        flags = bytes.bigEndian16(at: 2)
        questions = Int(bytes.bigEndian16(at: 4))
        answers = Int(bytes.bigEndian16(at: 6))
        authorities = Int(bytes.bigEndian16(at: 8))
        additionals = Int(bytes.bigEndian16(at: 10))
    }

    var isResponse: Bool { flags & 0x8000 != 0 }
    var opcode: Int { Int(flags >> 11 & 15) }
    var responseCode: Int { Int(flags & 15) }

    /// Reads the name at `offset` into `name`, as much of it as fits, and answers the offset behind it; nil where it is
    /// damaged.
    func readName(_ offset: Int, _ name: inout DNSName) -> Int? {
        name.clear()
        var at = offset
        var length = 0
        var end: Int?
        for _ in 0...DNSMessage.maximumSteps {
            guard at < bytes.count else { return nil }
            let size = Int(bytes.start[at])
            switch size >> 6 {
            case 0:
                if size == 0 { return end ?? at + 1 }
                guard at + 1 + size <= bytes.count else { return nil }
                length += size + (length > 0 ? 1 : 0)
                append(label: bytes.slice(at + 1, at + 1 + size), &name)
                at += 1 + size
            case 3:
                guard at + 2 <= bytes.count else { return nil }
                let target = (size & 0x3F) << 8 | Int(bytes.start[at + 1])
                if end == nil { end = at + 2 }
                if target == at {
                    name.fault = .endless
                    return end
                }
                at = target
            default: return nil
            }
            if length > DNSMessage.maximumLength { name.fault = .tooLong }
        }
        name.fault = .tooManyLabels
        return end
    }

    private func append(label: Bytes, _ name: inout DNSName) {
        if name.count > 0, !name.append(ASCII.dot) { return }
        for index in 0..<label.count where !name.append(label[index]) { return }
    }

    /// Offset behind the name at `offset`, without reading what it points to; nil where it is damaged.
    func skipName(_ offset: Int) -> Int? {
        var at = offset
        while at < bytes.count {
            let length = Int(bytes.start[at])
            if length == 0 { return at + 1 }
            if length >> 6 == 3 { return at + 2 <= bytes.count ? at + 2 : nil }
            if length >> 6 != 0 { return nil }
            at += 1 + length
        }
        return nil
    }

    /// A question at `offset`: its type and class, and where the next thing begins.
    func readQuestion(_ offset: Int, _ name: inout DNSName) -> (type: UInt16, class: UInt16, next: Int)? {
        guard let at = readName(offset, &name), at + 4 <= bytes.count else { return nil }
        return (bytes.bigEndian16(at: at), bytes.bigEndian16(at: at + 2), at + 4)
    }

    /// A resource record at `offset`; `data` is the range of its RDATA.
    func readRecord(_ offset: Int, _ name: inout DNSName) -> DNSRecord? {
        guard let at = readName(offset, &name), at + 10 <= bytes.count else { return nil }
        let length = Int(bytes.bigEndian16(at: at + 8))
        guard at + 10 + length <= bytes.count else { return nil }
        return DNSRecord(
            type: bytes.bigEndian16(at: at), recordClass: bytes.bigEndian16(at: at + 2),
            ttl: bytes.bigEndian32(at: at + 4), dataOffset: at + 10, dataLength: length)
    }

    /// Whether the whole of it reads like DNS: used where no port speaks for it.
    var looksGenuine: Bool {
        guard flags & 0x0040 == 0, opcode <= 5, questions == 1, answers <= 64, authorities <= 64, additionals <= 64,
            isResponse || (answers == 0 && responseCode == 0)
        else { return false }
        var name = DNSName()
        guard let question = readQuestion(DNSMessage.headerBytes, &name) else { return false }
        guard DNSTypes.isKnown(question.type), [1, 3, 4, 254, 255].contains(question.class & 0x7FFF) else {
            return false
        }
        var at = question.next
        for _ in 0..<answers + authorities + additionals {
            guard let record = readRecord(at, &name) else { return false }
            at = record.end
        }
        return at == bytes.count
    }

    /// Whether the header and the first question can be DNS: enough on DNS's own port.
    var looksPlausible: Bool {
        guard questions <= 16 else { return false }
        if questions == 0 { return isResponse || additionals > 0 || answers > 0 }
        return skipName(DNSMessage.headerBytes) != nil
    }
}

struct DNSRecord {
    let type: UInt16
    let recordClass: UInt16
    let ttl: UInt32
    let dataOffset: Int
    let dataLength: Int

    var end: Int { dataOffset + dataLength }
}
