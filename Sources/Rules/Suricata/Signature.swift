public import Events

/// A signature in Suricata's language, checked. (The author of the signature reader completes this.)
public struct Signature: Sendable {
    public var info: RuleInfo
}
