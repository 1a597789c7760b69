public import Primitives

/// One thing that an incident's parties did, in numbers and names: a clause of its summary, in any language.
public struct IncidentAct: Sendable, Hashable {
    /// What was done: a word of the table of acts (`Output/Stories`).
    public var kind: String
    public var first: Timestamp
    public var last: Timestamp
    /// Records behind it.
    public var count: Int
    /// The first few of each, and how many different ones are known.
    public var sources: [String] = []
    public var targets: [String] = []
    public var targetCount = 0
    public var users: [String] = []
    public var userCount = 0
    /// A domain, a file, a rule's title: what the act was done with, or about.
    public var object: String?

    /// Names kept of a kind.
    public static let maximumNames = 3
    public static let maximumActs = 12

    public init(kind: String, first: Timestamp, last: Timestamp, count: Int) {
        self.kind = kind
        self.first = first
        self.last = last
        self.count = count
    }
}
