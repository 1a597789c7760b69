internal import Events

/// What a detector watches, as a rule declares it: which events, by which key, in time slots of which length, and what
/// is added up of them. One hot side (`KeyedWatcher`) runs them all.
struct WatchSpec: Sendable {
    /// Log sources that the detector can read; the rule's own `logsource:` narrows them.
    var sources: [LogSource] = LogSource.allCases
    /// An event without one of these is not watched.
    var key: [WatchText]
    /// All of them must hold.
    var conditions: [WatchCondition] = []
    var slotNanoseconds: Int64
    /// At most `WatchSpec.maximumCounters`.
    var counters: [WatchCounter] = []
    /// Different values of this are kept by name: all, or a fair sample of `TargetSketch.limit`.
    var words: WatchText?
    /// Different values of this are counted (HyperLogLog).
    var sketch: WatchText?
    /// For each event, its time and these numbers are kept: all, or the earliest `SampleList.limit` of a slot.
    var samples: [WatchNumber] = []
    /// A slot with less than this in any counter is ordinary and goes no further. Empty: all slots matter.
    var least: [Int64] = []

    static let maximumCounters = 8
    static let maximumKeyParts = 4
}

/// A text that an event has, or that is made of what it has.
enum WatchText: Sendable, Hashable {
    /// The first of these fields that has a value.
    case field([String])
    /// What the input is called: the asset or the sensor that it was labelled with, else its file's name without date,
    /// number and ending, so that a rotated log stays the same log.
    case input
    /// What somebody registered of the name that was asked for (`RegisteredDomain`), what stands before it, and its
    /// first label.
    case registeredDomain
    case subdomain
    case domainLabel

    /// Name of the value in observations and detections.
    var name: String {
        switch self {
        case .field(let names): names[0]
        case .input: "input"
        case .registeredDomain: Field.dnsQuestionRegisteredDomain.rawValue
        case .subdomain: Field.dnsQuestionSubdomain.rawValue
        case .domainLabel: "dns.question.label"
        }
    }

    /// `source.ip`, `source.ip|client.ip`, `input`, `registered_domain`, `subdomain`.
    init?(_ text: String) {
        switch text {
        case "input": self = .input
        case "registered_domain": self = .registeredDomain
        case "subdomain": self = .subdomain
        default:
            let names = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            if names.contains(where: \.isEmpty) { return nil }
            self = .field(names)
        }
    }
}

/// A number that an event has: the first of these fields that holds one, times its scale.
struct WatchNumber: Sendable {
    var fields: [(name: String, scale: Int64)]

    init(_ fields: [(String, Int64)]) { self.fields = fields.map { (name: $0.0, scale: $0.1) } }

    /// Bytes from who opened a connection, and back: ECS, Zeek, EVE, Fortinet and their like.
    static let bytesForth = WatchNumber([
        ("source.bytes", 1), ("orig_bytes", 1), ("flow.bytes_toserver", 1), ("sentbyte", 1), ("bytes_out", 1),
    ])
    static let bytesBack = WatchNumber([
        ("destination.bytes", 1), ("resp_bytes", 1), ("flow.bytes_toclient", 1), ("rcvdbyte", 1), ("bytes_in", 1),
    ])
    /// Nanoseconds; ECS has them, the others have seconds.
    static let duration = WatchNumber([
        ("event.duration", 1), ("duration", 1_000_000_000), ("flow.age", 1_000_000_000), ("elapsed", 1_000_000_000),
    ])
}

/// A number kept for each (key, slot).
struct WatchCounter: Sendable {
    enum Value: Sendable {
        case one
        case number(WatchNumber)
        case length(WatchText)
        /// Shannon's entropy of the characters, in thousandths of a bit for each.
        case entropy(WatchText)
        /// How unlike a word it is (`LetterPairs`), in thousandths of a bit for each pair of letters.
        case strangeness(WatchText)
    }

    var value: Value
    var conditions: [WatchCondition] = []
    /// The highest instead of the sum.
    var takesMaximum = false
}

/// A condition on one field of an event.
struct WatchCondition: Sendable {
    enum Test: Sendable {
        case isPresent
        /// Equal without regard to case.
        case equals([String])
        case startsWith([String])
        /// What follows the last dot.
        case hasExtension([String])
        case isAtLeast(Int64)
        case isAtMost(Int64)
        /// An address of a network of one's own (RFC 1918, RFC 4193, RFC 6598, loopback, link-local).
        case isInternal
        case isExternal
    }

    var text: WatchText
    var test: Test
    var isNegated = false

    init(_ text: WatchText, _ test: Test, isNegated: Bool = false) {
        self.text = text
        self.test = test
        self.isNegated = isNegated
    }

    init(_ field: Field, _ test: Test, isNegated: Bool = false) {
        self.init(.field([field.rawValue]), test, isNegated: isNegated)
    }

    /// As rules write it after `where.`: `failure`, `[a, b]` (joined by commas), `/api/*`, `*.css`, `>=500`, `<=10`,
    /// `internal`, `external`, `'*'` (any value); `!` in front turns it round.
    init?(field: String, _ written: String) {
        guard let text = WatchText(field) else { return nil }
        self.text = text
        isNegated = written.hasPrefix("!")
        let value = isNegated ? String(written.dropFirst()) : written
        let words = value.split(separator: ",").map { String($0).lowercased() }
        if value == "*" {
            test = .isPresent
        } else if value == "internal" || value == "external" {
            test = value == "internal" ? .isInternal : .isExternal
        } else if value.hasPrefix(">=") || value.hasPrefix("<=") {
            guard let number = Int64(value.dropFirst(2)) else { return nil }
            test = value.hasPrefix(">=") ? .isAtLeast(number) : .isAtMost(number)
        } else if words.isEmpty {
            return nil
        } else if words.allSatisfy({ $0.hasPrefix("*.") }) {
            test = .hasExtension(words.map { String($0.dropFirst(2)) })
        } else if words.allSatisfy({ $0.hasSuffix("*") && $0.count > 1 }) {
            test = .startsWith(words.map { String($0.dropLast()) })
        } else {
            if words.contains(where: { $0.contains("*") }) { return nil }
            test = .equals(words)
        }
    }
}
