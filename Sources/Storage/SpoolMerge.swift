package import Events
internal import GRDB
internal import Primitives

extension Store {
    private static let smallestWindow = 4 << 10

    /// Every stored observation, merged across all inputs in the one order (`Observation.<`), equal ones once. Blocks
    /// are opened only when their time comes, and read through windows that share `memory` bytes. `body` may write to
    /// the store, but not to the inputs whose observations are being read.
    package func forEachObservation(
        _ filter: ObservationFilter = .all, memory: Int = 64 << 20, _ body: (Observation) throws -> Void
    ) throws {
        let entries = try read { try SpoolTable.entries($0) }
        let window = Store.windowBytes(for: entries, memory)
        var heap = SpoolHeap()
        var next = 0
        var previous: Observation?
        var time = Timestamp.none
        while true {
            while next < entries.count, heap.topTime.map({ entries[next].first <= $0.nanoseconds }) ?? true {
                heap.insert(
                    try SpoolCursor(entries[next], order: next, windowBytes: window, store: self, filter: filter))
                next += 1
            }
            guard let observation = heap.top else { return }
            if observation.time != time || previous != observation { try body(observation) }
            (previous, time) = (observation, observation.time)
            try heap.advanceTop(self)
        }
    }

    /// Counts every stored observation in each of `sieves`.
    package func count(into sieves: [ObservationSieve]) throws {
        for entry in try read({ try SpoolTable.entries($0) }) {
            let block = try read { try SpoolTable.window($0, seq: entry.seq, from: 0, length: entry.length) }
            guard block.withBytes({ ObservationBlock.count($0, sieves) }) else {
                throw damaged("a block of the spool")
            }
        }
    }

    package func observationCount() throws(StoreError) -> Int {
        try read { try RawStatement($0, "SELECT coalesce(sum(count), 0) FROM spool").first { $0.int(0) } ?? 0 }
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
