public import Events

/// A Sigma rule, checked. (The author of the Sigma reader completes this.)
public struct SigmaRule: Sendable {
    public var info: RuleInfo
}
