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
///
/// One reference to what copies share: a rule stands in several tables, and every detection carries its own.
public struct RuleInfo: Sendable {
    /// Never changed: what reads it, for every hit, need not be checked for exclusive access.
    private final class Storage: Sendable {
        let values: Values
        init(_ values: Values) { self.values = values }
    }

    private struct Values: Sendable {
        var id: String
        var title: String
        var level: Severity
        var kind: RuleKind
        var name: String?
        var tags: [String] = []
        var description: String?
        var author: String?
        var references: [String] = []
        var falsePositives: [String] = []
        var origin: RuleOrigin
        var generates = true
        var entityFields: [String] = []
        var signature: SignatureInfo?
    }

    private var storage: Storage

    public init(id: String, title: String, level: Severity, kind: RuleKind, origin: RuleOrigin) {
        storage = Storage(Values(id: id, title: title, level: level, kind: kind, origin: origin))
    }

    /// All of it at once: who reads thousands of rules copies nothing on the way.
    package init(
        id: String, title: String, level: Severity, kind: RuleKind, name: String?, tags: [String], description: String?,
        author: String?, references: [String], falsePositives: [String], origin: RuleOrigin, generates: Bool,
        entityFields: [String], signature: SignatureInfo?
    ) {
        storage = Storage(
            Values(
                id: id, title: title, level: level, kind: kind, name: name, tags: tags, description: description,
                author: author, references: references, falsePositives: falsePositives, origin: origin,
                generates: generates, entityFields: entityFields, signature: signature))
    }

    /// Whether both are one and the same value in memory: true only where they are equal, and not always then.
    package func isSame(as other: RuleInfo) -> Bool { storage === other.storage }

    private mutating func change(_ body: (inout Values) -> Void) {
        var values = storage.values
        body(&values)
        storage = Storage(values)
    }

    /// Sigma's or the anomaly's `id` (else `name`, else title), or `GID:SID` of a signature.
    public var id: String {
        get { storage.values.id }
        set { change { $0.id = newValue } }
    }
    public var title: String {
        get { storage.values.title }
        set { change { $0.title = newValue } }
    }
    public var level: Severity {
        get { storage.values.level }
        set { change { $0.level = newValue } }
    }
    public var kind: RuleKind {
        get { storage.values.kind }
        set { change { $0.kind = newValue } }
    }
    /// Sigma's `name`, by which correlations may refer to it.
    public var name: String? {
        get { storage.values.name }
        set { change { $0.name = newValue } }
    }
    public var tags: [String] {
        get { storage.values.tags }
        set { change { $0.tags = newValue } }
    }
    public var description: String? {
        get { storage.values.description }
        set { change { $0.description = newValue } }
    }
    public var author: String? {
        get { storage.values.author }
        set { change { $0.author = newValue } }
    }
    public var references: [String] {
        get { storage.values.references }
        set { change { $0.references = newValue } }
    }
    public var falsePositives: [String] {
        get { storage.values.falsePositives }
        set { change { $0.falsePositives = newValue } }
    }
    public var origin: RuleOrigin {
        get { storage.values.origin }
        set { change { $0.origin = newValue } }
    }
    /// False for a rule that only feeds correlations (Sigma: referenced by a correlation without `generate: true`).
    public var generates: Bool {
        get { storage.values.generates }
        set { change { $0.generates = newValue } }
    }
    /// Fields, most telling first, whose value names the entity of a detection; empty: the general order.
    public var entityFields: [String] {
        get { storage.values.entityFields }
        set { change { $0.entityFields = newValue } }
    }
    public var signature: SignatureInfo? {
        get { storage.values.signature }
        set { change { $0.signature = newValue } }
    }
}

extension RuleInfo: CustomReflectable {
    /// What it holds, not where.
    public var customMirror: Mirror { Mirror(reflecting: storage.values) }
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
