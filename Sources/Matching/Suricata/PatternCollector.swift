internal import Events
internal import Rules

/// Gathers what each slot searches for, and builds the databases. Equal literals share an entry.
struct PatternCollector {
    enum Place: Hashable {
        case view(Int)
        case payload(PayloadSlot, FlowDirection)
        /// The same, for what must lie in a payload's first `headBytes`.
        case head(PayloadSlot, FlowDirection)
    }

    /// Many signatures ask for a few bytes at a payload's very start: such patterns occur everywhere else too, and cost
    /// least where nothing but the start is searched for them.
    static let headBytes = 64

    private struct Gathered {
        var patterns: [LiteralPattern] = []
        var numbers: [LiteralPattern: Int] = [:]
        var signatures: [[Int32]] = []
        var unfiltered: [Int32] = []
    }

    private var gathered: [Place: Gathered] = [:]

    mutating func add(_ literal: LiteralPattern, slot: Place, signature: Int32) {
        var all = gathered.removeValue(forKey: slot) ?? Gathered()
        if let known = all.numbers[literal] {
            all.signatures[known].append(signature)
        } else {
            all.numbers[literal] = all.patterns.count
            all.patterns.append(literal)
            all.signatures.append([signature])
        }
        gathered[slot] = all
    }

    mutating func addUnfiltered(_ signature: Int32, slot: Place) {
        gathered[slot, default: Gathered()].unfiltered.append(signature)
    }

    /// The views' slots in order, then the payload's, then those of payloads' heads.
    func build(views: Int) throws(PatternDatabaseError) -> [ScanSlot] {
        var slots: [ScanSlot] = []
        for view in 0..<views { slots.append(try slot(.view(view))) }
        for payload in PayloadSlot.allCases {
            slots.append(try slot(.payload(payload, .toServer)))
            slots.append(try slot(.payload(payload, .toClient)))
        }
        for payload in PayloadSlot.allCases {
            slots.append(try slot(.head(payload, .toServer)))
            slots.append(try slot(.head(payload, .toClient)))
        }
        return slots
    }

    private func slot(_ place: Place) throws(PatternDatabaseError) -> ScanSlot {
        var slot = ScanSlot()
        guard let all = gathered[place] else { return slot }
        slot.unfiltered = all.unfiltered
        for list in all.signatures {
            slot.signatures += list
            slot.starts.append(Int32(slot.signatures.count))
        }
        if !all.patterns.isEmpty { slot.database = try PatternDatabase(all.patterns) }
        return slot
    }
}
