internal import Events
internal import Primitives

/// The Sigma rules of a set of files as a cache brings them back: what is known of each, without its selections, which
/// lie compiled beside them; and what else the files hold, to be read as always.
///
/// The entry is keyed by the files' places, sizes and times, so that thousands of files need not be read. What changed
/// only just now is not kept: within the clock's grain it could change again unseen.
struct SigmaMemory {
    /// What is to be done again, in the order of the files.
    enum Step {
        case diagnostic(Diagnostic)
        /// A document that is no Sigma rule.
        case document(file: String, RuleNode)
    }

    var rules: [SigmaRule] = []
    var related: [String: [String]] = [:]
    var steps: [Step] = []
    /// What was said when filters were applied.
    var filterDiagnostics: [Diagnostic] = []
    var refusedCount = 0

    /// What a set of files is known by.
    struct Stamp {
        var key: ContentID
        /// Whether no file has changed in the last moments.
        var isSettled: Bool
    }

    /// Kernels stamp files by a clock of about 10 ms.
    static let grainNanoseconds: Int64 = 100_000_000

    /// Nil where a file is none.
    static func stamp(_ files: [String]) -> Stamp? {
        var hasher = ContentHasher()
        hasher.add("sigma rules 1")
        hasher.add(TaxonomyTable.standard.key)
        var newest: Int64 = 0
        for file in files {
            guard let changed = RuleFiles.stamp(file, into: &hasher) else { return nil }
            newest = max(newest, changed)
        }
        return Stamp(key: hasher.finish(), isSettled: RuleFiles.now() - newest > grainNanoseconds)
    }

    // MARK: - Writing

    /// Nil where a document is nested too deep.
    var encoded: [UInt8]? {
        var writer = CacheWriter()
        var table = RuleInfoWriter()
        for rule in rules { table.add(rule.info) }
        table.write(into: &writer)
        for rule in rules {
            let source = rule.logSource
            for text in [source.category, source.product, source.service, rule.status] {
                writer.put(text == nil ? 0 : 1)
                if let text { writer.put(text) }
            }
            writer.put(texts: rule.shownFields)
        }
        writer.put(related.count)
        for (rule, ids) in related.sorted(by: { $0.key < $1.key }) {
            writer.put(rule)
            writer.put(texts: ids)
        }
        guard putSteps(into: &writer) else { return nil }
        writer.put(filterDiagnostics.count)
        for diagnostic in filterDiagnostics { writer.put(diagnostic) }
        writer.put(refusedCount)
        return writer.bytes
    }

    private func putSteps(into writer: inout CacheWriter) -> Bool {
        writer.put(steps.count)
        for step in steps {
            switch step {
            case .diagnostic(let diagnostic):
                writer.put(0)
                writer.put(diagnostic)
            case .document(let file, let node):
                var nodes = NodeWriter()
                nodes.node(node, depth: 0)
                if nodes.isTooDeep { return false }
                writer.put(1)
                writer.put(file)
                writer.put(nodes.bytes)
            }
        }
        return true
    }

    // MARK: - Reading

    init() {}

    init(_ data: [UInt8]) throws(CacheDamage) {
        var reader = CacheReader(data)
        for info in try RuleInfoReader.read(&reader, kind: .sigma) {
            rules.append(SigmaRule(info: info, logSource: RuleLogSource(), selections: [], condition: .all([])))
        }
        for index in rules.indices {
            var texts: [String?] = []
            for _ in 0..<4 { texts.append(try reader.number() == 0 ? nil : try reader.text()) }
            rules[index].logSource = RuleLogSource(category: texts[0], product: texts[1], service: texts[2])
            rules[index].status = texts[3]
            rules[index].shownFields = try reader.texts()
        }
        for _ in 0..<max(0, try reader.number()) {
            let rule = try reader.text()
            related[rule] = try reader.texts()
        }
        for _ in 0..<max(0, try reader.number()) { steps.append(try SigmaMemory.step(&reader)) }
        for _ in 0..<max(0, try reader.number()) { filterDiagnostics.append(try reader.diagnostic()) }
        refusedCount = try reader.number()
    }

    private static func step(_ reader: inout CacheReader) throws(CacheDamage) -> Step {
        if try reader.number() == 0 { return .diagnostic(try reader.diagnostic()) }
        let file = try reader.text()
        var nodes = NodeReader(try reader.elements(UInt8.self))
        return .document(file: file, try nodes.node(depth: 0))
    }
}
