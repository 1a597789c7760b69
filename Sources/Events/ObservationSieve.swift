internal import Glibc
internal import Primitives

/// Tells which observations can matter to windows that want at least so many of one group, before any window is opened.
///
/// A window of length T lies within two neighbouring slots of length T. A group of which no two neighbouring slots hold
/// as many observations as the window's bound can never reach it, and is passed over whole. (A group that can keeps all
/// of its observations: what follows extends what was found.) Most groups of an ordinary night go no further than this.
///
/// Counts are kept by hash in a table of fixed size (a count-min sketch of one row: Cormode and Muthukrishnan, "An
/// Improved Data Stream Summary", 2005). Slots that share a place are counted together, so that too many pass, never
/// too few. Memory: 9 MiB.
package final class ObservationSieve {
    /// One window that takes observations of a subject.
    package struct Taker {
        /// Fields of the group key, as the subject's observations name them.
        package var fields: [String]
        /// The least count that can make the window fire; 0: every observation matters.
        package var bound: Int
        /// Length of the window.
        package var nanoseconds: Int64
        /// The same for all subjects of one window, different for each window.
        package var seed: UInt64

        package init(fields: [String], bound: Int, nanoseconds: Int64, seed: UInt64) {
            self.fields = fields
            self.bound = bound
            self.nanoseconds = max(1, nanoseconds)
            self.seed = seed
        }
    }

    package let takers: [String: [Taker]]
    /// Nil where there is no memory for them: then everything passes.
    private let counts: UnsafeMutablePointer<UInt16>?
    private let hot: UnsafeMutablePointer<Bool>?
    private static let countSize = 1 << 22
    private static let hotSize = 1 << 20

    package init(takers: [String: [Taker]]) {
        self.takers = takers
        counts = ObservationSieve.zeroes(ObservationSieve.countSize)
        hot = ObservationSieve.zeroes(ObservationSieve.hotSize)
    }

    deinit {
        free(counts)
        free(hot)
    }

    /// Memory that costs nothing until it is written to: nights without an observation that counts are ordinary.
    private static func zeroes<Element: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Element>? {
        calloc(count, MemoryLayout<Element>.stride)?.bindMemory(to: Element.self, capacity: count)
    }

    /// Counts `weight` events at `time` (nanoseconds since the epoch) for the group of this hash.
    package func count(_ group: UInt64, at time: Int64, length: Int64, bound: Int, weight: Int) {
        guard let counts, let hot else { return }
        let slot = UInt64(bitPattern: time >= 0 ? time / length : (time + 1) / length - 1)
        let own = place(group, slot)
        let (sum, overflow) = counts[own].addingReportingOverflow(UInt16(clamping: weight))
        counts[own] = overflow ? .max : sum
        let neighbour = max(counts[place(group, slot &- 1)], counts[place(group, slot &+ 1)])
        // Beyond what a counter holds, every group that fills it passes.
        guard Int(counts[own]) + Int(neighbour) >= min(bound, Int(UInt16.max)) else { return }
        hot[Int(truncatingIfNeeded: group) & (ObservationSieve.hotSize - 1)] = true
    }

    private func place(_ group: UInt64, _ slot: UInt64) -> Int {
        Int(truncatingIfNeeded: mix64(group ^ slot &* 0x9E37_79B9_7F4A_7C15)) & (ObservationSieve.countSize - 1)
    }

    /// Whether the group may reach its window's bound.
    package func admits(_ group: UInt64) -> Bool {
        hot.map { $0[Int(truncatingIfNeeded: group) & (ObservationSieve.hotSize - 1)] } ?? true
    }

    /// Counts one observation. (The spool does the same on its bytes.)
    package func count(_ observation: Observation) {
        for taker in takers[observation.subject] ?? [] where taker.bound > 0 {
            guard let group = hash(taker, observation) else { continue }
            count(
                group, at: observation.time.nanoseconds, length: taker.nanoseconds, bound: taker.bound,
                weight: max(1, observation.weight))
        }
    }

    /// Whether some window may come to need the observation. (The spool decides the same on its bytes.)
    package func admits(_ observation: Observation) -> Bool {
        (takers[observation.subject] ?? []).contains { taker in
            taker.bound == 0 || hash(taker, observation).map { admits($0) } ?? false
        }
    }

    private func hash(_ taker: Taker, _ observation: Observation) -> UInt64? {
        var hash = taker.seed
        for field in taker.fields {
            guard let value = observation.value(field), !value.isEmpty else { return nil }
            hash = value.withBytes { hash64($0, seed: hash) }
        }
        return hash
    }
}
