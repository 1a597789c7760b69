internal import Events
internal import Matching
internal import Primitives
internal import Rules

/// Rules as somebody else wrote them.
enum RuleTargets {
    /// A file of Sigma's YAML: rules, correlations, filters, anomalies. What loads must compile.
    static let sigma = FuzzTarget("sigma", maximumBytes: 8 << 10) { bytes in
        load(bytes.text)
    }

    /// The condition of a rule with three selections.
    static let condition = FuzzTarget("condition", maximumBytes: 512) { bytes in
        let condition = bytes.text.map { $0.isNewline || $0 == "'" ? " " : String($0) }.joined()
        load(
            "title: T\\nlogsource: {category: webserver}\\ndetection:\\n  a: {c-uri: x}\\n  ab: {cs-method: GET}\\n"
                .replacing("\\n", with: "\n") + "  _c: [word]\n  condition: '\(condition)'\n")
    }

    /// A processing pipeline, and a rule that goes through it.
    static let pipeline = FuzzTarget("pipeline", maximumBytes: 4 << 10) { bytes in
        let found = PipelineReader.pipelines(
            text: bytes.text, file: "fuzz.yml", expressions: SigmaExpressions.tools)
        precondition(!found.pipelines.isEmpty || !found.problems.isEmpty, "a pipeline is passed over in silence")
        for problem in found.problems { precondition(!problem.rendered.isEmpty) }
        var options = RuleLoadOptions(checkExpression: SigmaExpressions.problem)
        options.pipelines = found.pipelines
        options.expressions = SigmaExpressions.tools
        var loader = RuleLoader(options: options)
        let rules = loader.load(
            text: "title: T\nname: t\nlogsource: {category: webserver}\ndetection:\n  a: {c-uri|contains: [x, y*]}\n"
                + "  b: {sc-status: 7, c-ip|cidr: 10.0.0.0/8}\n  condition: a and not b\n", file: "fuzz.yml")
        precondition(rules.refusedCount == 0 || !rules.diagnostics.isEmpty, "a rule is refused without a reason")
        _ = try? EventMatcher(rules: rules.sigma, registry: FieldRegistry())
    }

    /// A file of signatures.
    static let signatures = FuzzTarget("signatures", maximumBytes: 8 << 10) { bytes in
        let (signatures, diagnostics, refused) = SignatureParser.parse(text: bytes.text, file: "fuzz.rules")
        precondition(refused == 0 || !diagnostics.isEmpty, "a rule is refused without a reason")
        for diagnostic in diagnostics { precondition(!diagnostic.rendered.isEmpty) }
        guard !signatures.isEmpty, signatures.count <= 8 else { return }
        _ = SignatureMatcher(signatures: signatures, options: SignatureOptions())
    }

    private static func load(_ text: String) {
        var loader = RuleLoader(options: RuleLoadOptions(checkExpression: SigmaExpressions.problem))
        let rules = loader.load(text: text, file: "fuzz.yml")
        precondition(rules.refusedCount == 0 || !rules.diagnostics.isEmpty, "a rule is refused without a reason")
        for diagnostic in rules.diagnostics { precondition(!diagnostic.rendered.isEmpty) }
        guard !rules.sigma.isEmpty, rules.sigma.count <= 8 else { return }
        let matcher = try? EventMatcher(rules: rules.sigma, registry: FieldRegistry())
        precondition(matcher?.refused.isEmpty ?? true, "a rule loads that does not compile")
    }
}
