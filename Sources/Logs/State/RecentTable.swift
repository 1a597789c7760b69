internal import Events
internal import Primitives

/// What recent lines said, by a key, for lines that come soon after: a table of a fixed size whose answers depend on
/// nothing but the last `RecordState.windowBytes` of content.
///
/// A bucket holds the `ways` keys that were noted last, and what was noted further back than the window counts as not
/// there. So who decodes an input from its start and who begins in the middle, with the bytes of the window before,
/// get the same answers. The memory is made with the first note; `free` gives it back.
struct RecentTable: @unchecked Sendable {
    struct Entry {
        var key: UInt64 = 0
        /// Place in the content of the line that was noted; -1: none.
        var noted: Int64 = -1
        var lengths: (UInt16, UInt16, UInt16) = (0, 0, 0)
        var mark = false
    }

    private static let ways = 4
    private let buckets: Int
    /// Bytes of text that an entry holds.
    let textBytes: Int
    private var entries: UnsafeMutablePointer<Entry>?
    private var text: UnsafeMutablePointer<UInt8>?

    /// - Parameter buckets: a power of two
    init(buckets: Int, textBytes: Int) {
        self.buckets = buckets
        self.textBytes = textBytes
    }

    func free() {
        entries?.deallocate()
        text?.deallocate()
    }

    mutating func removeAll() {
        entries?.update(repeating: Entry(), count: buckets * RecentTable.ways)
    }

    /// The entry of `key` that was noted within the window before the line at `place`.
    func find(_ key: UInt64, at place: Int64) -> Int? {
        guard let entries else { return nil }
        let first = Int(truncatingIfNeeded: key >> 32) & (buckets - 1) * RecentTable.ways
        for index in first..<first + RecentTable.ways
        where entries[index].key == key && entries[index].noted >= 0 && isRecent(entries[index], place) {
            return index
        }
        return nil
    }

    private func isRecent(_ entry: Entry, _ place: Int64) -> Bool {
        entry.noted > place - Int64(RecordState.windowBytes)
    }

    /// The entry for `key`, empty, noted at `place`: its own, else the one of its bucket that was noted longest ago.
    mutating func renew(_ key: UInt64, at place: Int64) -> Int {
        let entries = memory()
        let first = Int(truncatingIfNeeded: key >> 32) & (buckets - 1) * RecentTable.ways
        var chosen = first
        for index in first..<first + RecentTable.ways {
            if entries[index].key == key, entries[index].noted >= 0 {
                chosen = index
                break
            }
            if entries[index].noted < entries[chosen].noted { chosen = index }
        }
        entries[chosen] = Entry(key: key, noted: place)
        return chosen
    }

    private mutating func memory() -> UnsafeMutablePointer<Entry> {
        if let entries { return entries }
        let made = UnsafeMutablePointer<Entry>.allocate(capacity: buckets * RecentTable.ways)
        made.initialize(repeating: Entry(), count: buckets * RecentTable.ways)
        entries = made
        text = .allocate(capacity: buckets * RecentTable.ways * textBytes)
        return made
    }

    subscript(_ index: Int) -> Entry {
        get { entries?[index] ?? Entry() }
        nonmutating set { entries?[index] = newValue }
    }

    /// Writes `bytes` into the text of entry `index` from `offset` on; false where they do not fit.
    func write(_ bytes: Bytes, _ index: Int, at offset: Int) -> Bool {
        guard let text, offset + bytes.count <= textBytes else { return false }
        (text + index * textBytes + offset).update(from: bytes.start, count: bytes.count)
        return true
    }

    func read(_ index: Int, _ offset: Int, _ length: Int) -> Bytes {
        guard let text, offset + length <= textBytes else { return .empty }
        return Bytes(start: UnsafePointer(text) + index * textBytes + offset, count: length)
    }
}
