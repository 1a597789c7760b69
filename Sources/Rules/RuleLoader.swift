internal import Events

/// What the reading of rules depends on from outside.
package struct RuleLoadOptions: Sendable {
    /// Values of Sigma's placeholders, without the percent signs.
    package var placeholders: [String: [String]]
    /// Says why a regular expression of a Sigma rule cannot be used, nil where it can. `Matching` has it
    /// (`SigmaExpressions.problem`); without it such a rule is refused only when the matcher is made.
    package var checkExpression: (@Sendable (String, RegularExpressionFlags) -> String?)?
    /// Variables, classes and references that signatures refer to.
    package var signatures: SignatureParseOptions
    /// Where documents that were read are kept between runs; nil: nowhere.
    package var cache: RuleCache?

    package init(
        placeholders: [String: [String]] = [:],
        checkExpression: (@Sendable (String, RegularExpressionFlags) -> String?)? = nil,
        signatures: SignatureParseOptions = SignatureParseOptions(), cache: RuleCache? = nil
    ) {
        self.signatures = signatures
        self.cache = cache
        self.placeholders = placeholders
        self.checkExpression = checkExpression
    }
}

/// Reads rule files of every kind into a `RuleSet`. A rule that cannot be used is refused with its place and reason;
/// the others load. Correlations are resolved when all files are read.
package struct RuleLoader {
    private let options: RuleLoadOptions
    private var rules = RuleSet()
    private var pending: [PendingCorrelation] = []
    private var filters: [PendingFilter] = []
    /// Where each id was first seen.
    private var origins: [String: RuleOrigin] = [:]
    private var signatureFiles: SignatureFiles
    private var memory: DocumentMemory?

    package init(options: RuleLoadOptions = RuleLoadOptions()) {
        self.options = options
        signatureFiles = SignatureFiles(options: options.signatures)
    }

    /// Reads files and folders, in the order given (a folder's files sorted), and resolves references.
    package mutating func load(paths: [String]) -> RuleSet {
        var seen: Set<String> = []
        var wanted: [(file: String, text: String)] = []
        for path in paths {
            let (files, problem) = RuleFiles.find(path)
            if let problem {
                rules.diagnostics.append(
                    Diagnostic(
                        .error, file: path, line: 0, message: "cannot be read: \(problem)",
                        advice: "Check the path given with --rules."))
            }
            for file in files where seen.insert(file).inserted {
                if let text = read(file) { wanted.append((file, text)) }
            }
        }
        if let cache = options.cache {
            memory = DocumentMemory(
                cache: cache, texts: wanted.filter { RuleFiles.kind(of: $0.file) == .sigma }.map(\.text))
        }
        for (file, text) in wanted { add(text: text, file: file) }
        memory?.keep()
        return finish()
    }

    /// Reads one file's text, its kind taken from the name, and resolves references.
    package mutating func load(text: String, file: String) -> RuleSet {
        add(text: text, file: file)
        return finish()
    }

    /// Reads one file; `finish` resolves references.
    package mutating func add(file: String) {
        if let text = read(file) { add(text: text, file: file) }
    }

    private mutating func read(_ file: String) -> String? {
        let (text, problem) = RuleFiles.read(file)
        if text == nil {
            rules.diagnostics.append(Diagnostic(.error, file: file, line: 0, message: "cannot be read: \(problem)"))
            rules.refusedCount += 1
        }
        return text
    }

    package mutating func add(text: String, file: String) {
        switch RuleFiles.kind(of: file) {
        case .sigma: addDocuments(text, file)
        case .signatures: signatureFiles.add(text, file: file)
        case .classification: signatureFiles.addClassification(text, file: file)
        case .references: signatureFiles.addReferences(text, file: file)
        case nil:
            rules.refusedCount += 1
            rules.diagnostics.append(
                Diagnostic(
                    .error, file: file, line: 0, message: "not a rule file by its name",
                    advice: "Rules end in .rules (Suricata) or .yml, .yaml (Sigma, correlation, anomaly)."))
        }
    }

    /// What was read, with correlations resolved. The loader is empty afterwards.
    package mutating func finish() -> RuleSet {
        signatureFiles.finish(into: &rules)
        var filtered = FilterResolver(rules)
        filtered.apply(filters)
        let resolver = CorrelationResolver(filtered.rules, pending: pending)
        self = RuleLoader(options: options)
        return resolver.resolved()
    }

    private mutating func addDocuments(_ text: String, _ file: String) {
        let source = RuleFileText(file: file, text: text)
        let (documents, error) = memory?.documents(text) ?? RuleDocuments.read(text)
        var collection = RuleCollection()
        for document in documents {
            if case .scalar = document.content, document.meaning == .null { continue }
            addDocument(document, source, &collection)
        }
        if let error { refuse(error, source, rule: nil) }
    }

    private mutating func addDocument(
        _ written: RuleNode, _ source: RuleFileText, _ collection: inout RuleCollection
    ) {
        let name = written["id"]?.text ?? written["title"]?.text
        do {
            guard written.pairs != nil else {
                throw RuleError(written, "", "a rule is a mapping, and this is \(written.kindName)")
            }
            guard let document = try collection.resolve(written) else { return }
            if document["filter"] != nil {
                try addFilter(document, source)
            } else if document["correlation"] != nil {
                try addCorrelation(document, source)
            } else if document["scorer"] != nil {
                try addWebAttack(document, source)
            } else if document["decoder"] != nil {
                rules.decoders.append(try DecoderReader(source, document).read(document))
            } else if document["detector"] != nil {
                try addAnomaly(document, source)
            } else {
                try addSigma(document, source)
            }
        } catch let error as RuleError {
            refuse(error, source, rule: name)
        } catch {
            refuse(RuleError(written, "", "\(error)"), source, rule: name)
        }
    }

    private mutating func addSigma(_ document: RuleNode, _ source: RuleFileText) throws {
        var reader = SigmaReader(file: source.file, options: options)
        let rule = try reader.read(document)
        try claim(rule.info, document)
        warn(reader.warnings, source, rule.info.id)
        rules.sigma.append(rule)
    }

    private mutating func addFilter(_ document: RuleNode, _ source: RuleFileText) throws {
        var reader = SigmaReader(file: source.file, options: options)
        filters.append(try reader.readFilter(document, source))
        warn(reader.warnings, source, document["title"]?.text ?? "")
    }

    private mutating func addCorrelation(_ document: RuleNode, _ source: RuleFileText) throws {
        var reader = CorrelationReader(text: source)
        let correlation = try reader.read(document)
        try claim(correlation.rule.info, document)
        warn(reader.warnings, source, correlation.rule.info.id)
        pending.append(correlation)
    }

    private mutating func addAnomaly(_ document: RuleNode, _ source: RuleFileText) throws {
        var reader = AnomalyReader(file: source.file)
        let rule = try reader.read(document)
        try claim(rule.info, document)
        warn(reader.warnings, source, rule.info.id)
        rules.anomalies.append(rule)
    }

    private mutating func addWebAttack(_ document: RuleNode, _ source: RuleFileText) throws {
        var reader = WebAttackReader(file: source.file)
        let rule = try reader.read(document)
        try claim(rule.info, document)
        warn(reader.warnings, source, rule.info.id)
        rules.webAttacks.append(rule)
    }

    /// An id belongs to one rule.
    private mutating func claim(_ info: RuleInfo, _ document: RuleNode) throws {
        if let first = origins[info.id] {
            let node = document["id"] ?? document["title"] ?? document
            throw RuleError(
                node, node.text ?? "", "the id \"\(info.id)\" is taken by the rule at \(first.file):\(first.line)",
                advice: "Give this rule an id of its own, or load only one of the two.")
        }
        origins[info.id] = info.origin
    }

    private mutating func warn(_ warnings: [RuleError], _ source: RuleFileText, _ rule: String) {
        rules.diagnostics += warnings.map { source.diagnostic(.warning, $0, rule: rule) }
    }

    private mutating func refuse(_ error: RuleError, _ source: RuleFileText, rule: String?) {
        rules.refusedCount += 1
        rules.diagnostics.append(source.diagnostic(.error, error, rule: rule))
    }
}
