internal import Events
internal import Primitives

/// Files in Suricata's language, and the two that go with them. Everything the loader knows of signatures is here.
///
/// Signatures are parsed when all files are there, because `classification.config` and `reference.config` may come
/// after them and hold for all.
struct SignatureFiles {
    private var files: [(text: String, file: String)] = []
    private var options: SignatureParseOptions
    private var diagnostics: [Diagnostic] = []

    init(options: SignatureParseOptions) { self.options = options }

    /// Takes one `.rules` file.
    mutating func add(_ text: String, file: String) { files.append((text, file)) }

    /// Takes a `classification.config`.
    mutating func addClassification(_ text: String, file: String) {
        diagnostics += options.classifications.read(text: text, file: file)
    }

    /// Takes a `reference.config`.
    mutating func addReferences(_ text: String, file: String) {
        diagnostics += options.references.read(text: text, file: file)
    }

    /// Takes signatures that were compiled before, where there are such; false where they must be parsed.
    private mutating func recall(into rules: inout RuleSet) -> Bool {
        guard let remember = options.remember, !files.isEmpty else { return false }
        var hasher = ContentHasher()
        for (text, file) in files {
            hasher.add(file)
            hasher.add(text)
        }
        options.add(to: &hasher)
        let key = hasher.finish()
        rules.signatureKey = key
        guard let known = remember(key) else { return false }
        rules.diagnostics += known.diagnostics
        rules.refusedCount += known.refusedCount
        rules.signatures += known.infos.map { Signature(info: $0, action: .alert, transport: SignatureProtocol()) }
        rules.areSignaturesRemembered = true
        files = []
        diagnostics = []
        return true
    }

    /// Parses what was taken into `rules`. A signature's id belongs to the file that had it first.
    mutating func finish(into rules: inout RuleSet) {
        rules.diagnostics += diagnostics
        if recall(into: &rules) { return }
        let before = (rules.diagnostics.count, rules.refusedCount)
        defer {
            rules.signatureDiagnostics = Array(rules.diagnostics[before.0...])
            rules.signatureRefusals = rules.refusedCount - before.1
        }
        var origins: [String: String] = [:]
        for (text, file) in files {
            let parsed = SignatureParser.parse(text: text, file: file, options: options)
            rules.diagnostics += parsed.diagnostics
            rules.refusedCount += parsed.refused
            for signature in parsed.signatures {
                let origin = signature.info.origin
                if let first = origins[signature.info.id] {
                    rules.refusedCount += 1
                    rules.diagnostics.append(
                        Diagnostic(
                            .error, file: file, line: origin.line,
                            message: "the id \(signature.info.id) is taken by the signature at \(first)",
                            advice: "Give this signature an id of its own, or load only one of the two.",
                            rule: signature.info.id))
                    continue
                }
                origins[signature.info.id] = "\(origin.file):\(origin.line)"
                rules.signatures.append(signature)
            }
        }
        files = []
        diagnostics = []
    }
}
