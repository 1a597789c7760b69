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

    private var gathered: [Place: GatheredPatterns] = [:]
    private var restricted: [RestrictedPlace: [RestrictedPattern]] = [:]

    mutating func add(_ literal: LiteralPattern, slot: Place, signature: Int32) {
        var all = gathered.removeValue(forKey: slot) ?? GatheredPatterns()
        all.add(literal, signature)
        gathered[slot] = all
    }

    /// A payload's pattern that few packets are searched for.
    mutating func add(_ pattern: RestrictedPattern, slot: PayloadSlot, _ way: FlowDirection, _ side: PatternAudience) {
        restricted[RestrictedPlace(place: slot.place(way), audience: side), default: []].append(pattern)
    }

    mutating func addUnfiltered(_ signature: Int32, slot: Place) {
        gathered[slot, default: GatheredPatterns()].unfiltered.append(signature)
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

    /// Groups of restricted patterns, whose slots are appended to `slots`.
    func groups(_ slots: inout [ScanSlot]) throws(PatternDatabaseError) -> [PatternGroup] {
        var groups: [PatternGroup] = []
        for place in restricted.keys.sorted(by: RestrictedPlace.inOrder) {
            let patterns = restricted[place] ?? []
            for (keys, members) in PatternCollector.classes(patterns) {
                var pair = [GatheredPatterns(), GatheredPatterns()]
                for member in members {
                    pair[patterns[member].isHead ? 1 : 0].add(patterns[member].literal, patterns[member].signature)
                }
                var numbers: [Int32] = [-1, -1]
                for (index, all) in pair.enumerated() where !all.patterns.isEmpty {
                    numbers[index] = Int32(slots.count)
                    slots.append(try all.slot())
                }
                for range in keys {
                    groups.append(
                        PatternGroup(
                            place: Int32(place.place), audience: place.audience, keys: range, body: numbers[0],
                            head: numbers[1]))
                }
            }
        }
        return groups
    }

    /// Keys (ports, or a protocol's number) that the same patterns are about, as runs, and those patterns.
    private static func classes(_ patterns: [RestrictedPattern]) -> [(keys: [PortRange], members: [Int])] {
        var byKey: [UInt16: [Int]] = [:]
        for (index, pattern) in patterns.enumerated() {
            for range in pattern.keys {
                for key in range.low...range.high { byKey[key, default: []].append(index) }
            }
        }
        var order: [[Int]] = []
        var runs: [[Int]: [PortRange]] = [:]
        for key in byKey.keys.sorted() {
            let members = byKey[key] ?? []
            if runs[members] == nil { order.append(members) }
            var known = runs[members] ?? []
            if let last = known.last, last.high < key, last.high + 1 == key {
                known[known.count - 1].high = key
            } else {
                known.append(PortRange(low: key, high: key))
            }
            runs[members] = known
        }
        return order.map { (runs[$0] ?? [], $0) }
    }

    private func slot(_ place: Place) throws(PatternDatabaseError) -> ScanSlot {
        try gathered[place]?.slot() ?? ScanSlot()
    }
}

/// Literals with the signatures that each leads to.
private struct GatheredPatterns {
    private(set) var patterns: [LiteralPattern] = []
    private var numbers: [LiteralPattern: Int] = [:]
    private var signatures: [[Int32]] = []
    var unfiltered: [Int32] = []

    mutating func add(_ literal: LiteralPattern, _ signature: Int32) {
        if let known = numbers[literal] {
            signatures[known].append(signature)
        } else {
            numbers[literal] = patterns.count
            patterns.append(literal)
            signatures.append([signature])
        }
    }

    func slot() throws(PatternDatabaseError) -> ScanSlot {
        var slot = ScanSlot()
        slot.unfiltered = unfiltered
        for list in signatures {
            slot.signatures += list
            slot.starts.append(Int32(slot.signatures.count))
        }
        if !patterns.isEmpty { slot.database = try PatternDatabase(patterns) }
        return slot
    }
}

/// A place among the payload's slots, and by what some of its patterns are told from the others.
private struct RestrictedPlace: Hashable {
    var place: Int
    var audience: PatternAudience

    static func inOrder(_ left: RestrictedPlace, _ right: RestrictedPlace) -> Bool {
        (left.place, left.audience.rawValue) < (right.place, right.audience.rawValue)
    }
}

/// A literal that is searched for only where a key is one of these.
struct RestrictedPattern {
    var literal: LiteralPattern
    var signature: Int32
    var isHead: Bool
    var keys: [PortRange]
}
