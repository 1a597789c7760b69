internal import Primitives

/// Words (lower case) to small numbers: open addressing over FNV-1a, filled once.
struct WordTable: @unchecked Sendable {
    private let keys: FrozenTable<UInt64>
    private let values: FrozenTable<UInt8>
    private let mask: Int

    /// Words separated by spaces, by the number they stand for (not 0); of a word in two lists the first counts. The
    /// words of a table differ in their 64-bit hashes; text from outside that shares a word's hash would have to be
    /// found for this very table.
    init(_ lists: [(value: UInt8, words: StaticString)]) {
        var entries: [(UInt64, UInt8)] = []
        for (value, words) in lists {
            let text = UnsafeBufferPointer(start: words.utf8Start, count: words.utf8CodeUnitCount)
            for word in text.split(separator: ASCII.space) {
                entries.append((WordTable.finish(word.reduce(WordTable.start, WordTable.step)), value))
            }
        }
        var size = 16
        while size < entries.count * 3 { size *= 2 }
        mask = size - 1
        keys = FrozenTable(repeating: 0, count: size)
        values = FrozenTable(repeating: 0, count: size)
        for (hash, value) in entries {
            var place = Int(truncatingIfNeeded: hash) & mask
            while keys[place] != 0 && keys[place] != hash { place = (place + 1) & mask }
            if keys[place] == hash { continue }
            keys[place] = hash
            values[place] = value
        }
    }

    /// The number of the word, 0 for one that is not listed.
    @inline(__always) func value(_ word: Bytes) -> UInt8 {
        if word.count == 0 || word.count > WordTable.longestWord { return 0 }
        return value(hash: WordTable.hash(word.start, word.count))
    }

    /// The same for a word in letters of either case.
    func value(lowering word: Bytes) -> UInt8 {
        if word.count == 0 || word.count > WordTable.longestWord { return 0 }
        var hash = WordTable.start
        for index in 0..<word.count { hash = WordTable.step(hash, ASCII.lower(word.start[index])) }
        return value(hash: WordTable.finish(hash))
    }

    static let longestWord = 40

    /// The number of the word with this hash, which was put together from `WordTable.start` by `step`.
    func value(hash: UInt64) -> UInt8 {
        var place = Int(truncatingIfNeeded: hash) & mask
        while keys.base[place] != 0 {
            if keys.base[place] == hash { return values.base[place] }
            place = (place + 1) & mask
        }
        return 0
    }

    func contains(_ word: Bytes) -> Bool { value(word) != 0 }

    static let start: UInt64 = 0xCBF2_9CE4_8422_2325
    @inline(__always) static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
    /// What makes a hash of the steps.
    @inline(__always) static func finish(_ hash: UInt64) -> UInt64 {
        let mixed = hash ^ hash >> 32
        return mixed == 0 ? 1 : mixed
    }

    @inline(__always) private static func hash(_ start: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        var hash = WordTable.start
        for index in 0..<count { hash = step(hash, start[index]) }
        return finish(hash)
    }
}
