internal import Events
internal import Primitives
internal import Rules

/// A literal of a plan: its length in bytes, and the fields that any of its owners asks it of.
struct PlanLiteral {
    var length: Int32
    var fields: UInt64
}

/// A rule that one byte of a few in one of the fields wakes: literals of a byte or two, which would cost a search for
/// many literals more than they save.
struct ByteOwner {
    var rule: Int32
    var fields: UInt64
}

/// What a `SourcePlan` is made of, besides its database: as it was compiled, or as a cache had it.
struct SourceTables {
    var unconditional: [Int32] = []
    var literals: [PlanLiteral] = []
    var starts: [Int32] = [0]
    var owners: [LiteralOwner] = []
    var byteOwners: [ByteOwner] = []
    var byteWakes: [UInt64] = []
    var presenceOwners: [PresenceOwner] = []
    var fieldUses: [UInt8] = []
    var fieldBits: [UInt64] = []
    var crossings: [Int32] = []
    var shortestKeyword = Int.max
    var searchesRecord = false
    var readsURLs = false
    var quotesPartKeywords = false
    var headsAreClean = false
}

/// The rules that are open for some log source: what to look for first, and what that makes worth evaluating.
final class SourcePlan: @unchecked Sendable {
    /// Rules (indices) that have no literal and need no field, and are evaluated for every event.
    let unconditional: FrozenTable<Int32>
    let tables: SourceTables
    let database: PatternDatabase
    let literals: FrozenTable<PlanLiteral>
    /// Owners of literal `p`: `owners[starts[p] ..< starts[p + 1]]`.
    let starts: FrozenTable<Int32>
    let owners: FrozenTable<LiteralOwner>
    /// At most 64, and for each byte the bits of those that it wakes.
    let byteOwners: FrozenTable<ByteOwner>
    let byteWakes: FrozenTable<UInt64>
    /// Rules that a field's being there wakes; their fields have `FieldUse.wakes`.
    let presenceOwners: FrozenTable<PresenceOwner>
    /// Fields of all byte owners.
    let byteFields: UInt64
    /// Whether the raw record is searched (some rule has keywords), instead of the tested fields alone.
    let searchesRecord: Bool
    /// Whether decoded forms of URLs can matter to any of the rules.
    let readsURLs: Bool
    /// By field number, what these rules do with it (`FieldUse`). As long as `fieldBits`; what lies behind is not
    /// asked for.
    let fieldUses: FrozenTable<UInt8>
    /// By field number, its bit in the masks of literals and owners; 0 where no literal is asked of it.
    let fieldBits: FrozenTable<UInt64>

    /// By byte, the length of the longest keyword's literal that holds it: no other literal can begin before a value
    /// and end in it.
    let crossings: FrozenTable<Int32>
    /// Length of the shortest literal of a keyword; what is shorter need not be searched outside of fields.
    let shortestKeyword: Int
    /// Whether no keyword's literal has a space beside a quote, so that none reaches from one quoted value to another,
    /// or from before a quoted value into it.
    let quotesPartKeywords: Bool
    /// Whether no literal can lie in the head of a line of the common format (`CommonHead`).
    let headsAreClean: Bool

    /// Of keywords, which may stand in any field.
    static let anyField: UInt64 = 1 << 63
    /// Fields beyond this number share the last bit.
    private static let maximumBits = 63

