package import Anomalies
internal import Correlation
package import Events
package import Logs
package import Matching
package import Primitives
package import Rules
internal import Synchronization

/// Everything rules became for one run: the plans the workers share, and what each kind of finding needs to know.
package final class RuleDesk: Sendable {
    package let rules: RuleSet
    /// Its signatures were compiled in this run, and kept for the next.
    let wasCompiled: Bool
    package let registry: FieldRegistry
    package let events: EventMatcher
    /// Nil where there are none, and when they have done their work.
    package var signatures: SignatureMatcher? { matcher.withLock { $0 } }
    private let matcher: Mutex<SignatureMatcher?>
    package let anomalies: AnomalyWatch
    package let webAttacks: WebAttackMatcher
    /// What messages are read by, where the pack or `--rules` has decoders; nil: the built-in forms alone.
    package let messageForms: MessageForms?
    /// Every loaded rule by id.
    package let catalogue: [String: RuleInfo]
    /// Rule id to the fields an observation of it must carry; rules that no correlation refers to are absent.
    package let neededFields: [String: [String]]
    /// The inventory given with `--estate`, else nothing but which addresses are inside.
    package let estate: Estate
    package let estateText: String
    /// The threat intelligence given with `--intel`; nil: none.
    package let intel: IntelDesk?
    /// Where addresses are, by the databases given with `--geoip`.
    package let places: Places

    /// Anomaly rules that can find something: nothing is watched, judged or learned for those that ask where addresses
    /// are while nobody tells. What they learned before stays.
    let awakeAnomalies: [AnomalyRule]

    /// Everything that signatures look at was read: their plans are the largest thing that a run holds.
    func letGoOfSignatures() { matcher.withLock { $0 = nil } }

    /// Whether any rule, detector or list looks into events.
    var readsEvents: Bool { !rules.sigma.isEmpty || !rules.anomalies.isEmpty || intel != nil }

    package init(options: EngineOptions) throws {
        let cache = options.ruleCacheFolder.map { RuleCache(folder: $0, engine: PlanStore.engine) }
        (estate, estateText) = try RuleDesk.estate(options)
        intel = options.intelPaths.isEmpty ? nil : try IntelDesk(paths: options.intelPaths)
        places = try RuleDesk.places(options)
        let more = intel == nil ? [] : IntelligenceRules.correlations
        let loaded: Loaded
        do {
            loaded = try Loaded(options, estate, more, cache, remembersSigma: true)
        } catch is RulesForgotten {
            loaded = try Loaded(options, estate, more, cache, remembersSigma: false)
        }
        (rules, registry, events) = (loaded.rules, loaded.registry, loaded.events)
        wasCompiled = cache != nil && loaded.signatures != nil && !loaded.rules.areSignaturesRemembered
        matcher = Mutex(loaded.signatures)
        (messageForms, neededFields) = (loaded.messageForms, loaded.neededFields)
        let (all, isDark) = (loaded.rules.anomalies, places.isEmpty)
        awakeAnomalies = isDark ? all.filter { !AnomalyDetectors.asksForPlaces($0) } : all
        anomalies = try AnomalyWatch(rules: awakeAnomalies, registry: registry)
        webAttacks = WebAttackMatcher(rules: rules.webAttacks, logSource: options.logSource)
        catalogue = RuleDesk.catalogue(rules)
        registry.freeze()
    }

    /// Rules and what was compiled of them, read anew or from the cache.
    private struct Loaded {
        var rules: RuleSet
        let registry = FieldRegistry()
        let events: EventMatcher
        let signatures: SignatureMatcher?
        let messageForms: MessageForms?
        let neededFields: [String: [String]]

        /// Throws `RulesForgotten` where Sigma rules are remembered by halves.
        /// - Parameter more: correlations that come with what else was given
        init(
            _ options: EngineOptions, _ estate: Estate, _ more: [CorrelationRule], _ cache: RuleCache?,
            remembersSigma: Bool
        ) throws {
            var store: SignatureStore?
            rules = try RuleDesk.load(options, estate, cache, &store, remembersSigma: remembersSigma)
            rules.correlations += more
            if options.leavesWindowsOut { (rules.correlations, rules.anomalies) = ([], []) }
            messageForms = DecoderDesk.forms(of: &rules, cache)
            if rules.areSignaturesRemembered {
                signatures = store?.matcher
            } else {
                signatures = RuleDesk.compile(&rules)
                if let signatures { store?.keep(rules, signatures) }
            }
            if options.strictRules && rules.refusedCount > 0 { throw EngineError.rulesRefused(rules.diagnostics) }
            if rules.loadedCount == 0 { throw EngineError.noRules(rules.diagnostics) }
            neededFields = Correlator.neededFields(rules.correlations)
            var match = MatchOptions(logSource: options.logSource, neededFields: neededFields, cache: cache)
            match.sigmaKey = rules.sigmaKey
            match.areRulesRemembered = rules.areSigmaRemembered
            events = try EventMatcher(rules: rules.sigma, registry: registry, options: match)
        }
    }

    /// Whether observations of `subject` are for a baseline rather than for windows.
    package func isAnomaly(_ subject: String) -> Bool { catalogue[subject]?.kind == .anomaly }

    /// What windows see of an anomaly that correlations refer to; nil for one that none refers to.
    package func observation(of detection: Detection, at time: Timestamp? = nil) -> Observation? {
        guard let needed = neededFields[detection.rule.id], let event = detection.events.first else { return nil }
        let shown = detection.evidence.first
        return Observation(
            time: time ?? detection.first, subject: detection.rule.id, event: event,
            values: detection.fields.filter { needed.contains($0.name) },
            excerpt: shown.map { Array($0.bytes.prefix(Observation.maximumExcerptBytes)) } ?? [],
            linkType: shown?.linkType)
    }

    /// The pack (or, with `--no-default-rules`, only its classes and references), then what `--rules` names.
    package static func load(_ options: EngineOptions) throws -> RuleSet {
        var store: SignatureStore?
        return try load(options, try estate(options).0, nil, &store)
    }

    private static func places(_ options: EngineOptions) throws -> Places {
        do {
            return try Places(paths: options.placePaths)
        } catch let error as PlaceError {
            throw EngineError.configuration("\(error)")
        }
    }

    private static func estate(_ options: EngineOptions) throws -> (Estate, String) {
        guard let path = options.estatePath else { return (.standard, "") }
        let (estate, text, problem) = EstateReader.read(path: path)
        guard let estate else { throw EngineError.configuration(problem ?? "\(path): no inventory") }
        return (estate, text)
    }

    private static func load(
        _ options: EngineOptions, _ estate: Estate, _ cache: RuleCache?, _ store: inout SignatureStore?,
        remembersSigma: Bool = false
    ) throws -> RuleSet {
        var paths: [String] = []
        if let pack = PackLocator.find() {
            paths +=
                options.useDefaultRules
                ? [pack] : ["classification.config", "reference.config"].map { pack + "/" + $0 }
        } else if options.useDefaultRules {
            throw EngineError.configuration(
                "the rule pack was not found (looked in \(PackLocator.candidates().joined(separator: ", "))): "
                    + "install it with the program, or give --no-default-rules and --rules PATH")
        }
        let problems = TaxonomyTable.standard.problems
        if !problems.isEmpty {
            throw EngineError.configuration(problems.map(\.rendered).joined(separator: "\n"))
        }
        var suricata = try options.suricataConfiguration.map { try SuricataSettings(path: $0) }
        var signatureOptions = suricata?.parseOptions() ?? SignatureParseOptions()
        signatureOptions.variables.merge(EstateVariables.variables(of: estate))
        if let cache {
            let found = SignatureStore(cache: cache, thresholds: suricata?.thresholdText ?? "")
            signatureOptions.remember = { found.find($0) }
            store = found
        }
        var loadOptions = try sigmaOptions(options, signatureOptions, cache)
        loadOptions.remembersSigma =
            remembersSigma && loadOptions.pipelines.isEmpty && loadOptions.placeholders.isEmpty
        var loader = RuleLoader(options: loadOptions)
        var rules = loader.load(paths: paths + (suricata?.rulePaths ?? []) + options.rulePaths)
        suricata?.applyThresholds(to: &rules, variables: signatureOptions.variables)
        rules.diagnostics += suricata?.diagnostics ?? []
        if let ignored = suricata?.configuration.ignored, !ignored.isEmpty {
            rules.diagnostics.append(
                Diagnostic(
                    .warning, file: options.suricataConfiguration ?? "", line: 0,
                    message: "has no meaning here and is ignored: \(ignored.sorted().joined(separator: ", "))"))
        }
        return rules
    }

    private static func sigmaOptions(
        _ options: EngineOptions, _ signatures: SignatureParseOptions, _ cache: RuleCache?
    ) throws -> RuleLoadOptions {
        let settings = try SigmaSettings(
            pipelinePaths: options.pipelinePaths, placeholderPaths: options.placeholderPaths)
        var made = RuleLoadOptions(
            placeholders: settings.placeholders, checkExpression: SigmaExpressions.problem, signatures: signatures,
            cache: cache)
        made.checkAnomaly = AnomalyDetectors.problem
        made.pipelines = settings.pipelines
        made.expressions = SigmaExpressions.tools
        return made
    }

    /// Reads `paths` alone (with the pack's classes and references), as `rules check` does.
    package static func check(
        _ paths: [String], suricataConfiguration: String?, pipelines: [String] = [], placeholders: [String] = []
    ) throws -> RuleSet {
        var options = EngineOptions()
        options.pipelinePaths = pipelines
        options.placeholderPaths = placeholders
        options.rulePaths = paths
        options.useDefaultRules = false
        options.suricataConfiguration = suricataConfiguration
        var rules = try load(options)
        _ = DecoderDesk.forms(of: &rules)
        _ = compile(&rules)
        return rules
    }

    /// The decoders of `paths` alone, for `parse`, which loads no rules; and what was refused of them.
    package static func decoders(_ paths: [String]) -> (forms: MessageForms?, refused: [Diagnostic]) {
        var loader = RuleLoader()
        var rules = loader.load(paths: paths)
        let forms = DecoderDesk.forms(of: &rules)
        return (forms, rules.diagnostics.filter { $0.weight == .error })
    }

    /// Makes plans of the signatures. One whose expression does not compile, which shows only now, is refused after
    /// all.
    private static func compile(_ rules: inout RuleSet) -> SignatureMatcher? {
        if rules.signatures.isEmpty { return nil }
        let matcher = SignatureMatcher(signatures: rules.signatures, options: SignatureOptions())
        if matcher.refused.isEmpty { return matcher }
        let dead = Set(matcher.refused.compactMap(\.rule))
        rules.diagnostics += matcher.refused
        rules.refusedCount += matcher.refused.count
        rules.signatureDiagnostics += matcher.refused
        rules.signatureRefusals += matcher.refused.count
        rules.signatures.removeAll { dead.contains($0.info.id) }
        return rules.signatures.isEmpty
            ? nil : SignatureMatcher(signatures: rules.signatures, options: SignatureOptions())
    }

    static func catalogue(_ rules: RuleSet) -> [String: RuleInfo] {
        var all: [String: RuleInfo] = [:]
        for rule in rules.sigma { all[rule.info.id] = rule.info }
        for rule in rules.signatures { all[rule.info.id] = rule.info }
        for rule in rules.correlations { all[rule.info.id] = rule.info }
        for rule in rules.anomalies { all[rule.info.id] = rule.info }
        for rule in rules.webAttacks { all[rule.info.id] = rule.info }
        return all
    }
}
