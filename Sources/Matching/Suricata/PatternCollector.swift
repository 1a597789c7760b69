internal import Events
internal import Rules

/// Gathers what each slot searches for. Equal literals that are searched for alike share an entry.
struct PatternCollector {
    enum Place: Hashable {
        case view(Int)
        case payload(PayloadSlot, FlowDirection)
    }

    private var gathered: [Place: GatheredPatterns] = [:]

    mutating func add(_ pattern: GatheredPattern, slot: Place, signature: Int32) {
        var all = gathered.removeValue(forKey: slot) ?? GatheredPatterns()
        all.add(pattern, signature)
        gathered[slot] = all
    }

    mutating func addUnfiltered(_ signature: Int32, slot: Place) {
        gathered[slot, default: GatheredPatterns()].unfiltered.append(signature)
    }

    /// The views' slots in order, then the payload's.
    func build(views: Int) -> [ScanSlot] {
        var slots: [ScanSlot] = []
        for view in 0..<views { slots.append(slot(.view(view))) }
        for payload in PayloadSlot.allCases {
            slots.append(slot(.payload(payload, .toServer)))
            slots.append(slot(.payload(payload, .toClient)))
        }
        return slots
    }

    private func slot(_ place: Place) -> ScanSlot { gathered[place]?.slot ?? ScanSlot() }
}

/// A literal, and what it must be found in to lead anywhere.
struct GatheredPattern: Hashable {
    var literal: LiteralPattern
    var audience = PatternAudience.everyone
    var keys: [PortRange] = []
    /// Bytes of the buffer, from its start, in which the literal must lie; nil: all of them.
    var reach: Int?
}

/// Literals with the signatures that each leads to.
private struct GatheredPatterns {
    private var patterns: [GatheredPattern] = []
    private var numbers: [GatheredPattern: Int] = [:]
    private var signatures: [[Int32]] = []
    var unfiltered: [Int32] = []

    mutating func add(_ pattern: GatheredPattern, _ signature: Int32) {
        if let known = numbers[pattern] {
            signatures[known].append(signature)
        } else {
            numbers[pattern] = patterns.count
            patterns.append(pattern)
            signatures.append([signature])
        }
    }

    var slot: ScanSlot {
        var slot = ScanSlot()
        slot.unfiltered = unfiltered
        for (pattern, list) in zip(patterns, signatures) { slot.add(pattern, list) }
        slot.chooseWindows()
        return slot
    }
}
