internal import Glibc
internal import Primitives

/// Distinct texts in one blob, sorted by their bytes: the length of the longest; then for each how many bytes it shares
/// with the one before, how many follow, and these (numbers as LEB128). Paths of one site share most of theirs, so that
/// fifty of them take little more than the longest alone.
enum ValueWords {
    static func encode(_ sorted: ArraySlice<[UInt8]>) -> [UInt8] {
        var writer = ByteWriter()
        writer.number(UInt64(sorted.lazy.map(\.count).max() ?? 0))
        var before: [UInt8] = []
        for word in sorted {
            var shared = 0
            while shared < before.count, shared < word.count, before[shared] == word[shared] { shared += 1 }
            writer.number(UInt64(shared))
            writer.number(UInt64(word.count - shared))
            writer.bytes.append(contentsOf: word[shared...])
            before = word
        }
        return writer.bytes
    }

    static func decode(_ blob: Bytes) -> [[UInt8]] {
        var words: [[UInt8]] = []
        _ = scan(blob) { word, _ in
            words.append(word.array)
            return false
        }
        return words
    }

    /// Goes through the texts until `isHit` says so; whether it did. `isHit` gets the text, behind which a zero byte
    /// stands, and how many bytes it shares with the one before. Bytes that nobody wrote end the search.
    static func scan(_ blob: Bytes, _ isHit: (_ word: Bytes, _ shared: Int) -> Bool) -> Bool {
        var reader = ByteReader(blob)
        guard let longest = reader.number(), longest <= UInt64(blob.count) else { return false }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Int(longest) + 1) { buffer in
            guard let start = buffer.baseAddress else { return false }
            var length = 0
            while reader.position < blob.count {
                guard let shared = reader.number(), shared <= UInt64(length), let rest = reader.block(),
                    Int(shared) + rest.count <= Int(longest)
                else { return false }
                (start + Int(shared)).update(from: rest.start, count: rest.count)
                length = Int(shared) + rest.count
                start[length] = 0
                if isHit(Bytes(start: start, count: length), Int(shared)) { return true }
            }
            return false
        }
    }
}

/// 512 bits, of which each run of three bytes of a text sets one, and each whole text one: where a bit of what is
/// searched for is not set, it is not among the texts.
struct ValueSieve {
    static let byteCount = 64
    private(set) var bytes = [UInt8](repeating: 0, count: ValueSieve.byteCount)

    mutating func add(whole text: [UInt8]) {
        add(runs: text[...])
        var hash: UInt32 = 0x811C_9DC5
        for byte in text { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        set(hash)
    }

    mutating func add(runs text: ArraySlice<UInt8>) {
        guard text.count >= 3 else { return }
        for index in text.startIndex..<text.endIndex - 2 {
            set(UInt32(text[index]) | UInt32(text[index + 1]) << 8 | UInt32(text[index + 2]) << 16)
        }
    }

    private mutating func set(_ value: UInt32) {
        let bit = Int((value &* 0x9E37_79B1) >> 23)
        bytes[bit >> 3] |= 1 << UInt8(bit & 7)
    }
}
