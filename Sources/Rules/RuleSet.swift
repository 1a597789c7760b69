/// Everything that was loaded from rule files, and what was refused.
public struct RuleSet: Sendable {
    public var sigma: [SigmaRule] = []
    public var signatures: [Signature] = []
    public var correlations: [CorrelationRule] = []
    public var anomalies: [AnomalyRule] = []
    public var diagnostics: [Diagnostic] = []
    /// Rules (not files) that could not be loaded.
    public var refusedCount = 0

    public init() {}

    public var loadedCount: Int { sigma.count + signatures.count + correlations.count + anomalies.count }
}
