package import Events

/// The rules that come with threat intelligence: what is said where an event speaks of an entry, and the windows that
/// make one finding of many such events.
package enum IntelligenceRules {
    /// What an event has to do with an entry.
    package enum Finding: String, CaseIterable, Sendable {
        /// Somebody turned to the address, the name or the URL.
        case address = "intelligence.address"
        /// The address came to us: much of what is on lists of addresses tries every door, day by day.
        case visitor = "intelligence.visitor"
        case domain = "intelligence.domain"
        case url = "intelligence.url"
        case file = "intelligence.file"
        case client = "intelligence.client"
        /// Found in what was stored before the entry was known.
        case retro = "intelligence.retro"
    }

    package static let indicator = "threat.indicator.name"
    package static let type = "threat.indicator.type"
    package static let note = "threat.indicator.description"
    package static let feed = "threat.feed.name"
    /// Who had to do with it: the group of a finding beside the entry.
    static let party = "threat.party"
    package static let partyField = party

    private static let texts: [Finding: (title: String, level: Severity, tags: [String])] = [
        .address: ("Contact with an address known from threat intelligence", .high, ["attack.command-and-control"]),
        .visitor: ("Visit of an address known from threat intelligence", .low, ["attack.reconnaissance"]),
        .domain: ("Contact with a domain known from threat intelligence", .high, ["attack.command-and-control"]),
        .url: ("Request for a URL known from threat intelligence", .high, ["attack.command-and-control"]),
        .file: ("File known from threat intelligence", .high, ["attack.execution"]),
        .client: ("TLS client known from threat intelligence", .medium, ["attack.command-and-control"]),
        .retro: ("Threat intelligence speaks of what was seen before", .high, ["attack.command-and-control"]),
    ]

    /// What is known of the rule of a finding, as its detections carry it.
    package static func info(_ finding: Finding) -> RuleInfo {
        let text = texts[finding] ?? ("", .medium, [])
        var info = RuleInfo(
            id: finding.rawValue, title: text.title, level: text.level, kind: .intelligence,
            origin: RuleOrigin(file: "threat intelligence", line: 0))
        info.name = "known_bad_" + finding.rawValue.dropFirst("intelligence.".count)
        info.tags = text.tags
        info.description = "An entry of the lists given with --intel was seen; the entry's list and note are shown."
        info.entityFields = ["source.ip", "host.hostname", "user.name", "destination.ip"]
        return info
    }

    /// The rule that an event's hit is an observation for.
    package static func subject(_ finding: Finding) -> String { finding.rawValue + ".event" }

    /// A window for each finding: events of one party about one entry are one detection until four hours pass without
    /// any.
    package static var correlations: [CorrelationRule] {
        Finding.allCases.filter { $0 != .retro }.map { finding in
            CorrelationRule(
                info: info(finding), kind: .eventCount, rules: [subject(finding)], groupBy: [party, indicator],
                timespanNanoseconds: 4 * 3600 * 1_000_000_000, conditions: [(.greaterOrEqual, 1)])
        }
    }
}
