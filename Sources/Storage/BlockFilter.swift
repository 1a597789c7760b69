package import Events
internal import Primitives

/// Which observations a reader of the spool wants.
package enum ObservationFilter {
    case all
    /// Those of the subjects for which this holds.
    case subjects((String) -> Bool)
    /// Those that a sieve, which has counted the whole spool, lets through.
    case sieved(ObservationSieve)
}

/// An `ObservationFilter` in terms of one block's words, so that records are passed over without being made into
/// anything.
struct BlockFilter {
    private enum Verdict {
        case drop
        case take
        case sieve([Taker])
    }

    private struct Taker {
        /// Words of the group key's fields; -1 where the block does not have the word.
        var fields: [Int]
        var bound: Int
        var nanoseconds: Int64
        var seed: UInt64
    }

    private let verdicts: [Verdict]
    private let sieve: ObservationSieve?

    init(_ filter: ObservationFilter, words: [String]) {
        switch filter {
        case .all:
            verdicts = words.map { _ in .take }
            sieve = nil
        case .subjects(let wants):
            verdicts = words.map { wants($0) ? .take : .drop }
            sieve = nil
        case .sieved(let sieve):
            self.sieve = sieve
            verdicts = words.map { BlockFilter.verdict($0, sieve, words) }
        }
    }

    private static func verdict(_ subject: String, _ sieve: ObservationSieve, _ words: [String]) -> Verdict {
        guard let takers = sieve.takers[subject], !takers.isEmpty else { return .drop }
        return .sieve(
            takers.map { taker in
                Taker(
                    fields: taker.fields.map { field in words.firstIndex(of: field) ?? -1 }, bound: taker.bound,
                    nanoseconds: taker.nanoseconds, seed: taker.seed)
            })
    }

    /// Whether a record is wanted; `values` stands before its values.
    func wants(_ subject: Int, _ values: ByteReader, _ valueCount: Int) -> Bool {
        switch verdicts[subject] {
        case .drop: return false
        case .take: return true
        case .sieve(let takers):
            for taker in takers {
                if taker.bound == 0 { return true }
                guard let hash = BlockFilter.hash(taker, values, valueCount) else { continue }
                if sieve?.admits(hash) ?? true { return true }
            }
            return false
        }
    }

    /// Counts a record in the sieve.
    func count(_ subject: Int, _ values: ByteReader, _ valueCount: Int, time: Int64, weight: Int) {
        guard case .sieve(let takers) = verdicts[subject] else { return }
        for taker in takers where taker.bound > 0 {
            guard let hash = BlockFilter.hash(taker, values, valueCount) else { continue }
            sieve?.count(hash, at: time, length: taker.nanoseconds, bound: taker.bound, weight: max(1, weight))
        }
    }

    /// Of the group key; nil where the record lacks a part of it, and so takes no part.
    private static func hash(_ taker: Taker, _ values: ByteReader, _ valueCount: Int) -> UInt64? {
        var hash = taker.seed
        for field in taker.fields {
            guard let value = value(field, values, valueCount), value.count > 0 else { return nil }
            hash = hash64(value, seed: hash)
        }
        return hash
    }

    private static func value(_ field: Int, _ values: ByteReader, _ valueCount: Int) -> Bytes? {
        var reader = values
        for _ in 0..<valueCount {
            guard let name = reader.number(), let text = reader.block() else { return nil }
            if Int(truncatingIfNeeded: name) == field { return text }
        }
        return nil
    }
}
