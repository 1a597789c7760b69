internal import Primitives

/// Where the bytes of one field's value stand in the text that is searched.
struct SearchRegion {
    var start: Int32
    var end: Int32
    /// The field's bit in its `SourcePlan`.
    var bit: UInt64
}

/// A rule that a literal wakes: only where the literal stands in one of these fields, and at the asked end of it.
struct LiteralOwner {
    var rule: Int32
    /// Index into `HitMasks`: anywhere, at the beginning, at the end, the value as a whole.
    var place: Int32
    var fields: UInt64
}

/// One worker's search for the rules worth evaluating. Literals of all rules are looked for in one scan over all
/// fields; a match wakes a rule only where it stands in a field that the rule asks it of.
///
/// All memory is made once; Vectorscan's callback gets the address of this structure and fills it in.
struct CandidateSearch {
    /// Rules to be evaluated for the event at hand; a rule's stamp says whether it is among them already.
    let candidates: FrozenTable<Int32>
    private(set) var candidateCount = 0
    private let stamps: FrozenTable<UInt32>
    private(set) var stamp: UInt32 = 0

    private let regions: FrozenTable<SearchRegion>
    private var regionCount = 0
    /// Bits of fields whose regions there was no room for: they count as standing everywhere.
    private var everywhere: UInt64 = 0
    /// Where what is searched begins in the text that the regions are of.
    fileprivate var base = 0

    /// Of the plan that is searched for.
    private var starts: UnsafeMutablePointer<Int32>?
    private var owners: UnsafeMutablePointer<LiteralOwner>?
    private var literals: UnsafeMutablePointer<PlanLiteral>?

    static let maximumRegions = 64

    init(ruleCount: Int) {
        candidates = FrozenTable(repeating: 0, count: ruleCount)
        stamps = FrozenTable(repeating: 0, count: ruleCount)
        regions = FrozenTable(
            repeating: SearchRegion(start: 0, end: 0, bit: 0), count: CandidateSearch.maximumRegions)
    }

    func free() {
        candidates.free()
        stamps.free()
        regions.free()
    }

    /// Forgets the candidates of the event before.
    mutating func begin(_ plan: SourcePlan) {
        stamp &+= 1
        if stamp == 0 {
            stamps.base.update(repeating: 0, count: stamps.count)
            stamp = 1
        }
        candidateCount = 0
        starts = plan.starts.base
        owners = plan.owners.base
        literals = plan.literals.base
    }

    mutating func beginText() {
        regionCount = 0
        everywhere = 0
    }

    /// Says that `start ..< end` of the text is the value of the fields of `bit`.
    @inline(__always) mutating func addRegion(_ start: Int, _ end: Int, _ bit: UInt64) {
        if bit == 0 { return }
        if regionCount == CandidateSearch.maximumRegions || end > Int(Int32.max) {
            everywhere |= bit
            return
        }
        regions[regionCount] = SearchRegion(start: Int32(start), end: Int32(end), bit: bit)
        regionCount += 1
    }

    mutating func addEverywhere(_ bit: UInt64) { everywhere |= bit }

    @inline(__always) mutating func add(_ rule: Int32) {
        if stamps[Int(rule)] == stamp { return }
        stamps[Int(rule)] = stamp
        candidates[candidateCount] = rule
        candidateCount += 1
    }

    /// Wakes the rules for which one of a few bytes in a field's value is enough.
    @inline(__always) mutating func wakeByBytes(_ value: Bytes, _ bit: UInt64, _ plan: SourcePlan) {
        if bit & plan.byteFields == 0 { return }
        let wakes = plan.byteWakes.base
        var woken: UInt64 = 0
        for index in 0..<value.count { woken |= wakes[Int(value.start[index])] }
        while woken != 0 {
            let owner = plan.byteOwners[woken.trailingZeroBitCount]
            woken &= woken &- 1
            if owner.fields & bit != 0 { add(owner.rule) }
        }
    }

    /// Wakes the rules that ask for nothing but that a field is there.
    @inline(never) mutating func wakeByPresence(_ field: UInt16, _ plan: SourcePlan) {
        for index in 0..<plan.presenceOwners.count where plan.presenceOwners[index].field == field {
            add(plan.presenceOwners[index].rule)
        }
    }

    /// Literal `number` was found, `end` is behind its last byte.
    @inline(__always) fileprivate mutating func found(_ number: Int, end: Int) {
        guard let literals, let starts, let owners else { return }
        let literal = literals[number]
        let end = base + end
        let masks = masks(from: end - Int(literal.length), to: end, among: literal.fields)
        if masks.anywhere == 0 { return }
        var index = Int(starts[number])
        let last = Int(starts[number + 1])
        while index < last {
            let owner = owners[index]
            if owner.fields & masks.at(owner.place) != 0 { add(owner.rule) }
            index += 1
        }
    }

    /// The fields whose values hold the bytes `start ..< end` of the text.
    @inline(__always) private func masks(from start: Int, to end: Int, among wanted: UInt64) -> HitMasks {
        let constant = (everywhere | SourcePlan.anyField) & wanted
        var masks = HitMasks(anywhere: constant, beginning: constant, ending: constant, whole: constant)
        var index = 0
        while index < regionCount {
            let region = regions.base[index]
            index += 1
            guard region.bit & wanted != 0, Int(region.start) <= start, end <= Int(region.end) else { continue }
            masks.anywhere |= region.bit
            let begins = Int(region.start) == start
            let ends = Int(region.end) == end
            if begins { masks.beginning |= region.bit }
            if ends { masks.ending |= region.bit }
            if begins && ends { masks.whole |= region.bit }
        }
        return masks
    }
}

/// Fields in which a literal was found: at any place, at the beginning of the value, at its end, as the whole of it.
private struct HitMasks {
    var anywhere: UInt64
    var beginning: UInt64
    var ending: UInt64
    var whole: UInt64

    @inline(__always) func at(_ place: Int32) -> UInt64 {
        switch place {
        case 0: anywhere
        case 1: beginning
        case 2: ending
        default: whole
        }
    }
}

extension PatternScanner {
    /// Adds the rules that the literals in `text` wake. It begins at `base` of the text that the regions are of.
    func wake(_ search: UnsafeMutablePointer<CandidateSearch>, _ text: Bytes, base: Int = 0) {
        search.pointee.base = base
        scan(text, UnsafeMutableRawPointer(search)) { id, _, end, _, context in
            context?.assumingMemoryBound(to: CandidateSearch.self).pointee.found(Int(id), end: Int(end))
            return 0
        }
    }
}
