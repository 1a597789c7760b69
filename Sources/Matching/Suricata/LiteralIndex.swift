internal import CKernels
internal import Primitives

/// A literal that leads to signatures, in one slot. Its bytes, its keys and the signatures stand in the slot's lists.
struct SearchedLiteral {
    var start: Int32
    var length: Int32
    var isCaseless: Bool
    /// Whose payloads it is searched for in; `keys` says which of them.
    var audience: PatternAudience
    var keys: Range<Int32>
    /// Where it must end at most, from the buffer's start.
    var reach: Int32
    var signatures: Range<Int32>
    /// In the slot's `windows`; none where it is too short for any.
    var windows: Range<Int32>

    static let anywhere = Int32.max
}

/// A window of a literal, to be compared with what stands in the buffer.
struct WindowRecord {
    var window: UInt32
    var literal: Int32
    var offset: Int16
    /// Its fourth byte may be anything.
    var isOpen: Bool

    init(_ window: LiteralWindow, of literal: Int) {
        (self.window, isOpen) = (window.value, window.isOpen)
        (self.literal, offset) = (Int32(literal), Int16(window.offset))
    }

    private init() { (window, literal, offset, isOpen) = (0, -1, 0, false) }

    /// What stands in a table where no record does.
    static let none = WindowRecord()
    @inline(__always) var isNone: Bool { literal < 0 }

    @inline(__always) func fits(_ seen: UInt32) -> Bool {
        let differs = seen ^ window
        return (isOpen ? differs << 8 : differs) == 0
    }
}

/// A literal of one or two bytes, in lower case where case does not count.
struct ShortLiteral {
    var literal: Int32
    /// The last place where it is looked for; that of the buffer's last byte at most.
    var last: Int32
    var first: UInt8
    /// The same byte again, where there is but one.
    var second: UInt8
    /// What differs between the cases of each.
    var firstCase: UInt8
    var secondCase: UInt8
    /// A single byte that may stand anywhere is taken for found: it nearly always is.
    var isAssumed: Bool

    /// Places where a single byte may stand from which on it is assumed to.
    private static let assumedFrom: Int32 = 16

    init(_ literal: SearchedLiteral, _ number: Int, _ bytes: [UInt8]) {
        self.literal = Int32(number)
        last = literal.reach - literal.length
        (first, second) = (bytes[0], bytes[bytes.count - 1])
        firstCase = literal.isCaseless && ASCII.isLetter(first) ? 0x20 : 0
        secondCase = literal.isCaseless && ASCII.isLetter(second) ? 0x20 : 0
        isAssumed = bytes.count == 1 && last >= ShortLiteral.assumedFrom
    }
}

/// The windows of literals: words by their first three bytes, in each of them a bit for the fourth byte; and behind
/// them the windows themselves.
///
/// There are many bits for each window, so that nearly all of the places that are looked at cost one look into a few
/// kilobytes.
final class LiteralIndex {
    /// Bits for each window, of many, and of few ones, whose words the first level of cache holds (`fewBits` in all).
    private static let bitsPerWindow = 64
    private static let bitsPerRareWindow = 256
    /// As powers of two.
    private static let fewBits = 16
    private static let maximumBits = 20

    private let words: FrozenTable<UInt32>
    private let records: FrozenTable<WindowRecord>
    private let shorts: FrozenTable<ShortLiteral>
    let fixed: UnsafeMutablePointer<FixedIndex>

    /// Of those literals of the slot that `members` names.
    init(_ slot: ScanSlot, _ members: [Int]) {
        var all: [WindowRecord] = []
        var few: [ShortLiteral] = []
        for member in members {
            let literal = slot.literals[member]
            if literal.windows.isEmpty {
                few.append(ShortLiteral(literal, member, slot.bytes(of: literal)))
            } else {
                all += slot.windows[Int(literal.windows.lowerBound)..<Int(literal.windows.upperBound)]
            }
        }
        let bits = LiteralIndex.bits(all.count)
        let recordBits = LiteralIndex.log2(all.count + all.count / 2, atLeast: 1)
        let wordShift = 32 - UInt32(bits - 5)
        let recordShift = 32 - UInt32(recordBits)
        words = FrozenTable(repeating: 0, count: all.isEmpty ? 0 : 1 << (bits - 5))
        records = FrozenTable(repeating: .none, count: 1 << recordBits)
        shorts = FrozenTable(few)
        fixed = .allocate(capacity: 1)
        fixed.initialize(
            to: FixedIndex(
                words: words.start, records: records.start, recordMask: records.count - 1, hasWindows: words.count > 0,
                wordShift: wordShift, recordShift: recordShift, shorts: shorts.start, shortCount: shorts.count))
        for record in all {
            let bits = record.isOpen ? UInt32.max : 1 << (record.window >> 24 & 31)
            words[Int(LiteralIndex.hash(record.window, wordShift))] |= bits
            var place = Int(LiteralIndex.hash(record.window, recordShift))
            while !records[place].isNone { place = (place + 1) % records.count }
            records[place] = record
        }
    }

    deinit {
        words.free()
        records.free()
        shorts.free()
        fixed.deallocate()
    }

    /// Of its tables.
    var byteCount: Int {
        words.count * MemoryLayout<UInt32>.stride + records.count * MemoryLayout<WindowRecord>.stride
            + shorts.count * MemoryLayout<ShortLiteral>.stride
    }

    /// Of a window's first three bytes: the highest bits of a product (Knuth, The Art of Computer Programming, volume
    /// 3, section 6.4).
    @inline(__always) static func hash(_ window: UInt32, _ shift: UInt32) -> UInt32 {
        (window << 8 &* WINDOW_MULTIPLIER) &>> shift
    }

    private static func bits(_ windows: Int) -> Int {
        let many = min(maximumBits, log2(windows * bitsPerWindow, atLeast: 8))
        return max(many, min(fewBits, log2(windows * bitsPerRareWindow, atLeast: 8)))
    }

    private static func log2(_ number: Int, atLeast: Int) -> Int {
        var bits = atLeast
        while 1 << bits < number { bits += 1 }
        return bits
    }
}

/// The same, flat.
struct FixedIndex {
    var words: UnsafePointer<UInt32>
    /// A hash table with linear probing: two thirds of it are taken at most.
    var records: UnsafePointer<WindowRecord>
    var recordMask: Int
    var hasWindows: Bool
    var wordShift: UInt32
    var recordShift: UInt32
    var shorts: UnsafePointer<ShortLiteral>
    var shortCount: Int

    var isEmpty: Bool { !hasWindows && shortCount == 0 }
}
