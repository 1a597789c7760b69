public import Primitives

/// The account of one input in one run. It adds up:
/// `records == events + unread (all reasons) + dropped (all reasons) + known`.
public struct InputLedger: Sendable {
    public enum Kind: String, Sendable {
        case log
        case capture
        case unknown
    }

    public var path: String
    public var input: ContentID?
    public var sensor: String?
    public var kind: Kind = .unknown
    /// Name of the first-guess log format, or of the capture format.
    public var format: String = ""
    /// Bytes read from the file or pipe, and bytes after decompression.
    public var bytesRead: Int64 = 0
    public var bytesDecoded: Int64 = 0
    /// Lines or packets read.
    public var records: Int64 = 0
    /// Log records that became events, or packets that were decoded.
    public var events: Int64 = 0
    /// Events with a header in good order and a message in no known form.
    public var messagesNotUnderstood: Int64 = 0
    /// Network transactions made of the packets (beside `events`).
    public var transactions: Int64 = 0
    public var unread: [String: Int64] = [:]
    public var dropped: [String: Int64] = [:]
    /// Bytes inside records that were cut off.
    public var bytesDropped: Int64 = 0
    /// What an earlier run had read already and this one passed over.
    public var knownBytes: Int64 = 0
    public var knownRecords: Int64 = 0
    public var firstEvent = Timestamp.none
    public var lastEvent = Timestamp.none
    /// Where the times of a log jump. Of the run that just ended; not stored.
    public var jumps = ClockJumps()
    /// Why the input could not be read, or not to its end: makes the run incomplete (exit status 4).
    public var problem: String?

    public init(path: String) { self.path = path }

    public var unreadTotal: Int64 { unread.values.reduce(0, +) }
    public var droppedTotal: Int64 { dropped.values.reduce(0, +) }
    public var addsUp: Bool { records == events + unreadTotal + droppedTotal + knownRecords }
}

/// A rule that had nothing to look at in a run.
public struct DeadRule: Hashable, Sendable {
    public var rule: String
    public var title: String
    /// What was missing.
    public var reason: String

    public init(rule: String, title: String, reason: String) {
        self.rule = rule
        self.title = title
        self.reason = reason
    }
}

/// The account of a run.
public struct RunLedger: Sendable {
    public var id: Int64 = 0
    public var started = Timestamp.none
    public var finished = Timestamp.none
    public var command = ""
    public var inputs: [InputLedger] = []
    public var rulesLoaded = 0
    public var rulesRefused = 0
    public var detections: Int64 = 0
    public var newIncidents = 0
    public var grownIncidents = 0
    /// Entries that had to go because a memory share was used up, by table name. Not empty: sameness does not hold.
    public var evictions: [String: Int64] = [:]

    /// Rules that could not have found anything, because nothing they look at was read; only where something was.
    public var deadRules: [DeadRule] = []

    /// Rules that did not alert yet for keys of which they have seen too little. Of the run that just ended; not
    /// stored, as the baselines themselves are.
    public var learning: [LearningRule] = []

    public init() {}

    public var isIncomplete: Bool { inputs.contains { $0.problem != nil } }
}
