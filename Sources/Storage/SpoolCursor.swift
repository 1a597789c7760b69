internal import Events
internal import Primitives

/// Reads one block of the spool, a window of its bytes at a time, so that many open blocks need little memory.
final class SpoolCursor {
    let order: Int
    private let entry: SpoolTable.Entry
    private let spool: Spool
    @exclusivity(unchecked) private var head = ObservationBlock.Head()
    @exclusivity(unchecked) private var filter = BlockFilter(.all, words: [])
    @exclusivity(unchecked) private var latest = LatestValues(wordCount: 0, limit: 0)
    @exclusivity(unchecked) private var window: [UInt8] = []
    /// Place of the window's first byte in the block, and of the next record in the window.
    @exclusivity(unchecked) private var windowStart = 0
    @exclusivity(unchecked) private var progress: ObservationBlock.Progress
    @exclusivity(unchecked) private(set) var current: Observation?
    /// Of `current`.
    @exclusivity(unchecked) private(set) var time = Timestamp.none

    /// `order` is the block's place among all, which decides between equal observations.
    init(_ entry: SpoolTable.Entry, order: Int, of spool: Spool, filter: ObservationFilter) throws {
        self.entry = entry
        self.order = order
        self.spool = spool
        progress = ObservationBlock.Progress(remaining: entry.count)
        var length = spool.windowBytes
        while true {
            try load(from: 0, length: length)
            if let head = window.withBytes({ ObservationBlock.head($0) }) {
                self.head = head
                progress.position = head.length
                break
            }
            guard window.count == length, length < entry.length else { throw spool.damaged }
            length *= 2
        }
        self.filter = BlockFilter(filter, words: head.words)
        latest = LatestValues(wordCount: head.words.count, limit: spool.windowBytes)
        try advance()
    }

    private func load(from: Int, length: Int) throws {
        window = try spool.bytes(of: entry, from: from, length: length)
        windowStart = from
        progress.position = 0
    }

    /// Moves on to the next observation; `current` is nil behind the last.
    func advance() throws {
        while progress.remaining > 0 {
            let found = window.withBytes {
                ObservationBlock.next(in: $0, head, filter: filter, &progress, &latest)
            }
            if let found {
                time = found.time
                current = found
                return
            }
            if progress.remaining == 0 { break }
            guard windowStart + window.count < entry.length else { throw spool.damaged }
            // A record longer than the window wants a larger one.
            let length = progress.position == 0 ? window.count * 2 : spool.windowBytes
            try load(from: windowStart + progress.position, length: length)
        }
        current = nil
    }
}

/// Open blocks as a binary heap, the one with the earliest observation on top.
struct SpoolHeap {
    private var cursors: [SpoolCursor] = []

    var top: Observation? { cursors.first?.current }
    /// Its time.
    var topTime: Timestamp? { cursors.first?.time }

    mutating func insert(_ cursor: SpoolCursor) {
        guard cursor.current != nil else { return }
        cursors.append(cursor)
        var child = cursors.count - 1
        while child > 0, before(child, (child - 1) / 2) {
            cursors.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Moves the top block on to its next observation.
    mutating func advanceTop() throws {
        try cursors[0].advance()
        if cursors[0].current == nil {
            cursors.swapAt(0, cursors.count - 1)
            cursors.removeLast()
        }
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < cursors.count && before(child, least) {
                least = child
            }
            if least == parent { return }
            cursors.swapAt(parent, least)
            parent = least
        }
    }

    private func before(_ left: Int, _ right: Int) -> Bool {
        // Observations of one time are few: the rest are told apart without being taken out.
        let times = (cursors[left].time, cursors[right].time)
        if times.0 != times.1 { return times.0 < times.1 }
        guard let first = cursors[left].current, let second = cursors[right].current else { return false }
        return first == second ? cursors[left].order < cursors[right].order : first < second
    }
}
