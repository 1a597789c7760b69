package import Primitives
package import Rules

/// What `--logsource` says: the log source that events count as, instead of what detection found.
package struct LogSourceOverride: Sendable, Hashable {
    /// Every rule is open for every event.
    package var isAny: Bool
    /// Values that replace the event's own; nil leaves those.
    package var source: RuleLogSource

    package init(isAny: Bool = false, source: RuleLogSource = RuleLogSource()) {
        self.isAny = isAny
        self.source = source
    }

    /// Reads `any`, or `category=...,product=...,service=...` (each at most once). Nil for anything else.
    package init?(_ text: String) {
        self.init()
        if text == "any" {
            isAny = true
            return
        }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1).map { String($0).lowercased() }
            guard pair.count == 2 else { return nil }
            switch pair[0] {
            case "category" where source.category == nil: source.category = pair[1]
            case "product" where source.product == nil: source.product = pair[1]
            case "service" where source.service == nil: source.service = pair[1]
            default: return nil
            }
        }
    }
}

package struct MatchOptions: Sendable {
    package var logSource: LogSourceOverride?
    /// Whether URL fields are matched in their decoded forms as well.
    package var decodesURLs: Bool
    /// Fields, by rule id, that will be asked for with `values(_:of:in:)` (what correlations group and count by).
    package var neededFields: [String: [String]]
    /// Where search databases are kept between runs.
    package var cache: RuleCache?
    /// What the rules are known by (`RuleSet.sigmaKey`); nil: what they compile to is not kept.
    package var sigmaKey: ContentID?
    /// Whether the rules have no selections, because all was kept.
    package var areRulesRemembered = false

    package init(
        logSource: LogSourceOverride? = nil, decodesURLs: Bool = true, neededFields: [String: [String]] = [:],
        cache: RuleCache? = nil
    ) {
        self.cache = cache
        self.logSource = logSource
        self.decodesURLs = decodesURLs
        self.neededFields = neededFields
    }
}

/// The form of an event's URL fields that a rule hit.
package enum MatchForm: UInt8, Sendable, CaseIterable {
    case raw
    case decoded
    case decodedTwice
    case decodedThrice

    /// What reports call it.
    package var name: String {
        switch self {
        case .raw: "raw"
        case .decoded: "url-decoded"
        case .decodedTwice: "url-decoded-2"
        case .decodedThrice: "url-decoded-3"
        }
    }
}

/// One event that one rule matches.
package struct EventHit: Sendable, Hashable {
    /// Index into the batch.
    package var event: Int32
    /// Index into the rules the matcher was made of.
    package var rule: Int32
    package var form: MatchForm

    package init(event: Int32, rule: Int32, form: MatchForm) {
        self.event = event
        self.rule = rule
        self.form = form
    }
}
