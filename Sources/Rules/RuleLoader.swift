internal import Events

/// What the reading of rules depends on from outside.
package struct RuleLoadOptions: Sendable {
    /// Values of Sigma's placeholders, without the percent signs.
    package var placeholders: [String: [String]]
    /// Says why a regular expression of a Sigma rule cannot be used, nil where it can. `Matching` has it
    /// (`SigmaExpressions.problem`); without it such a rule is refused only when the matcher is made.
    package var checkExpression: (@Sendable (String, RegularExpressionFlags) -> String?)?
    /// Says which setting of an anomaly rule its detector cannot use, and why; nil where it can use all. `Anomalies`
    /// has it (`AnomalyDetectors.problem`); without it such a rule is refused only when its detector is made.
    package var checkAnomaly: (@Sendable (AnomalyRule) -> (setting: String, reason: String)?)?
    /// Pipelines that change Sigma rules before they are checked, in the order they are applied in.
    package var pipelines: [ProcessingPipeline] = []
    /// What pipelines match and replace text with.
    package var expressions: ExpressionTools?
    /// Variables, classes and references that signatures refer to.
    package var signatures: SignatureParseOptions
    /// Where documents that were read are kept between runs; nil: nowhere.
    package var cache: RuleCache?
    /// Whether Sigma rules may come from the cache without their selections (`RuleSet.areSigmaRemembered`): for who
    /// finds them compiled there as well. Not with pipelines or placeholders, which are no part of its key.
    package var remembersSigma = false

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
    /// What pipelines call the fields of a rule, by its id.
    private var renamings: [String: FieldRenaming] = [:]
    private var signatureFiles: SignatureFiles
    private var memory: DocumentMemory?
    /// What is noted down for the cache, and what came from it.
    private var recording: SigmaMemory?
    private var recordedFiles: [String] = []
    private var remembered: SigmaMemory?

    package init(options: RuleLoadOptions = RuleLoadOptions()) {
        self.options = options
        signatureFiles = SignatureFiles(options: options.signatures)
    }

    /// Reads files and folders, in the order given (a folder's files sorted), and resolves references.
    package mutating func load(paths: [String]) -> RuleSet {
        var seen: Set<String> = []
        let found = paths.map { path in
            let (files, problem) = RuleFiles.find(path)
            return (path: path, files: files.filter { seen.insert($0).inserted }, problem: problem)
        }
        let isRecalled = recall(found.flatMap(\.files))
        var wanted: [(file: String, text: String)] = []
        let refusedBefore = rules.refusedCount
        for (path, files, problem) in found {
            if let problem {
                rules.diagnostics.append(
                    Diagnostic(
                        .error, file: path, line: 0, message: "cannot be read: \(problem)",
                        advice: "Check the path given with --rules."))
            }
            for file in files where !isRecalled { if let text = read(file) { wanted.append((file, text)) } }
        }
        if isRecalled { return finish() }
        if rules.refusedCount > refusedBefore { recording = nil }
        if let cache = options.cache, recording == nil {
            memory = DocumentMemory(
                cache: cache, texts: wanted.filter { RuleFiles.kind(of: $0.file) == .sigma }.map(\.text))
        }
        for (file, text) in wanted { add(text: text, file: file) }
        memory?.keep()
        return finish()
    }

    /// Takes the Sigma rules of these files from the cache, and reads what else there is in them. False where the cache
    /// has none: then what will be read is noted down for it.
    private mutating func recall(_ files: [String]) -> Bool {
        let documents = files.filter { RuleFiles.kind(of: $0) == .sigma }
        guard options.remembersSigma, let cache = options.cache, let stamp = SigmaMemory.stamp(documents),
            stamp.isSettled
        else { return false }
        rules.sigmaKey = stamp.key
        guard let data = cache.read(stamp.key), let memory = try? SigmaMemory(data) else {
            recording = SigmaMemory()
            recordedFiles = documents
            return false
        }
        rules.areSigmaRemembered = true
        remembered = memory
        for rule in memory.rules { origins[rule.info.id] = rule.info.origin }
        for step in memory.steps {
            switch step {
            case .diagnostic(let diagnostic): rules.diagnostics.append(diagnostic)
            case .document(let file, let node): addOther(node, RuleFileText(file: file, text: nil))
            }
        }
        rules.sigma = memory.rules
        rules.related.merge(memory.related) { first, _ in first }
        rules.refusedCount += memory.refusedCount
        for file in files where RuleFiles.kind(of: file) != .sigma { add(file: file) }
        return true
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
        let before = (rules.diagnostics.count, rules.refusedCount)
        var filtered = FilterResolver(rules)
        filtered.apply(filters)
        if let remembered {
            filtered.rules.diagnostics += remembered.filterDiagnostics
        } else {
            keep(filtered.rules, diagnosticsFrom: before.0, refusedFrom: before.1)
        }
        let resolver = CorrelationResolver(filtered.rules, pending: pending, renamings: renamings)
        self = RuleLoader(options: options)
        return resolver.resolved()
    }

    private func keep(_ filtered: RuleSet, diagnosticsFrom first: Int, refusedFrom refused: Int) {
        guard var memory = recording, let key = rules.sigmaKey, let cache = options.cache,
            let stamp = SigmaMemory.stamp(recordedFiles), stamp.key == key
        else { return }
        memory.rules = filtered.sigma
        memory.filterDiagnostics = Array(filtered.diagnostics[first...])
        memory.refusedCount += filtered.refusedCount - refused
        let ids = Set(filtered.sigma.map(\.info.id))
        memory.related = filtered.related.filter { ids.contains($0.key) }
        if let data = memory.encoded { cache.write(key, data) }
    }

    private mutating func addDocuments(_ text: String, _ file: String) {
        let source = RuleFileText(file: file, text: text)
        let (documents, error) = memory?.documents(text) ?? RuleDocuments.read(text)
        var collection = RuleCollection()
        for document in documents {
            if case .scalar = document.content, document.meaning == .null { continue }
            addDocument(document, source, &collection)
        }
        if let error { noted { $0.refuse(error, source, rule: nil) } }
    }

    /// Does what is no other document's matter, and notes what was said of it.
    private mutating func noted(_ body: (inout RuleLoader) -> Void) {
        let before = (rules.diagnostics.count, rules.refusedCount)
        body(&self)
        guard recording != nil else { return }
        recording?.steps += rules.diagnostics[before.0...].map { .diagnostic($0) }
        recording?.refusedCount += rules.refusedCount - before.1
    }

    private mutating func addDocument(
        _ written: RuleNode, _ source: RuleFileText, _ collection: inout RuleCollection
    ) {
        do {
            guard written.pairs != nil else {
                throw RuleError(written, "", "a rule is a mapping, and this is \(written.kindName)")
            }
            if Taxonomy.isTable(written) {
                try RuleLoader.checkTable(written)
                return
            }
            guard let document = try collection.resolve(written) else { return }
            if document["filter"] == nil, RuleLoader.otherKinds.contains(where: { document[$0] != nil }) {
                recording?.steps.append(.document(file: source.file, document))
                addOther(document, source)
                return
            }
            noted { loader in
                loader.guarded(document, source) {
                    if document["filter"] != nil {
                        try $0.addFilter(document, source)
                    } else {
                        try $0.addSigma(document, source)
                    }
                }
            }
        } catch {
            noted { $0.guarded(written, source) { _ in throw error } }
        }
    }

    /// The pack's own tables of field names are known already.
    private static func checkTable(_ document: RuleNode) throws {
        let name = document["taxonomy"]?.text ?? ""
        if TaxonomyTable.standard.families.contains(where: { $0.name == name }) { return }
        throw RuleError(
            document["taxonomy"], name, "tables of field names are read from the pack's folder `taxonomy` alone",
            advice: "Translate the names of some rules by a pipeline (--pipeline).")
    }

    /// Keys that tell documents which are neither Sigma rules nor filters.
    private static let otherKinds = ["correlation", "scorer", "decoder", "detector"]

    private mutating func addOther(_ document: RuleNode, _ source: RuleFileText) {
        guarded(document, source) { loader in
            if document["correlation"] != nil {
                try loader.addCorrelation(document, source)
            } else if document["scorer"] != nil {
                try loader.addWebAttack(document, source)
            } else if document["decoder"] != nil {
                loader.rules.decoders.append(try DecoderReader(source, document).read(document))
            } else {
                try loader.addAnomaly(document, source)
            }
        }
    }

    private mutating func guarded(
        _ document: RuleNode, _ source: RuleFileText, _ body: (inout RuleLoader) throws -> Void
    ) {
        let name = document["id"]?.text ?? document["title"]?.text
        do {
            try body(&self)
        } catch let error as RuleError {
            refuse(error, source, rule: name)
        } catch {
            refuse(RuleError(document, "", "\(error)"), source, rule: name)
        }
    }

    private mutating func addSigma(_ document: RuleNode, _ source: RuleFileText) throws {
        var reader = SigmaReader(file: source.file, options: options)
        let rule = try reader.read(document)
        try claim(rule.info, document)
        warn(reader.warnings, source, rule.info.id)
        if !reader.renaming.steps.isEmpty { renamings[rule.info.id] = reader.renaming }
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
        if let problem = options.checkAnomaly?(rule) {
            throw AnomalyReader.error(document, setting: problem.setting, problem.reason)
        }
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
        let related = (document["related"]?.items ?? []).compactMap { $0["id"]?.text }
        if !related.isEmpty { rules.related[info.id] = related }
    }

    private mutating func warn(_ warnings: [RuleError], _ source: RuleFileText, _ rule: String) {
        rules.diagnostics += warnings.map { source.diagnostic(.warning, $0, rule: rule) }
    }

    private mutating func refuse(_ error: RuleError, _ source: RuleFileText, rule: String?) {
        rules.refusedCount += 1
        rules.diagnostics.append(source.diagnostic(.error, error, rule: rule))
    }
}
