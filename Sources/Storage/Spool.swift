package import Events
internal import GRDB
internal import Primitives

/// The stored observations of all inputs, gone through as often as need be: where its blocks fit into the memory there
/// is, each is read from the database once.
package final class Spool {
    /// What is read of a block at once.
    let windowBytes: Int
    private let store: Store
    private let entries: [SpoolTable.Entry]
    private let keepsBlocks: Bool
    private var kept: [Int64: [UInt8]] = [:]

    private static let smallestWindow = 4 << 10

    /// - Parameter memory: bytes that blocks take at most
    fileprivate init(_ store: Store, memory: Int) throws(StoreError) {
        self.store = store
        entries = try store.read { try SpoolTable.entries($0) }
        keepsBlocks = entries.reduce(0) { $0 + $1.length } <= memory
        windowBytes = Spool.windowBytes(for: entries, memory)
    }

    var damaged: StoreError { store.damaged("a block of the spool") }

    /// Every observation, merged across all inputs in the one order (`Observation.<`), equal ones once. Blocks are
    /// opened only when their time comes. `body` may write to the store, but not to the inputs whose observations are
    /// being read.
    package func forEachObservation(_ filter: ObservationFilter = .all, _ body: (Observation) throws -> Void) throws {
        var heap = SpoolHeap()
        var next = 0
        var previous: Observation?
        var time = Timestamp.none
        while true {
            while next < entries.count, heap.topTime.map({ entries[next].first <= $0.nanoseconds }) ?? true {
                heap.insert(try SpoolCursor(entries[next], order: next, of: self, filter: filter))
                next += 1
            }
            guard let observation = heap.top else { return }
            if observation.time != time || previous != observation { try body(observation) }
            (previous, time) = (observation, observation.time)
            try heap.advanceTop()
        }
    }

    /// Counts every observation in each of `sieves`.
    package func count(into sieves: [ObservationSieve]) throws {
        for entry in entries {
            let block = try bytes(of: entry, from: 0, length: entry.length)
            guard block.withBytes({ ObservationBlock.count($0, sieves) }) else { throw damaged }
        }
    }

    /// `length` bytes of a block, from `from` on; all that follow where blocks are kept.
    func bytes(of entry: SpoolTable.Entry, from: Int, length: Int) throws -> [UInt8] {
        if keepsBlocks {
            let block = try kept[entry.seq] ?? read(entry, from: 0, length: entry.length)
            kept[entry.seq] = block
            return from == 0 ? block : Array(block.dropFirst(from))
        }
        return try read(entry, from: from, length: length)
    }

    private func read(_ entry: SpoolTable.Entry, from: Int, length: Int) throws -> [UInt8] {
        try store.read { try SpoolTable.window($0, seq: entry.seq, from: from, length: length) }
    }

    /// The budget shared by as many blocks as are ever open at once.
    private static func windowBytes(for entries: [SpoolTable.Entry], _ memory: Int) -> Int {
        var edges: [(time: Int64, change: Int)] = []
        for entry in entries {
            edges.append((entry.first, 1))
            edges.append((entry.last, -1))
        }
        edges.sort { $0.time != $1.time ? $0.time < $1.time : $0.change > $1.change }
        var open = 0
        var most = 1
        for edge in edges {
            open += edge.change
            most = max(most, open)
        }
        return min(2 * ObservationBlock.maximumBytes, max(smallestWindow, memory / most))
    }
}

extension Store {
    /// The observations that are stored by now. - Parameter memory: bytes that blocks of them take at most
    package func spool(memory: Int = 64 << 20) throws(StoreError) -> Spool { try Spool(self, memory: memory) }

    /// Every stored observation, in order; see `Spool`.
    package func forEachObservation(
        _ filter: ObservationFilter = .all, memory: Int = 64 << 20, _ body: (Observation) throws -> Void
    ) throws {
        try spool(memory: memory).forEachObservation(filter, body)
    }

    package func observationCount() throws(StoreError) -> Int {
        try read { try RawStatement($0, "SELECT coalesce(sum(count), 0) FROM spool").first { $0.int(0) } ?? 0 }
    }
}