    convenience init(
        rules: [Int], literals needed: [Int: [PlacedLiteral]], presences: [Int: [UInt16]] = [:],
        searchesRecord: Bool, program: SigmaProgram, cache: RuleCache? = nil
    ) throws(PatternDatabaseError) {
        let bits = SourcePlan.assignBits(rules, needed, fieldCount: program.fieldUses.count)
        var table = LiteralTable()
        var always: [Int32] = []
        var present: [PresenceOwner] = []
        for rule in rules {
            guard let own = needed[rule] else {
                guard let fields = presences[rule] else {
                    always.append(Int32(rule))
                    continue
                }
                for field in fields { present.append(PresenceOwner(rule: Int32(rule), field: field)) }
                continue
            }
            for literal in own { table.add(literal, rule: Int32(rule), bits: bits) }
        }
        let database = try PatternDatabase(table.patterns, everyMatch: true, cache: cache)
        var tables = SourceTables()
        tables.unconditional = always
        for list in table.owners { tables.starts.append(tables.starts[tables.starts.count - 1] + Int32(list.count)) }
        tables.owners = table.owners.flatMap { $0 }
        tables.presenceOwners = present
        tables.byteOwners = table.byteOwners
        tables.byteWakes = table.byteWakes
        tables.literals = zip(table.patterns, table.owners).map { pattern, owners in
            PlanLiteral(length: Int32(pattern.bytes.count), fields: owners.reduce(0) { $0 | $1.fields })
        }
        tables.searchesRecord = searchesRecord
        tables.readsURLs = rules.contains { program.rules[$0].readsURLs }
        let uses = FrozenTable<UInt8>(repeating: 0, count: program.fieldUses.count)
        defer { uses.free() }
        for rule in rules { program.markFields(of: Int(program.rules[rule].root), in: uses) }
        for owner in present where Int(owner.field) < uses.count { uses[Int(owner.field)] |= FieldUse.wakes }
        let byteFields = table.byteOwners.reduce(0) { $0 | $1.fields }
        for field in bits.indices where bits[field] & byteFields != 0 { uses[field] |= FieldUse.bytes }
        // Fields beyond the last that anything is asked of need no place.
        var count = uses.count
        while count > 0, uses[count - 1] == 0, bits[count - 1] == 0 { count -= 1 }
        tables.fieldUses = (0..<count).map { uses[$0] }
        tables.fieldBits = Array(bits.prefix(count))
        tables.crossings = table.crossings
        tables.shortestKeyword = table.shortestKeyword
        tables.quotesPartKeywords = table.quotesPartKeywords
        tables.headsAreClean = table.headsPartKeywords && bits[Int(FieldID(.sourceIP).rawValue)] == 0
        self.init(tables, database)
    }

    init(_ tables: SourceTables, _ database: PatternDatabase) {
        self.tables = tables
        self.database = database
        unconditional = FrozenTable(tables.unconditional)
        starts = FrozenTable(tables.starts)
        owners = FrozenTable(tables.owners)
        byteOwners = FrozenTable(tables.byteOwners)
        byteWakes = FrozenTable(tables.byteWakes)
        presenceOwners = FrozenTable(tables.presenceOwners)
        byteFields = tables.byteOwners.reduce(0) { $0 | $1.fields }
        literals = FrozenTable(tables.literals)
        searchesRecord = tables.searchesRecord
        readsURLs = tables.readsURLs
        fieldUses = FrozenTable(tables.fieldUses)
        fieldBits = FrozenTable(tables.fieldBits)
        crossings = FrozenTable(tables.crossings)
        shortestKeyword = tables.shortestKeyword
        quotesPartKeywords = tables.quotesPartKeywords
        headsAreClean = tables.headsAreClean
    }

    private static func assignBits(
        _ rules: [Int], _ literals: [Int: [PlacedLiteral]], fieldCount: Int
    ) -> [UInt64] {
        var bits = [UInt64](repeating: 0, count: fieldCount)
        var used = 0
        for rule in rules {
            for literal in literals[rule] ?? [] {
                for field in literal.fields where Int(field) < fieldCount && bits[Int(field)] == 0 {
                    bits[Int(field)] = 1 << UInt64(min(used, maximumBits - 1))
                    used += 1
                }
            }
        }
        return bits
    }

    deinit {
        unconditional.free()
        literals.free()
        starts.free()
        owners.free()
        byteOwners.free()
        byteWakes.free()
        presenceOwners.free()
        fieldUses.free()
        fieldBits.free()
        crossings.free()
    }
}

