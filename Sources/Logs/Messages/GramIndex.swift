internal import Primitives

/// Finds the skeletons whose literals occur in a message in one pass over it: each skeleton is filed under one run of
/// four bytes of its literals, the rarest among all skeletons.
struct GramIndex: @unchecked Sendable {
    /// By hash of four bytes: zero where no skeleton is filed.
    private let seen: UnsafePointer<UInt8>
    private let keys: UnsafePointer<UInt32>
    private let entries: UnsafePointer<MessageTables.BucketEntry>
    private let lists: UnsafePointer<Int32>
    private let mask: Int
    /// Skeletons without four literal bytes in a row, which are tried last and on any message.
    let unfiled: UnsafeBufferPointer<Int32>

    private static let seenBits = 14

    init(skeletons: [CompiledSkeleton], pieces: [SkeletonPiece]) {
        let (filed, rest) = GramIndex.file(skeletons, pieces)
        unfiled = UnsafeBufferPointer(start: persistent(rest), count: rest.count)
        var size = 256
        while size < filed.count * 3 { size *= 2 }
        var seen = [UInt8](repeating: 0, count: 1 << GramIndex.seenBits)
        var keys = [UInt32](repeating: 0, count: size)
        var entries = [MessageTables.BucketEntry](repeating: .init(first: 0, count: 0), count: size)
        var lists: [Int32] = []
        for (gram, numbers) in filed.sorted(by: { $0.key < $1.key }) {
            let hash = GramIndex.hash(gram)
            seen[hash >> (32 - GramIndex.seenBits)] = 1
            var slot = hash & (size - 1)
            while entries[slot].count > 0 { slot = (slot + 1) & (size - 1) }
            keys[slot] = gram
            entries[slot] = .init(first: Int32(lists.count), count: Int32(numbers.count))
            lists += numbers
        }
        self.seen = persistent(seen)
        self.keys = persistent(keys)
        self.entries = persistent(entries)
        self.lists = persistent(lists)
        mask = size - 1
    }

    /// Skeletons by the gram that each is filed under, and those without four literal bytes in a row.
    private static func file(_ skeletons: [CompiledSkeleton], _ pieces: [SkeletonPiece]) -> (
        [UInt32: [Int32]], [Int32]
    ) {
        let all = skeletons.map { unique(grams(of: $0, pieces)) }
        var sorted = all.flatMap { $0 }
        sorted.sort()
        var use: [UInt32: Int] = [:]
        var run = 0
        for (index, gram) in sorted.enumerated() {
            run += 1
            if index + 1 == sorted.count || sorted[index + 1] != gram {
                use[gram] = run
                run = 0
            }
        }
        var filed: [UInt32: [Int32]] = [:]
        var rest: [Int32] = []
        for (number, set) in all.enumerated() {
            let best = set.lazy.map { (uses: use[$0] ?? 0, gram: $0) }.min { $0 < $1 }
            guard let best else {
                rest.append(Int32(number))
                continue
            }
            filed[best.gram, default: []].append(Int32(number))
        }
        return (filed, rest)
    }

    private static func unique(_ grams: [UInt32]) -> [UInt32] {
        var sorted = grams
        sorted.sort()
        var kept: [UInt32] = []
        for gram in sorted where kept.last != gram { kept.append(gram) }
        return kept
    }

    private static func grams(of skeleton: CompiledSkeleton, _ pieces: [SkeletonPiece]) -> [UInt32] {
        var result: [UInt32] = []
        for piece in pieces[skeleton.first..<(skeleton.first + skeleton.count)] where piece.isLiteral {
            guard piece.literal.count >= 4 else { continue }
            for index in 0...(piece.literal.count - 4) { result.append(gram(piece.literal, index)) }
        }
        return result
    }

    @inline(__always) static func gram(_ text: Bytes, _ index: Int) -> UInt32 {
        UnsafeRawPointer(text.start + index).loadUnaligned(as: UInt32.self)
    }

    @inline(__always) private static func hash(_ gram: UInt32) -> Int { Int(gram &* 0x9E37_79B1) }

    /// The skeletons filed under the four bytes at `index`; nil where there are none.
    @inline(__always) func candidates(_ text: Bytes, _ index: Int) -> UnsafeBufferPointer<Int32>? {
        let gram = GramIndex.gram(text, index)
        let hash = GramIndex.hash(gram)
        if seen[hash >> (32 - GramIndex.seenBits)] == 0 { return nil }
        var slot = hash & mask
        while entries[slot].count > 0 {
            if keys[slot] == gram {
                return UnsafeBufferPointer(start: lists + Int(entries[slot].first), count: Int(entries[slot].count))
            }
            slot = (slot + 1) & mask
        }
        return nil
    }
}
