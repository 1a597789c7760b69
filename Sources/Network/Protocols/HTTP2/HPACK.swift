internal import Primitives

/// Fields that a direction has sent and may name again (RFC 7541 section 2.3.2): oldest first, each between its two
/// lengths, so that the list can be read from both ends. A plain value in a pool's memory.
struct HPACKTable {
    static let largest = 64 << 10
    private static let overhead = 32
    private static let frame = 8

    private var bytes = ByteStore()
    private var size = 0
    private(set) var count = 0
    var limit = 4096
    /// Its owner asked for more than is kept, and fills it.
    private(set) var isOverflowing = false
    private var wanted = 4096

    mutating func free(_ meter: MemoryMeter) { bytes.free(meter) }

    mutating func resize(_ wanted: Int) {
        self.wanted = wanted
        limit = min(wanted, HPACKTable.largest)
        evict(room: 0)
    }

    private mutating func evict(room: Int) {
        while count > 0, size + room > limit {
            let all = bytes.bytes
            let length = Int(all.bigEndian16(at: 0)) + Int(all.bigEndian16(at: 2))
            bytes.drop(length + HPACKTable.frame)
            size -= length + HPACKTable.overhead
            count -= 1
        }
    }

    mutating func add(_ name: Bytes, _ value: Bytes, _ meter: MemoryMeter) {
        let length = name.count + value.count
        if wanted > HPACKTable.largest, size + length + HPACKTable.overhead > limit { isOverflowing = true }
        evict(room: length + HPACKTable.overhead)
        guard length + HPACKTable.overhead <= limit, name.count <= 0xFFFF, value.count <= 0xFFFF else { return }
        let room = HPACKTable.largest + 4096 * HPACKTable.frame
        guard bytes.count + length + HPACKTable.frame <= room else { return }
        let lengths = (UInt16(name.count).bigEndian, UInt16(value.count).bigEndian)
        let before = bytes.count
        var isWhole = withUnsafeBytes(of: lengths) { bytes.append(Bytes($0), limit: room, meter) }
        isWhole = isWhole && bytes.append(name, limit: room, meter) && bytes.append(value, limit: room, meter)
        isWhole = isWhole && withUnsafeBytes(of: lengths) { bytes.append(Bytes($0), limit: room, meter) }
        guard isWhole else { return bytes.cut(to: before) }
        size += length + HPACKTable.overhead
        count += 1
    }

    /// The entry `index` places before the newest; valid until the table changes.
    func entry(_ index: Int) -> (name: Bytes, value: Bytes)? {
        guard index >= 0, index < count else { return nil }
        let all = bytes.bytes
        var end = all.count
        for place in 0...index {
            guard end >= HPACKTable.frame else { return nil }
            let (name, value) = (Int(all.bigEndian16(at: end - 4)), Int(all.bigEndian16(at: end - 2)))
            let start = end - HPACKTable.frame - name - value
            guard start >= 0 else { return nil }
            if place == index {
                return (all.slice(start + 4, start + 4 + name), all.slice(start + 4 + name, end - 4))
            }
            end = start
        }
        return nil
    }
}

/// Reads header blocks (RFC 7541 section 6).
final class HPACKDecoder {
    private static let huffman = HPACKHuffman()
    /// Bytes of one field, and fields of one block, that are read.
    private static let fieldLimit = 64 << 10
    private static let maximumFields = 512

    private let meter: MemoryMeter
    /// The last block ends within a field.
    @exclusivity(unchecked) private(set) var isCut = false
    /// Bytes of the last block's fields that it names once more: a few bytes stand for each of them.
    @exclusivity(unchecked) private(set) var repeatedBytes = 0
    private var name = ScratchBuffer(capacity: 1024, limit: fieldLimit)
    private var value = ScratchBuffer(capacity: 1024, limit: fieldLimit)

    init(meter: MemoryMeter) { self.meter = meter }

