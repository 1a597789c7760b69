package import Events
internal import Primitives

/// Signatures as a cache brings them back: what is known of each. What they ask for lies compiled beside them.
package struct RememberedSignatures: Sendable {
    package var infos: [RuleInfo]
    package var diagnostics: [Diagnostic]
    package var refusedCount: Int

    package init(infos: [RuleInfo], diagnostics: [Diagnostic], refusedCount: Int) {
        self.infos = infos
        self.diagnostics = diagnostics
        self.refusedCount = refusedCount
    }

    package func write(into writer: inout CacheWriter) {
        var table = RuleInfoWriter()
        for info in infos { table.add(info) }
        table.write(into: &writer)
        writer.put(refusedCount)
        writer.put(diagnostics.count)
        for diagnostic in diagnostics { writer.put(diagnostic) }
    }

    package init(_ reader: inout CacheReader) throws(CacheDamage) {
        infos = try RuleInfoReader.read(&reader)
        refusedCount = try reader.number()
        diagnostics = []
        for _ in 0..<max(0, try reader.number()) { diagnostics.append(try reader.diagnostic()) }
    }
}

extension CacheWriter {
    mutating func put(_ diagnostic: Diagnostic) {
        for text in [
            diagnostic.weight.rawValue, diagnostic.file, diagnostic.subject, diagnostic.message, diagnostic.advice,
            diagnostic.rule ?? "", diagnostic.sourceLine,
        ] { put(text) }
        put(diagnostic.line)
        put(diagnostic.column)
    }
}

extension CacheReader {
    mutating func diagnostic() throws(CacheDamage) -> Diagnostic {
        var texts: [String] = []
        for _ in 0..<7 { texts.append(try text()) }
        let (line, column) = (try number(), try number())
        guard let weight = Diagnostic.Weight(rawValue: texts[0]) else { throw CacheDamage() }
        return Diagnostic(
            weight, file: texts[1], line: line, column: column, subject: texts[2], message: texts[3],
            advice: texts[4], rule: texts[5].isEmpty ? nil : texts[5], sourceLine: texts[6])
    }
}

extension SignatureParseOptions {
    /// Everything besides the files' own text that decides what signatures mean.
    func add(to hasher: inout ContentHasher) {
        for table in [variables.addresses, variables.ports] {
            for (name, value) in table.sorted(by: { $0.key < $1.key }) {
                hasher.add(name)
                hasher.add(value)
            }
        }
        classifications.add(to: &hasher)
        references.add(to: &hasher)
        reputation.add(to: &hasher)
        countries.add(to: &hasher)
    }
}
