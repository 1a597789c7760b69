internal import Primitives

/// `requires: version >= 7.0.3 < 8, feature geoip, keyword foo.bar`: a signature for other versions is left out without
/// complaint. Source: Suricata User Guide, "Meta Keywords". The language here is that of Suricata 8.0.8.
enum RequiresKeyword {
    static let table: [String: Keyword] = ["requires": parse]

    private static let version = [8, 0, 8]
    private static let features: Set<String> = ["ja3", "ja4", "have_ja3", "have_ja4", "output::file-store"]

    private static let parse: Keyword = { option, builder in
        for part in try option.parts() {
            if let wanted = part.argument(of: "version") {
                if try !versionHolds(wanted) { builder.unmet = "it requires version \(wanted.text)" }
            } else if let wanted = part.argument(of: "feature") {
                if !features.contains(wanted.text.lowercased()) {
                    builder.unmet = "it requires the feature \(wanted.text)"
                }
            } else if let wanted = part.argument(of: "keyword") {
                let name = wanted.text.drop { $0 == "!" }
                if KeywordRegistry.knows(String(name)) == wanted.text.hasPrefix("!") {
                    builder.unmet = "it requires the keyword \(wanted.text)"
                }
            } else {
                builder.unmet = "it requires \(part.text), which is not known here"
            }
        }
    }

    /// Alternatives between `|`, each a run of comparisons that must all hold.
    private static func versionHolds(_ part: OptionPart) throws(RuleFault) -> Bool {
        for alternative in part.text.split(separator: "|") {
            if try all(String(alternative), part) { return true }
        }
        return false
    }

    private static func all(_ text: String, _ part: OptionPart) throws(RuleFault) -> Bool {
        var rest = Array(text.utf8)[...]
        var holds = true
        while true {
            rest = rest.drop { $0 == ASCII.space }
            if rest.isEmpty { return holds }
            let sign = rest.prefix { $0 == ASCII.less || $0 == ASCII.greater || $0 == 0x3D }
            rest = rest.dropFirst(sign.count).drop { $0 == ASCII.space }
            let digits = rest.prefix { ASCII.isDigit($0) || $0 == ASCII.dot }
            rest = rest.dropFirst(digits.count)
            var wanted = digits.split(separator: ASCII.dot).map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
            guard !sign.isEmpty, !wanted.isEmpty, wanted.count <= 3 else {
                throw RuleFault(part.place, "a version is compared by < <= > >= with one to three numbers")
            }
            while wanted.count < 3 { wanted.append(0) }
            if !compare(String(decoding: sign, as: UTF8.self), wanted) { holds = false }
        }
    }

    private static func compare(_ sign: String, _ wanted: [Int]) -> Bool {
        switch sign {
        case "<": version.lexicographicallyPrecedes(wanted)
        case "<=": !wanted.lexicographicallyPrecedes(version)
        case ">": wanted.lexicographicallyPrecedes(version)
        case ">=": !version.lexicographicallyPrecedes(wanted)
        default: version == wanted
        }
    }
}
