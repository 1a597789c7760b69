internal import Primitives

/// A sample of a set of words: the `limit` with the smallest hashes ("k minimum values": Bar-Yossef et al., "Counting
/// Distinct Elements in a Data Stream", 2002).
///
/// Below the limit it is the set itself. Above, it is a fair sample of the different words, however often each came.
/// Sketches of parts united are the sketch of the whole, so it does not matter where the parts were cut.
struct TargetSketch {
    static let limit = 256

    /// Sorted by hash.
    private(set) var hashes: [UInt64] = []
    private(set) var words: [String] = []

    /// Of all words, only those with hashes up to this are sure to be here.
    var threshold: UInt64 { hashes.count < TargetSketch.limit ? .max : hashes[hashes.count - 1] }

    mutating func insert(_ word: String) { insert(word, hash: word.keyHash) }

    private mutating func insert(_ word: String, hash: UInt64) {
        var low = 0
        var high = hashes.count
        while low < high {
            let middle = (low + high) / 2
            if hashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        if low < hashes.count, hashes[low] == hash { return }
        guard low < TargetSketch.limit else { return }
        hashes.insert(hash, at: low)
        words.insert(word, at: low)
        if hashes.count > TargetSketch.limit {
            hashes.removeLast()
            words.removeLast()
        }
    }

    mutating func formUnion(_ other: TargetSketch) {
        for (word, hash) in zip(other.words, other.hashes) { insert(word, hash: hash) }
    }

    /// A fair sample of the union of `sketches`, and the share of the whole that it is (1: it is the whole).
    static func sample(of sketches: [TargetSketch]) -> (words: [String], share: Double) {
        let bound = sketches.map(\.threshold).min() ?? .max
        var seen = Set<UInt64>()
        var words: [String] = []
        for sketch in sketches {
            for (word, hash) in zip(sketch.words, sketch.hashes) where hash <= bound && seen.insert(hash).inserted {
                words.append(word)
            }
        }
        return (words, bound == .max ? 1 : max(Double(bound) / Double(UInt64.max), 1e-12))
    }
}

/// The hot side of `TargetSketch`: the same sample, gathered from bytes without allocating once its memory has grown.
struct TargetList {
    private var hashes: [UInt64] = []
    private var offsets: [Int32] = []
    private var lengths: [Int32] = []
    private var texts: [UInt8] = []
    /// Place of the largest hash, once the list is full.
    private var largest = 0

    /// Adds a word; answers whether memory was taken for it.
    mutating func add(_ word: Bytes) -> Bool {
        let hash = hash64(word)
        let full = hashes.count == TargetSketch.limit
        if full, hash >= hashes[largest] { return false }
        for known in hashes where known == hash { return false }
        let offset = Int32(truncatingIfNeeded: texts.count)
        texts.append(contentsOf: UnsafeBufferPointer(start: word.start, count: word.count))
        if full {
            hashes[largest] = hash
            offsets[largest] = offset
            lengths[largest] = Int32(word.count)
        } else {
            hashes.append(hash)
            offsets.append(offset)
            lengths.append(Int32(word.count))
        }
        if hashes.count == TargetSketch.limit { findLargest() }
        return true
    }

    private mutating func findLargest() {
        for index in hashes.indices where hashes[index] > hashes[largest] { largest = index }
    }

    /// The words, smallest hash first, separated by spaces.
    var text: String { joined(" ") }

    func joined(_ separator: String) -> String {
        if hashes.count == 1 { return word(0) }
        let order = hashes.indices.sorted { hashes[$0] < hashes[$1] }
        return order.map { word($0) }.joined(separator: separator)
    }

    private func word(_ place: Int) -> String {
        String(decoding: texts[Int(offsets[place])..<Int(offsets[place] + lengths[place])], as: UTF8.self)
    }

    mutating func removeAll() {
        hashes.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        largest = 0
    }
}
