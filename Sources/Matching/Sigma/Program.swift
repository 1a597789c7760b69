internal import Events
internal import Primitives
internal import Rules

/// A node of a rule's tree. Children stand together in the program's list.
struct ProgramNode {
    enum Operation: UInt8 {
        case all
        case any
        case atLeast
        case not
        case test
    }

    var operation: Operation
    /// First child in `children`, or the number of the test.
    var first: Int32
    var count: Int32
    /// Of `atLeast`.
    var needed: Int32
}

/// One test, by numbers into the program's tables.
struct ProgramTest {
    enum Kind: UInt8 {
        case text
        case number
        case expression
        case network
        case exists
        case absent
        case null
        case compare
        case time
        case field
    }

    var kind: Kind
    /// Fields it may be held against, in `fields`; none: a keyword.
    var firstField: Int32
    var fieldCount: Int32
    /// Pattern (`text`, `number`), expression, network; first of the other field's candidates (`field`).
    var index: Int32 = 0
    /// Number of the other field's candidates.
    var otherCount: Int32 = 0
    var value = ExactNumber(0)
    var comparison: NumberComparison = .equal
    var part: TimePart = .hour
    var fieldPart: FieldPart = .whole
    var isCased = false
}

/// One rule in the program.
struct ProgramRule {
    var root: Int32
    /// Whether it looks at URL fields or keywords, so that decoded forms are worth a try.
    var readsURLs: Bool
}

/// What a `SigmaProgram` is made of: as rules were compiled, or as a cache had it.
struct ProgramTables {
    var nodes: [ProgramNode] = []
    var children: [Int32] = []
    var tests: [ProgramTest] = []
    var fields: [UInt16] = []
    var rules: [ProgramRule] = []
    var networks: [IPNetwork] = []
    var patterns: [CompiledPattern] = []
    var segments: [CompiledSegment] = []
    var elements: [CompiledElement] = []
    var arena: [UInt8] = []
    var expressions: [RegularExpression] = []
    var urlFields: [UInt16] = []
}

/// All rules of a matcher compiled into flat tables, which any number of workers read. Nothing in it changes.
final class SigmaProgram: @unchecked Sendable {
    let nodes: FrozenTable<ProgramNode>
    let children: FrozenTable<Int32>
    let tests: FrozenTable<ProgramTest>
    let fields: FrozenTable<UInt16>
    let rules: FrozenTable<ProgramRule>
    let networks: FrozenTable<IPNetwork>
    let patterns: PatternTable
    let expressions: FrozenTable<RegularExpression>
    /// By field number: `FieldUse.url` where it holds a URL.
    let fieldUses: FrozenTable<UInt8>

    init(_ tables: ProgramTables, fieldLimit: Int) {
        nodes = FrozenTable(tables.nodes)
        children = FrozenTable(tables.children)
        tests = FrozenTable(tables.tests)
        fields = FrozenTable(tables.fields)
        rules = FrozenTable(tables.rules)
        networks = FrozenTable(tables.networks)
        patterns = PatternTable(
            patterns: tables.patterns, segments: tables.segments, elements: tables.elements, arena: tables.arena)
        expressions = FrozenTable(tables.expressions)
        fieldUses = FrozenTable(repeating: 0, count: fieldLimit)
        for field in tables.urlFields where Int(field) < fieldLimit {
            fieldUses[Int(field)] |= FieldUse.url
        }
    }

    /// Marks in `uses` the fields that the tests under a node look at.
    func markFields(of node: Int, in uses: FrozenTable<UInt8>) {
        let node = nodes[node]
        let first = Int(node.first)
        guard node.operation == .test else {
            for index in first..<first + Int(node.count) { markFields(of: Int(children[index]), in: uses) }
            return
        }
        let test = tests[first]
        var run = Int(test.firstField)..<Int(test.firstField + test.fieldCount)
        mark(run, in: uses)
        run = Int(test.index)..<Int(test.index + test.otherCount)
        if test.kind == .field { mark(run, in: uses) }
    }

    private func mark(_ run: Range<Int>, in uses: FrozenTable<UInt8>) {
        for index in run where Int(fields[index]) < uses.count {
            let field = Int(fields[index])
            uses[field] |= FieldUse.tested | fieldUses[field]
        }
    }

    deinit {
        nodes.free()
        children.free()
        tests.free()
        fields.free()
        rules.free()
        networks.free()
        patterns.free()
        expressions.free()
        fieldUses.free()
    }
}

enum FieldUse {
    /// Some rule looks at it.
    static let tested: UInt8 = 1
    /// It holds a URL or a part of one.
    static let url: UInt8 = 2
    /// That it is there wakes a rule.
    static let wakes: UInt8 = 4
    /// Single bytes of its value wake rules.
    static let bytes: UInt8 = 8
    /// A look at the field itself is needed even where the record that holds it is searched.
    static let closer = url | wakes | bytes
}
