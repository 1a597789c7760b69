internal import Events
internal import Primitives
internal import Synchronization

/// The literals of a slot, and indexes of those that matter to a payload: made for each protocol and its ports once
/// some payloads of theirs have come, for all sessions. So what a payload costs does not grow with rules about others,
/// and the tables that it is looked up in are small.
final class SlotLiterals: @unchecked Sendable {
    /// Indexes take so many bytes at most; payloads of further kinds are searched for all of the slot's literals.
    private static let maximumBytes = 512 << 10
    /// Payloads of a kind that are searched for all of the slot's literals before an index is made for them.
    private static let firstPayloads = 64
    /// Kinds without an index whose payloads are counted.
    private static let maximumCounted = 4096

    private let slot: ScanSlot
    private let literals: FrozenTable<SearchedLiteral>
    private let text: FrozenTable<UInt8>
    private let destinations: PortClasses
    private let sources: PortClasses
    /// Of the literals that may stand anywhere, and of those that must stand in the first `ScanSlot.headBytes`.
    private let everything: LiteralIndex
    private let head: LiteralIndex
    private let made = Mutex(Made())

    private struct Made {
        var indexes: [UInt64: LiteralIndex] = [:]
        var bytes = 0
        var counts: [UInt64: Int] = [:]

        /// Counts a payload without an index, and answers how many there were.
        mutating func count(_ payloads: UInt64) -> Int {
            if counts.count >= SlotLiterals.maximumCounted { counts.removeAll(keepingCapacity: true) }
            counts[payloads, default: 0] += 1
            return counts[payloads] ?? 0
        }
    }

    init(_ slot: ScanSlot) {
        self.slot = slot
        literals = FrozenTable(slot.literals)
        text = FrozenTable(slot.text)
        destinations = PortClasses(slot, .destinationPort)
        sources = PortClasses(slot, .sourcePort)
        let numbers = slot.literals.indices
        everything = LiteralIndex(slot, numbers.filter { slot.literals[$0].reach > ScanSlot.headBytes })
        head = LiteralIndex(slot, numbers.filter { slot.literals[$0].reach <= ScanSlot.headBytes })
    }

    deinit {
        literals.free()
        text.free()
    }

    /// `first`: how many literals the slots before have.
    func fixed(first: Int) -> FixedLiterals {
        FixedLiterals(
            count: literals.count, first: first, literals: literals.start, text: text.start,
            isForAll: slot.literals.allSatisfy { $0.audience == .everyone },
            everything: UnsafePointer(everything.fixed), head: head.fixed.pointee, destinations: destinations.fixed,
            sources: sources.fixed)
    }

    /// The index for payloads of a class (`FixedLiterals.payloadClass`), of literals that may stand anywhere; it lives
    /// as long as the slot's literals. `isSettled`: it is the same from now on.
    func index(_ payloads: UInt64) -> (index: UnsafePointer<FixedIndex>, isSettled: Bool) {
        made.withLock { made in
            if let known = made.indexes[payloads] { return (UnsafePointer(known.fixed), true) }
            if made.bytes >= SlotLiterals.maximumBytes { return (UnsafePointer(everything.fixed), true) }
            if made.count(payloads) < SlotLiterals.firstPayloads { return (UnsafePointer(everything.fixed), false) }
            let index = LiteralIndex(slot, members(payloads))
            made.indexes[payloads] = index
            made.counts[payloads] = nil
            made.bytes += index.byteCount
            return (UnsafePointer(index.fixed), true)
        }
    }

    private func members(_ payloads: UInt64) -> [Int] {
        let application = UInt16(truncatingIfNeeded: payloads >> 32)
        let common = slot.literals.indices.filter { number in
            let literal = slot.literals[number]
            return literal.audience == .everyone
                || literal.audience == .application && isOf(application, literal)
        }
        let byPort =
            destinations.members(of: UInt16(truncatingIfNeeded: payloads >> 16))
            + sources.members(of: UInt16(truncatingIfNeeded: payloads))
        return (common + byPort).filter { slot.literals[$0].reach > ScanSlot.headBytes }.sorted()
    }

    private func isOf(_ application: UInt16, _ literal: SearchedLiteral) -> Bool {
        let carried = application == ApplicationProtocol.doh2.number
        let numbers = carried ? [ApplicationProtocol.http2.number, ApplicationProtocol.dns.number] : [application]
        return literal.keys.contains { place in
            let range = slot.keys[Int(place)]
            return numbers.contains { $0 >= range.low && $0 <= range.high }
        }
    }
}

/// The same, flat.
struct FixedLiterals {
    var count: Int
    /// The number of its first literal among those of all slots.
    var first: Int
    var literals: UnsafePointer<SearchedLiteral>
    var text: UnsafePointer<UInt8>
    /// No literal is for some payloads only.
    var isForAll: Bool
    /// Of those that may stand anywhere.
    var everything: UnsafePointer<FixedIndex>
    var head: FixedIndex
    var destinations: UnsafePointer<UInt16>?
    var sources: UnsafePointer<UInt16>?

    /// Payloads of one class are searched for the same literals.
    @inline(__always) func payloadClass(_ keys: LiteralKeys) -> UInt64 {
        let destination = destinations.map { $0[Int(keys.destination)] } ?? 0
        let source = sources.map { $0[Int(keys.source)] } ?? 0
        return UInt64(keys.application) << 32 | UInt64(destination) << 16 | UInt64(source)
    }
}

/// Ports by the literals of a slot that are about them: ports of one class have the same.
private final class PortClasses {
    private let classes: FrozenTable<UInt16>?
    /// Of class 0 there are none.
    private var lists: [[Int]] = [[]]

    init(_ slot: ScanSlot, _ audience: PatternAudience) {
        var byPort: [UInt16: [Int]] = [:]
        for (number, literal) in slot.literals.enumerated() where literal.audience == audience {
            for place in literal.keys {
                let range = slot.keys[Int(place)]
                for port in range.low...range.high where byPort[port]?.last != number {
                    byPort[port, default: []].append(number)
                }
            }
        }
        guard !byPort.isEmpty else {
            classes = nil
            return
        }
        let table = FrozenTable<UInt16>(repeating: 0, count: Int(UInt16.max) + 1)
        var numbers: [[Int]: UInt16] = [:]
        for (port, list) in byPort.sorted(by: { $0.key < $1.key }) {
            if numbers[list] == nil {
                numbers[list] = UInt16(lists.count)
                lists.append(list)
            }
            table[Int(port)] = numbers[list] ?? 0
        }
        classes = table
    }

    deinit { classes?.free() }

    var fixed: UnsafePointer<UInt16>? { classes?.start }

    func members(of number: UInt16) -> [Int] { lists[Int(number)] }
}
