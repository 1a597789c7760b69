package import Primitives

/// Everything that was loaded from rule files, and what was refused.
public struct RuleSet: Sendable {
    public var sigma: [SigmaRule] = []
    public var signatures: [Signature] = []
    public var correlations: [CorrelationRule] = []
    public var anomalies: [AnomalyRule] = []
    package var webAttacks: [WebAttackRule] = []
    /// Decoders of the user's own: no rules, and not counted as such.
    package var decoders: [DecoderRule] = []
    /// What rules say of each other (`related:`): rule id to the ids it names.
    package var related: [String: [String]] = [:]
    public var diagnostics: [Diagnostic] = []
    /// Rules (not files) that could not be loaded.
    public var refusedCount = 0

    /// What the signatures' files and options were, where a cache was asked; and whether it had them: then nothing is
    /// known of them here but their infos.
    package var signatureKey: ContentID?
    package var areSignaturesRemembered = false
    /// The same of Sigma rules: with `areSigmaRemembered`, they have neither selections nor condition.
    package var sigmaKey: ContentID?
    package var areSigmaRemembered = false
    /// What was said of the signature files alone, and how many signatures were refused.
    package var signatureDiagnostics: [Diagnostic] = []
    package var signatureRefusals = 0

    public init() {}

    public var loadedCount: Int {
        sigma.count + signatures.count + correlations.count + anomalies.count + webAttacks.count
    }
}
