/// Sigma's five levels, used for every kind of rule and for incidents.
public enum Severity: Int, CaseIterable, Comparable, Sendable {
    case informational
    case low
    case medium
    case high
    case critical

    public var name: String {
        switch self {
        case .informational: "informational"
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        case .critical: "critical"
        }
    }

    public init?(name: String) {
        guard let found = Severity.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

public enum RuleKind: String, Sendable {
    case sigma
    case correlation
    case signature
    case anomaly
    /// Asks judges of web attacks for their score.
    case scored
    /// An entry of a list of threat intelligence was seen.
    case intelligence
}

/// Where a rule stands: file as given, line from 1.
public struct RuleOrigin: Hashable, Sendable {
    public var file: String
    public var line: Int

    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
}

/// What is known of a rule apart from its logic: enough to name, group, score and explain what it found.
public struct RuleInfo: Sendable {
    /// Sigma's or the anomaly's `id` (else `name`, else title), or `GID:SID` of a signature.
    public var id: String
    public var title: String
    public var level: Severity
    public var kind: RuleKind
    /// Sigma's `name`, by which correlations may refer to it.
    public var name: String?
    public var tags: [String] = []
    public var description: String?
    public var author: String?
    public var references: [String] = []
    public var falsePositives: [String] = []
    public var origin: RuleOrigin
    /// False for a rule that only feeds correlations (Sigma: referenced by a correlation without `generate: true`).
    public var generates = true
    /// Fields, most telling first, whose value names the entity of a detection; empty: the general order.
    public var entityFields: [String] = []
    public var signature: SignatureInfo?

    public init(id: String, title: String, level: Severity, kind: RuleKind, origin: RuleOrigin) {
        self.id = id
        self.title = title
        self.level = level
        self.kind = kind
        self.origin = origin
    }
}

/// What EVE says of a signature.
public struct SignatureInfo: Sendable {
    public var gid: Int
    public var sid: Int
    public var revision: Int
    public var classType: String?
    /// Text of the class type in classification.config; empty where there is none.
    public var category: String
    /// 1 (worst) to 255.
    public var priority: Int
    /// "allowed" or "blocked".
    public var action: String
    public var metadata: [(key: String, value: String)] = []

    public init(gid: Int, sid: Int, revision: Int, classType: String?, category: String, priority: Int, action: String)
    {
        self.gid = gid
        self.sid = sid
        self.revision = revision
        self.classType = classType
        self.category = category
        self.priority = priority
        self.action = action
    }
}