/// A required literal with its fields as numbers; none: any field.
struct PlacedLiteral {
    var literal: RequiredLiteral
    var fields: [UInt16]
}

/// Literals, each once, and who asks for them.
private struct LiteralTable {
    private(set) var patterns: [LiteralPattern] = []
    private(set) var owners: [[LiteralOwner]] = []
    private(set) var byteOwners: [ByteOwner] = []
    private(set) var byteWakes = [UInt64](repeating: 0, count: 256)
    private(set) var shortestKeyword = Int.max
    private(set) var quotesPartKeywords = true
    private(set) var headsPartKeywords = true
    private(set) var crossings = [Int32](repeating: 0, count: 256)
    private var numbers: [LiteralPattern: Int] = [:]

    mutating func add(_ placed: PlacedLiteral, rule: Int32, bits: [UInt64]) {
        var fields: UInt64 = placed.fields.isEmpty ? SourcePlan.anyField : 0
        for field in placed.fields where Int(field) < bits.count { fields |= bits[Int(field)] }
        if let byte = LiteralTable.tellingByte(placed),
            addByte(byte, caseless: placed.literal.pattern.caseless, rule: rule, fields: fields)
        {
            return
        }
        if placed.fields.isEmpty { noteKeyword(placed.literal.pattern) }
        let place = (placed.literal.beginsValue ? 1 : 0) + (placed.literal.endsValue ? 2 : 0)
        let owner = LiteralOwner(rule: rule, place: placed.fields.isEmpty ? 0 : Int32(place), fields: fields)
        let number = number(of: placed.literal.pattern)
        if let known = owners[number].lastIndex(where: { $0.rule == rule && $0.place == owner.place }) {
            owners[number][known].fields |= fields
        } else {
            owners[number].append(owner)
        }
    }

    private mutating func noteKeyword(_ pattern: LiteralPattern) {
        shortestKeyword = min(shortestKeyword, pattern.bytes.count)
        if CommonHead.mayHold(pattern.bytes) { headsPartKeywords = false }
        for (left, right) in zip(pattern.bytes, pattern.bytes.dropFirst())
        where left == ASCII.quote || right == ASCII.quote {
            if left == ASCII.space || right == ASCII.space { quotesPartKeywords = false }
        }
        for byte in pattern.bytes {
            let other = pattern.caseless && ASCII.isLetter(byte) ? byte ^ 0x20 : byte
            for each in [byte, other] {
                crossings[Int(each)] = max(crossings[Int(each)], Int32(pattern.bytes.count))
            }
        }
    }

    /// Of a literal of a byte or two, the byte that is rare in ordinary values; nil where there is none, and for
    /// keywords.
    private static func tellingByte(_ placed: PlacedLiteral) -> UInt8? {
        let bytes = placed.literal.pattern.bytes
        guard !placed.fields.isEmpty, bytes.count <= 2 else { return nil }
        return bytes.count == 1 ? bytes[0] : bytes.first { rareSigns.contains($0) }
    }

    private static let rareSigns = Set("'\"`|<>{}$\\^@!~#*[]".utf8)

    /// False where there is no room for another owner.
    private mutating func addByte(_ byte: UInt8, caseless: Bool, rule: Int32, fields: UInt64) -> Bool {
        var place = byteOwners.firstIndex { $0.rule == rule && $0.fields == fields }
        if place == nil, byteOwners.count < UInt64.bitWidth {
            byteOwners.append(ByteOwner(rule: rule, fields: fields))
            place = byteOwners.count - 1
        }
        guard let place else { return false }
        byteWakes[Int(byte)] |= 1 << UInt64(place)
        if caseless, ASCII.isLetter(byte) { byteWakes[Int(byte ^ 0x20)] |= 1 << UInt64(place) }
        return true
    }

    private mutating func number(of pattern: LiteralPattern) -> Int {
        if let known = numbers[pattern] { return known }
        numbers[pattern] = patterns.count
        patterns.append(pattern)
        owners.append([])
        return patterns.count - 1
    }
}
