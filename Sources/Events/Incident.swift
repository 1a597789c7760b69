public import Primitives

public enum IncidentStatus: String, CaseIterable, Sendable {
    case open
    case acknowledged
    case closed
    case suppressed
}

/// What an analyst triages: the detections of one rule or chain about one entity, close in time.
public struct Incident: Sendable {
    /// Hash of (rule or chain, entity, first detection). Changes when an earlier detection joins; the old id stays in
    /// `aliases`.
    public var id: ContentID
    public var rule: String
    public var title: String
    public var severity: Severity
    public var entity: Entity
    public var first: Timestamp
    public var last: Timestamp
    /// Records behind all its detections.
    public var count: Int
    /// ATT&CK tactics of the rules that hit, in kill-chain order.
    public var stages: [String]
    /// ATT&CK techniques (`T1110.001`), sorted.
    public var techniques: [String]
    /// Ids of the rules that hit, sorted.
    public var rules: [String]
    /// Identities of the inputs, sorted.
    public var inputs: [ContentID]
    /// Ids of its detections, oldest first.
    public var detections: [ContentID]
    public var aliases: [ContentID]
    public var status: IncidentStatus
    public var assignee: String?
    /// What analysts put on it, sorted.
    public var tags: [String] = []
    /// Ids of the estate's systems that it concerns, most concerned first; who answers for them; whose they are.
    public var assets: [String] = []
    public var owners: [String] = []
    public var agencies: [String] = []
    /// What happened, in order: what its summary is told from.
    public var acts: [IncidentAct] = []
    /// "true-positive", "false-positive", "benign" or "duplicate", where it is closed.
    public var resolution: String?

    public init(
        id: ContentID, rule: String, title: String, severity: Severity, entity: Entity, first: Timestamp,
        last: Timestamp, count: Int, stages: [String] = [], techniques: [String] = [], rules: [String] = [],
        inputs: [ContentID] = [], detections: [ContentID] = [], aliases: [ContentID] = [],
        status: IncidentStatus = .open, assignee: String? = nil
    ) {
        self.id = id
        self.rule = rule
        self.title = title
        self.severity = severity
        self.entity = entity
        self.first = first
        self.last = last
        self.count = count
        self.stages = stages
        self.techniques = techniques
        self.rules = rules
        self.inputs = inputs
        self.detections = detections
        self.aliases = aliases
        self.status = status
        self.assignee = assignee
    }
}
