internal import CKernels
internal import Events
internal import Glibc
internal import Primitives

/// What tells whose payload is searched.
struct LiteralKeys {
    let application: UInt16
    let destination: UInt16
    let source: UInt16

    static let none = LiteralKeys(application: .unknown, destination: 0, source: 0)

    init(application: ApplicationProtocol, destination: UInt16, source: UInt16) {
        self.application = application.number
        (self.destination, self.source) = (destination, source)
    }
}

/// One session's search for the literals of slots: room for every literal, made once. Not for two threads at once.
struct LiteralScanner: ~Copyable {
    private let slots: FrozenTable<FixedSlot>
    private let makers: [SlotLiterals]
    /// Of each slot: the indexes that were last used, by the payloads' class.
    private let recent: UnsafeMutablePointer<RecentIndex>
    /// Number of the search in which a literal was last found: for all slots, one behind the other.
    private let stamps: UnsafeMutablePointer<UInt32>
    private let stampCount: Int
    private var stamp: UInt32 = 0
    /// Literals that the search at hand found, each once.
    private let list: UnsafeMutablePointer<Int32>
    private(set) var count = 0
    /// The first place behind the last run of one byte, which was looked through, whose window is no run.
    private var runEnd = 0

    /// Places of a stretch, and what may be written behind them.
    private let places: UnsafeMutablePointer<UInt32>

    private static let stretchBytes = 512
    private static let recentPerSlot = 16
    /// A short literal is compared at that many places, one by one, at most.
    private static let fewPlaces = 16

    private struct RecentIndex {
        var payloads: UInt64
        var index: UnsafePointer<FixedIndex>?
    }

    init(_ tables: PlanTables) {
        slots = tables.slots
        makers = tables.searched
        recent = .allocate(capacity: max(1, slots.count * LiteralScanner.recentPerSlot))
        recent.initialize(
            repeating: RecentIndex(payloads: 0, index: nil), count: slots.count * LiteralScanner.recentPerSlot)
        stampCount = max(1, tables.literalCount)
        stamps = .allocate(capacity: stampCount)
        stamps.initialize(repeating: 0, count: stampCount)
        list = .allocate(capacity: stampCount)
        places = .allocate(capacity: LiteralScanner.stretchBytes / LiteralWindow.stride + 16)
    }

    deinit {
        recent.deallocate()
        stamps.deallocate()
        list.deallocate()
        places.deallocate()
    }

    subscript(_ place: Int) -> Int32 { list[place] }

    /// Finds the literals of a slot that are in `bytes`, of a payload with these keys. What is found may still stand
    /// where its signature does not want it, or be about other payloads.
    mutating func scan(_ slot: Int, _ bytes: Bytes, _ keys: LiteralKeys) {
        count = 0
        let literals = slots.start[slot].literals
        guard literals.count > 0, bytes.count > 0 else { return }
        stamp &+= 1
        if stamp == 0 {
            stamps.update(repeating: 0, count: stampCount)
            stamp = 1
        }
        let index = literals.isForAll ? literals.everything : index(slot, literals.payloadClass(keys))
        search(index.pointee, Search(literals: literals, bytes: bytes))
        if !literals.head.isEmpty {
            search(literals.head, Search(literals: literals, bytes: bytes.prefix(ScanSlot.headBytes)))
        }
    }

    @inline(__always) private func index(_ slot: Int, _ payloads: UInt64) -> UnsafePointer<FixedIndex> {
        let mixed = (payloads ^ payloads >> 16 &* 5 ^ payloads >> 32 &* 3) % UInt64(LiteralScanner.recentPerSlot)
        let place = recent + slot * LiteralScanner.recentPerSlot + Int(mixed)
        if place.pointee.payloads == payloads, let known = place.pointee.index { return known }
        let (made, isSettled) = makers[slot].index(payloads)
        if isSettled { place.pointee = RecentIndex(payloads: payloads, index: made) }
        return made
    }

    private struct Search {
        let literals: FixedLiterals
        let bytes: Bytes
    }

    @inline(__always) private mutating func search(_ index: FixedIndex, _ search: Search) {
        if index.hasWindows { searchWindows(index, search) }
        if index.shortCount > 0 { searchShorts(index, search) }
    }

    // MARK: Windows

    /// A stretch at a time: first the places whose windows may be a literal's, then each of these.
    private mutating func searchWindows(_ index: FixedIndex, _ search: Search) {
        runEnd = 0
        let start = search.bytes.start
        // Behind the last place with a whole window.
        let end = search.bytes.count - LiteralWindow.width + 1
        var at = 0
        while at < end {
            let stop = min(end, at + LiteralScanner.stretchBytes)
            let hits = window_places(start, at, stop, index.words, index.wordShift, places)
            for number in 0..<hits {
                let place = Int(places[number])
                look(window: LiteralScanner.window(UnsafeRawPointer(start) + place), place, index, search)
            }
            at = max(at + LiteralScanner.stretchBytes, runEnd & ~1)
        }
        // Three bytes are left, the literal's whole: what would stand behind them may be anything.
        if search.bytes.count & 1 != 0, search.bytes.count >= 3 {
            let last = start + search.bytes.count - 3
            let three = LiteralWindow.fold(UInt32(last[0]) | UInt32(last[1]) << 8 | UInt32(last[2]) << 16)
            if index.words[Int(LiteralIndex.hash(three, index.wordShift))] != 0 {
                look(window: three, search.bytes.count - 3, index, search)
            }
        }
    }

