internal import Events
package import Primitives
package import Rules

/// Indicators by value, to be asked in constant time: open addressing over 64-bit hashes, values compared byte by byte.
///
/// Values, notes and entries lie in flat arrays: about 30 bytes an entry beside its text, so a million entries of 25
/// bytes take about 65 MiB. An address is asked for as itself and as a member of each length of network that the table
/// has; a name as itself and as each name above it; nothing else takes more than one look.
package struct IndicatorTable: Sendable {
    private struct Entry {
        var hash: UInt32
        var textOffset: UInt32
        var noteOffset: UInt32
        /// Minutes since 1970, rounded up; 0: never.
        var expiresMinutes: UInt32
        var textLength: UInt16
        var noteLength: UInt8
        var kind: IndicatorKind
        var list: UInt16
    }

    private var entries: [Entry] = []
    private var places: [UInt32] = [UInt32](repeating: IndicatorTable.empty, count: 1 << 12)
    private var texts: [UInt8] = []
    /// Notes repeat within a list: equal ones of neighbours are kept once.
    private var notes: [UInt8] = []
    private var lastNote: Range<Int> = 0..<0
    /// Lengths of the networks in the table, the longest first.
    private(set) var prefixes: [Int] = []
    private static let empty = UInt32.max
    private static let textLimit = 2 << 30

    package init() {}

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// Bytes held.
    package var bytes: Int {
        entries.capacity * MemoryLayout<Entry>.stride + places.capacity * 4 + texts.capacity + notes.capacity
    }

    /// Room for so many entries, so that growing leaves nothing behind.
    package mutating func reserve(_ count: Int) {
        entries.reserveCapacity(count)
        var size = places.count
        while size < count * 3 / 2 { size *= 2 }
        if size > places.count { rehash(to: size) }
    }

    /// Adds an entry: `key` as `IndicatorKey` makes it, `list` the place of its list. A value that is there already
    /// keeps its first list, and the later of both ends.
    package mutating func add(_ kind: IndicatorKind, _ key: Bytes, list: Int, note: Bytes, expiresSeconds: Int64?) {
        guard key.count <= Int(UInt16.max), texts.count + key.count < IndicatorTable.textLimit else { return }
        let minutes = expiresSeconds.map { UInt32(clamping: max(1, ($0 + 59) / 60)) } ?? 0
        let hash = IndicatorTable.hash(kind, key)
        if let known = find(kind, key, hash) {
            let other = entries[known].expiresMinutes
            entries[known].expiresMinutes = other == 0 || minutes == 0 ? 0 : max(other, minutes)
            return
        }
        if kind == .network, key.count == 17 {
            let prefix = Int(key.start[16])
            if !prefixes.contains(prefix) {
                prefixes.append(prefix)
                prefixes.sort(by: >)
            }
        }
        makeRoom(for: key.count)
        let kept = note.prefix(Int(UInt8.max))
        let place = keep(note: kept)
        entries.append(
            Entry(
                hash: UInt32(truncatingIfNeeded: hash >> 32), textOffset: UInt32(texts.count),
                noteOffset: UInt32(place), expiresMinutes: minutes, textLength: UInt16(key.count),
                noteLength: UInt8(kept.count), kind: kind, list: UInt16(clamping: list)))
        texts.append(contentsOf: UnsafeBufferPointer(start: key.start, count: key.count))
        insert(entries.count - 1, hash)
        if entries.count * 4 > places.count * 3 { rehash(to: places.count * 2) }
    }

    /// Arrays grow by a quarter rather than to double, as so many entries stay for the whole run.
    private mutating func makeRoom(for bytes: Int) {
        if texts.count + bytes > texts.capacity {
            texts.reserveCapacity(max(texts.capacity + texts.capacity / 4, texts.count + bytes + 4096))
        }
        if entries.count == entries.capacity { entries.reserveCapacity(max(1024, entries.count + entries.count / 4)) }
    }

    private mutating func keep(note: Bytes) -> Int {
        if note.count == lastNote.count, note.count > 0 {
            let same = notes.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.map { Bytes(start: $0 + lastNote.lowerBound, count: lastNote.count) == note }
                    ?? false
            }
            if same { return lastNote.lowerBound }
        }
        lastNote = notes.count..<notes.count + note.count
        notes.append(contentsOf: UnsafeBufferPointer(start: note.start, count: note.count))
        return lastNote.lowerBound
    }

    private static func hash(_ kind: IndicatorKind, _ key: Bytes) -> UInt64 {
        hash64(key, seed: UInt64(kind.rawValue) &+ 0x51_7C_C1B7)
    }

    private mutating func insert(_ index: Int, _ hash: UInt64) {
        let mask = places.count - 1
        var spot = Int(truncatingIfNeeded: hash) & mask
        while places[spot] != IndicatorTable.empty { spot = (spot + 1) & mask }
        places[spot] = UInt32(index)
    }

    private mutating func rehash(to size: Int) {
        places = [UInt32](repeating: IndicatorTable.empty, count: size)
        for index in entries.indices {
            insert(index, texts.withBytes { IndicatorTable.hash(entries[index].kind, key(index, in: $0)) })
        }
    }

    private func key(_ index: Int, in texts: Bytes) -> Bytes {
        texts.slice(
            Int(entries[index].textOffset), Int(entries[index].textOffset) + Int(entries[index].textLength))
    }

    /// The entry of this value; nil where there is none.
    package func find(_ kind: IndicatorKind, _ key: Bytes) -> Int? {
        find(kind, key, IndicatorTable.hash(kind, key))
    }

    private func find(_ kind: IndicatorKind, _ key: Bytes, _ hash: UInt64) -> Int? {
        let mask = places.count - 1
        let upper = UInt32(truncatingIfNeeded: hash >> 32)
        return places.withUnsafeBufferPointer { places in
            entries.withUnsafeBufferPointer { entries in
                var spot = Int(truncatingIfNeeded: hash) & mask
                while places[spot] != IndicatorTable.empty {
                    let entry = entries[Int(places[spot])]
                    if entry.hash == upper, entry.kind == kind, Int(entry.textLength) == key.count,
                        texts.withUnsafeBufferPointer({ texts in
                            texts.baseAddress.map {
                                Bytes(start: $0 + Int(entry.textOffset), count: key.count) == key
                            } ?? false
                        })
                    {
                        return Int(places[spot])
                    }
                    spot = (spot + 1) & mask
                }
                return nil
            }
        }
    }

    /// Whether an entry still counts at a moment.
    package func holds(_ entry: Int, at time: Timestamp) -> Bool {
        let minutes = entries[entry].expiresMinutes
        return minutes == 0 || time.isNone || time.nanoseconds / 60_000_000_000 < Int64(minutes)
    }

    package func kind(of entry: Int) -> IndicatorKind { entries[entry].kind }
    package func list(of entry: Int) -> Int { Int(entries[entry].list) }

    package func withKey<Result>(of entry: Int, _ body: (Bytes) -> Result) -> Result {
        texts.withBytes { body(key(entry, in: $0)) }
    }

    package func withNote<Result>(of entry: Int, _ body: (Bytes) -> Result) -> Result {
        let from = Int(entries[entry].noteOffset)
        return notes.withBytes { body($0.slice(from, from + Int(entries[entry].noteLength))) }
    }
}

/// The bytes by which a value is kept and asked for: 16 bytes of an address, with a 17th for a network's length, else
/// its text.
package enum IndicatorKey {
    package static func withAddress<Result>(_ address: IPAddress, _ body: (Bytes) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 17) { room in
            write(address, to: room)
            guard let start = UnsafePointer(room.baseAddress) else { return body(.empty) }
            return body(Bytes(start: start, count: 16))
        }
    }

    package static func withNetwork<Result>(_ network: IPNetwork, _ body: (Bytes) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 17) { room in
            write(network.address, to: room)
            room[16] = UInt8(network.prefix)
            guard let start = UnsafePointer(room.baseAddress) else { return body(.empty) }
            return body(Bytes(start: start, count: 17))
        }
    }

    private static func write(_ address: IPAddress, to room: UnsafeMutableBufferPointer<UInt8>) {
        for index in 0..<8 {
            room[index] = UInt8(truncatingIfNeeded: address.high >> UInt64(56 - 8 * index))
            room[8 + index] = UInt8(truncatingIfNeeded: address.low >> UInt64(56 - 8 * index))
        }
    }
}
