internal import Events

/// Files in Suricata's language, and the two that go with them. Everything the loader knows of signatures is here.
///
/// Signatures are read when all files are known, so that classes and references hold whatever the order of the files.
struct SignatureFiles {
    private var pending: [(text: String, file: String)] = []
    private var options = SignatureParseOptions()

    init(variables: RuleVariables) { options.variables = variables }

    /// Keeps one `.rules` file for `finish`.
    mutating func read(_ text: String, file: String) { pending.append((text, file)) }

    /// Reads a `classification.config`.
    mutating func readClassification(_ text: String, file: String, into rules: inout RuleSet) {
        rules.diagnostics += options.classifications.read(text: text, file: file)
    }

    /// Reads a `reference.config`.
    mutating func readReferences(_ text: String, file: String, into rules: inout RuleSet) {
        rules.diagnostics += options.references.read(text: text, file: file)
    }

    /// Reads the kept files. Of two signatures with one `GID:SID` the later revision counts, else the first.
    func finish(into rules: inout RuleSet) {
        var places: [String: Int] = [:]
        for (text, file) in pending {
            let read = SignatureParser.parse(text: text, file: file, options: options)
            rules.diagnostics += read.diagnostics
            rules.refusedCount += read.refused
            for signature in read.signatures {
                guard let place = places[signature.info.id] else {
                    places[signature.info.id] = rules.signatures.count
                    rules.signatures.append(signature)
                    continue
                }
                let known = rules.signatures[place].info.signature?.revision ?? 0
                if (signature.info.signature?.revision ?? 0) > known { rules.signatures[place] = signature }
                rules.diagnostics.append(
                    Diagnostic(
                        .warning, file: file, line: signature.info.origin.line,
                        message: "\(signature.info.id) is known already; the later revision counts",
                        rule: signature.info.id))
            }
        }
    }
}