    @inline(__always) private static func window(_ place: UnsafeRawPointer) -> UInt32 {
        LiteralWindow.fold(UInt32(littleEndian: place.loadUnaligned(as: UInt32.self)))
    }

    private mutating func look(window: UInt32, _ at: Int, _ index: FixedIndex, _ search: Search) {
        if LiteralWindow.isUniform(window) { return lookThroughRun(window, at, index, search) }
        var place = Int(LiteralIndex.hash(window, index.recordShift))
        while !index.records[place].isNone {
            let record = index.records + place
            if record.pointee.fits(window) {
                compare(record.pointee.literal, at &- Int(record.pointee.offset), search)
            }
            place = (place &+ 1) & index.recordMask
        }
    }

    /// A run of one byte is looked through once, and not again at each of its places. Only literals that are such runs
    /// have such windows.
    private mutating func lookThroughRun(_ window: UInt32, _ at: Int, _ index: FixedIndex, _ search: Search) {
        if at < runEnd { return }
        let start = search.bytes.start
        var from = at
        while from > 0, LiteralWindow.fold(start[from - 1]) == UInt8(truncatingIfNeeded: window) { from -= 1 }
        let end = LiteralScanner.end(ofRun: window, at + LiteralWindow.width, search.bytes)
        runEnd = end - LiteralWindow.width + 1
        var place = Int(LiteralIndex.hash(window, index.recordShift))
        while !index.records[place].isNone {
            let record = index.records + place
            let length = Int(search.literals.literals[Int(record.pointee.literal)].length)
            if from + length <= end, record.pointee.fits(window) {
                var at = from
                while at + length <= end, !compare(record.pointee.literal, at, search) { at += 1 }
            }
            place = (place &+ 1) & index.recordMask
        }
    }

    /// Eight bytes at a time.
    private static func end(ofRun window: UInt32, _ from: Int, _ bytes: Bytes) -> Int {
        let run = UInt64(window) | UInt64(window) << 32
        var end = min(from, bytes.count)
        while end + 8 <= bytes.count {
            let next = UInt64(littleEndian: UnsafeRawPointer(bytes.start + end).loadUnaligned(as: UInt64.self))
            let differs = (next | 0x2020_2020_2020_2020) ^ run
            if differs != 0 { return end + differs.trailingZeroBitCount / 8 }
            end += 8
        }
        while end < bytes.count, LiteralWindow.fold(bytes.start[end]) == UInt8(truncatingIfNeeded: window) { end += 1 }
        return end
    }

    // MARK: Literals

    /// Whether a literal stands at a place.
    @discardableResult
    @inline(__always) private mutating func compare(_ number: Int32, _ place: Int, _ search: Search) -> Bool {
        let literal = search.literals.literals + Int(number)
        let length = Int(literal.pointee.length)
        let seen = stamps + search.literals.first + Int(number)
        guard seen.pointee != stamp, place >= 0, place + length <= search.bytes.count,
            place + length <= Int(literal.pointee.reach)
        else { return false }
        let wanted = search.literals.text + Int(literal.pointee.start)
        let bytes = search.bytes.start + place
        guard
            literal.pointee.isCaseless
                ? LiteralScanner.equalIgnoringCase(wanted, bytes, length) : memcmp(wanted, bytes, length) == 0
        else { return false }
        seen.pointee = stamp
        list[count] = number
        count += 1
        return true
    }

    /// `wanted` is in lower case.
    @inline(__always) private static func equalIgnoringCase(
        _ wanted: UnsafePointer<UInt8>, _ bytes: UnsafePointer<UInt8>, _ length: Int
    ) -> Bool {
        for index in 0..<length where ASCII.lower(bytes[index]) != wanted[index] { return false }
        return true
    }

    // MARK: One and two bytes

    private mutating func searchShorts(_ index: FixedIndex, _ search: Search) {
        for place in 0..<index.shortCount {
            let short = index.shorts + place
            if short.pointee.isAssumed {
                list[count] = short.pointee.literal
                count += 1
                continue
            }
            let places = min(search.bytes.count, Int(short.pointee.last) + 1)
            if places <= LiteralScanner.fewPlaces {
                look(for: short, places, search)
            } else {
                find(short, places, search)
            }
        }
    }

    private mutating func look(for short: UnsafePointer<ShortLiteral>, _ places: Int, _ search: Search) {
        let caseBit = short.pointee.firstCase
        for at in 0..<places where search.bytes.start[at] | caseBit == short.pointee.first {
            if compare(short.pointee.literal, at, search) { return }
        }
    }

    /// A pair of bytes; a single one that is not assumed is only looked for at few places.
    private mutating func find(_ short: UnsafePointer<ShortLiteral>, _ places: Int, _ search: Search) {
        let pair = byte_pair(
            first: short.pointee.first, first_case: short.pointee.firstCase, second: short.pointee.second,
            second_case: short.pointee.secondCase)
        let end = min(places, search.bytes.count - 1)
        let at = pair_place(search.bytes.start, 0, end, pair)
        if at < end { compare(short.pointee.literal, at, search) }
    }
}
