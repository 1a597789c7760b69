internal import Primitives

/// threshold.config: thresholds and suppressions for signatures that are loaded from elsewhere. Source: Suricata User
/// Guide, "Global-Thresholds".
package struct ThresholdFile: Sendable {
    package enum Effect: Sendable {
        case threshold(SignatureThreshold)
        case suppress(SignatureSuppression)
    }

    package struct Entry: Sendable {
        /// 0: any.
        package var gid: Int
        package var sid: Int
        package var effect: Effect
    }

    package private(set) var entries: [Entry] = []
    package private(set) var diagnostics: [Diagnostic] = []

    package init() {}

    /// Reads a file; `variables` resolve the addresses of `suppress`.
    package mutating func read(text: String, file: String, variables: RuleVariables = .standard) {
        for rule in RuleText.split(Array(text.utf8)) {
            do {
                entries.append(try ThresholdFile.entry(rule, variables))
            } catch {
                let position = rule.position(error.place.lowerBound)
                diagnostics.append(
                    Diagnostic(
                        .error, file: file, line: position.line, column: position.column,
                        subject: rule.text(error.place.clamped(to: 0..<rule.bytes.count)), message: error.message,
                        advice: error.advice, sourceLine: position.source))
            }
        }
    }

    /// Changes the signatures that the entries name. A signature's own threshold stays where an entry names all.
    package func apply(to signatures: inout [Signature]) {
        for entry in entries {
            for index in signatures.indices {
                guard entry.gid == 0 || entry.gid == signatures[index].gid,
                    entry.sid == 0 || entry.sid == signatures[index].sid
                else { continue }
                switch entry.effect {
                case .suppress(let suppression): signatures[index].suppressions.append(suppression)
                case .threshold(let threshold):
                    let hasOwn = signatures[index].threshold != nil || signatures[index].detectionFilter != nil
                    if hasOwn && entry.sid == 0 { continue }
                    signatures[index].detectionFilter = nil
                    signatures[index].threshold = threshold
                }
            }
        }
    }

    private static func entry(_ rule: RuleText, _ variables: RuleVariables) throws(RuleFault) -> Entry {
        let bytes = rule.bytes
        let start = bytes.firstIndex { $0 != ASCII.space && $0 != ASCII.tab } ?? 0
        let end = bytes[start...].firstIndex { $0 == ASCII.space || $0 == ASCII.tab } ?? bytes.count
        let verb = rule.text(start..<end)
        let option = RuleOption(
            name: verb, nameAt: start..<end, value: Array(bytes[end...]), valueAt: end..<bytes.count)
        switch verb {
        case "threshold", "event_filter": return try threshold(option)
        case "suppress": return try suppression(option, variables)
        case "rate_filter": throw RuleFault(start..<end, "\"rate_filter\" is not supported")
        default:
            throw RuleFault(start..<end, "\"\(verb)\" is neither threshold nor suppress")
        }
    }

    private static func threshold(_ option: RuleOption) throws(RuleFault) -> Entry {
        var words = ThresholdWords()
        var (gid, sid) = (0, 0)
        for part in try option.parts() {
            if let found = part.argument(of: "gen_id") {
                gid = try found.number("gen_id", in: 0...Int(UInt32.max))
            } else if let found = part.argument(of: "sig_id") {
                sid = try found.number("sig_id", in: 0...Int(UInt32.max))
            } else {
                try words.read(part, option)
            }
        }
        guard let kind = words.kind, let track = words.track, let count = words.count, let seconds = words.seconds
        else {
            throw RuleFault(option.nameAt, "\"threshold\" needs gen_id, sig_id, type, track, count and seconds")
        }
        let threshold = SignatureThreshold(kind: kind, track: track, count: count, seconds: seconds)
        return Entry(gid: gid, sid: sid, effect: .threshold(threshold))
    }

    private static func suppression(_ option: RuleOption, _ variables: RuleVariables) throws(RuleFault) -> Entry {
        var (gid, sid) = (0, 0)
        var suppression = SignatureSuppression(track: .always, addresses: .any)
        var text = ""
        var place = option.nameAt
        for part in try SuppressionParts.split(option) {
            if let found = part.argument(of: "gen_id") {
                gid = try found.number("gen_id", in: 0...Int(UInt32.max))
            } else if let found = part.argument(of: "sig_id") {
                sid = try found.number("sig_id", in: 0...Int(UInt32.max))
            } else if let found = part.argument(of: "track") {
                switch found.text {
                case "by_src": suppression.track = .source
                case "by_dst": suppression.track = .destination
                case "by_either": suppression.track = .either
                default: throw RuleFault(part.place, "a suppression is by_src, by_dst or by_either")
                }
            } else if let found = part.argument(of: "ip") {
                text = found.text
                place = part.place
            } else {
                throw RuleFault(part.place, "\"suppress\" does not know \"\(part.text)\"")
            }
        }
        if suppression.track != .always {
            guard !text.isEmpty else { throw RuleFault(option.nameAt, "a suppression by address needs ip") }
            let reader = GroupReader<UInt128>(
                noun: "address", variables: variables.addresses, parse: { AddressSet.parse($0)?.numbers })
            suppression.addresses = AddressSet(try reader.read(text, at: place))
        }
        return Entry(gid: gid, sid: sid, effect: .suppress(suppression))
    }
}

/// The parts of a suppression: commas inside brackets belong to the address list.
private enum SuppressionParts {
    static func split(_ option: RuleOption) throws(RuleFault) -> [OptionPart] {
        var parts: [OptionPart] = []
        var open: OptionPart?
        for part in try option.parts() {
            var current = part
            if let before = open {
                current = OptionPart(
                    text: before.text + "," + part.text, place: before.place.lowerBound..<part.place.upperBound)
            }
            let depth = current.text.reduce(0) { $0 + ($1 == "[" ? 1 : $1 == "]" ? -1 : 0) }
            if depth > 0 {
                open = current
            } else {
                open = nil
                parts.append(current)
            }
        }
        if let open { throw RuleFault(open.place, "no \"]\" for this \"[\"") }
        return parts
    }
}
