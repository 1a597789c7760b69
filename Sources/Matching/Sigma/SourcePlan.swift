internal import Primitives
internal import Rules

/// The rules that are open for some log source: what to look for first, and what that makes worth evaluating.
final class SourcePlan: @unchecked Sendable {
    /// Rules (indices) that have no literal and are evaluated for every event.
    let unconditional: FrozenTable<Int32>
    let database: PatternDatabase
    /// Rules of pattern `p`: `owners[starts[p] ..< starts[p + 1]]`.
    let starts: FrozenTable<Int32>
    let owners: FrozenTable<Int32>
    /// Whether the raw record is searched (some rule has keywords), instead of the tested fields alone.
    let searchesRecord: Bool
    /// Whether decoded forms of URLs can matter to any of the rules.
    let readsURLs: Bool
    /// By field number, what these rules do with it (`FieldUse`).
    let fieldUses: FrozenTable<UInt8>

    init(
        rules: [Int], literals: [Int: [LiteralPattern]], searchesRecord: Bool, program: SigmaProgram,
        cache: RuleCache? = nil
    ) throws(PatternDatabaseError) {
        var numbers: [LiteralPattern: Int] = [:]
        var patterns: [LiteralPattern] = []
        var owned: [[Int32]] = []
        var always: [Int32] = []
        for rule in rules {
            guard let needed = literals[rule] else {
                always.append(Int32(rule))
                continue
            }
            for literal in needed {
                let number: Int
                if let known = numbers[literal] {
                    number = known
                } else {
                    number = patterns.count
                    numbers[literal] = number
                    patterns.append(literal)
                    owned.append([])
                }
                if owned[number].last != Int32(rule) { owned[number].append(Int32(rule)) }
            }
        }
        database = try PatternDatabase(patterns, cache: cache)
        unconditional = FrozenTable(always)
        var starts: [Int32] = [0]
        for list in owned { starts.append(starts[starts.count - 1] + Int32(list.count)) }
        self.starts = FrozenTable(starts)
        owners = FrozenTable(owned.flatMap { $0 })
        self.searchesRecord = searchesRecord
        readsURLs = rules.contains { program.rules[$0].readsURLs }
        fieldUses = FrozenTable(repeating: 0, count: program.fieldUses.count)
        for rule in rules { program.markFields(of: Int(program.rules[rule].root), in: fieldUses) }
    }

    deinit {
        unconditional.free()
        starts.free()
        owners.free()
        fieldUses.free()
    }
}