    /// Calls `take` with each field of a block; false where the block is damaged. The table is the direction's.
    func decode(_ block: Bytes, _ table: inout HPACKTable, _ take: (_ name: Bytes, _ value: Bytes) -> Void) -> Bool {
        var rest = block
        (isCut, repeatedBytes) = (false, 0)
        var isNamed = InlineArray<128, Bool>(repeating: false)
        for _ in 0..<HPACKDecoder.maximumFields {
            guard !rest.isEmpty else { return true }
            let first = rest[0]
            if first & 0x80 != 0 {
                guard let index = integer(&rest, 7), let field = field(index, table) else { return false }
                take(field.name, field.value)
                let place = index - HPACKStatic.table.count - 1
                guard place >= 0, place < isNamed.count else { continue }
                if isNamed[place] { repeatedBytes += field.name.count + field.value.count }
                isNamed[place] = true
            } else if first & 0xE0 == 0x20 {
                guard let size = integer(&rest, 5) else { return false }
                table.resize(size)
            } else {
                guard literal(&rest, isKept: first & 0x40 != 0, &table, take) else { return false }
            }
        }
        // What comes behind so many is passed over.
        return true
    }

    private func literal(
        _ rest: inout Bytes, isKept: Bool, _ table: inout HPACKTable,
        _ take: (_ name: Bytes, _ value: Bytes) -> Void
    ) -> Bool {
        isCut = true
        guard let index = integer(&rest, isKept ? 6 : 4) else { return false }
        name.removeAll()
        value.removeAll()
        if index > 0 {
            guard let known = field(index, table), name.append(known.name) != nil else {
                isCut = false
                return false
            }
        } else if !string(&rest, &name) {
            return false
        }
        guard string(&rest, &value) else { return false }
        isCut = false
        take(name.everything, value.everything)
        if isKept { table.add(name.everything, value.everything, meter) }
        return true
    }

    private func field(_ index: Int, _ table: HPACKTable) -> (name: Bytes, value: Bytes)? {
        if index <= 0 { return nil }
        if index <= HPACKStatic.table.count {
            let entry = HPACKStatic.table[index - 1]
            return (Bytes(entry.name), Bytes(entry.value))
        }
        return table.entry(index - HPACKStatic.table.count - 1)
    }

    /// RFC 7541 section 5.1.
    private func integer(_ rest: inout Bytes, _ bits: Int) -> Int? {
        guard !rest.isEmpty else { return nil }
        let mask = 1 << bits - 1
        var value = Int(rest[0]) & mask
        rest = rest.dropping(1)
        if value < mask { return value }
        for shift in stride(from: 0, to: 28, by: 7) {
            guard !rest.isEmpty else { return nil }
            let byte = rest[0]
            rest = rest.dropping(1)
            value += Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }

    private func string(_ rest: inout Bytes, _ target: inout ScratchBuffer) -> Bool {
        guard !rest.isEmpty else { return false }
        let isCoded = rest[0] & 0x80 != 0
        guard let length = integer(&rest, 7), length <= rest.count else { return false }
        let bytes = rest.slice(0, length)
        rest = rest.dropping(length)
        if !isCoded { return bytes.isEmpty || target.append(bytes) != nil }
        guard target.reserve(min(length * 2 + 8, HPACKDecoder.fieldLimit)) else { return false }
        var at = 0
        var room = length * 2
        return HPACKDecoder.huffman.decode(
            { byte in
                room -= 1
                guard room >= 0 else { return false }
                target.push(byte)
                return true
            },
            next: {
                guard at < bytes.count else { return nil }
                at += 1
                return bytes[at - 1]
            })
    }
}

/// The fields that all tables begin with (RFC 7541, appendix A).
enum HPACKStatic {
    static let table: [(name: StaticString, value: StaticString)] = [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""),
        ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""),
        ("content-length", ""), ("content-location", ""), ("content-range", ""), ("content-type", ""),
        ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""),
        ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
        ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""),
        ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""),
        ("retry-after", ""), ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""),
        ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ]
}
