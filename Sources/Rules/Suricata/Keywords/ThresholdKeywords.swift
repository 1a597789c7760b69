/// `threshold` and `detection_filter`.
enum ThresholdKeywords {
    static let table: [String: Keyword] = ["threshold": threshold, "detection_filter": filter]

    private static let threshold: Keyword = { option, builder in
        try builder.once(option)
        if builder.seen.contains("detection_filter") { throw both(option) }
        var words = ThresholdWords()
        for part in try option.parts() where !words.isComplete { try words.read(part, option) }
        guard let kind = words.kind else { throw option.fault("\"threshold\" needs a type: limit, threshold, both") }
        guard let track = words.track, let count = words.count, words.seconds != nil || kind == .backoff else {
            throw option.fault("\"threshold\" needs track, count and seconds")
        }
        if kind == .backoff {
            guard track == .flow, let multiplier = words.multiplier else {
                throw option.fault("a backoff needs track by_flow and a multiplier")
            }
            builder.signature.threshold = SignatureThreshold(
                kind: kind, track: track, count: count, seconds: words.seconds ?? 0, multiplier: multiplier)
            return
        }
        builder.signature.threshold = SignatureThreshold(
            kind: kind, track: track, count: count, seconds: words.seconds ?? 0)
    }

    private static let filter: Keyword = { option, builder in
        try builder.once(option)
        if builder.seen.contains("threshold") { throw both(option) }
        var words = ThresholdWords()
        for part in try option.parts() { try words.read(part, option) }
        guard words.kind == nil else { throw option.fault("\"detection_filter\" takes no type") }
        guard let track = words.track, let count = words.count, let seconds = words.seconds else {
            throw option.fault("\"detection_filter\" needs track, count and seconds")
        }
        builder.signature.detectionFilter = SignatureThreshold(
            kind: .filter, track: track, count: count, seconds: seconds)
    }

    private static func both(_ option: RuleOption) -> RuleFault {
        RuleFault(option.nameAt, "threshold and detection_filter cannot both be given")
    }
}

/// The comma-separated words of a threshold, in any order.
struct ThresholdWords {
    var kind: SignatureThreshold.Kind?
    var track: SignatureThreshold.Track?
    var count: Int?
    var seconds: Int?
    var multiplier: Int?

    /// All four words are there: Suricata passes over what follows, and published rules rely on that.
    var isComplete: Bool { kind != nil && kind != .backoff && track != nil && count != nil && seconds != nil }

    mutating func read(_ part: OptionPart, _ option: RuleOption) throws(RuleFault) {
        if let argument = part.argument(of: "type") {
            guard let kind = SignatureThreshold.Kind(rawValue: argument.text), kind != .filter else {
                throw RuleFault(part.place, "the type is limit, threshold, both or backoff")
            }
            self.kind = kind
        } else if let argument = part.argument(of: "track") {
            let word = String(argument.text.prefix { $0 != " " })
            guard let track = SignatureThreshold.Track(rawValue: word) else {
                throw RuleFault(part.place, "what is counted is by_src, by_dst, by_both, by_rule or by_flow")
            }
            self.track = track
        } else if let argument = part.argument(of: "count") {
            count = try argument.number("count", in: 1...Int(UInt32.max))
        } else if let argument = part.argument(of: "seconds") {
            seconds = try argument.number("seconds", in: 1...Int(UInt32.max))
        } else if let argument = part.argument(of: "multiplier") {
            multiplier = try argument.number("multiplier", in: 2...65_535)
        } else {
            throw RuleFault(part.place, "\"\(option.name)\" does not know \"\(part.text)\"")
        }
    }
}
