extension Filter {
    /// Names that a filter may use, for completion.
    package static var fieldNames: [String] { FilterField.table.map(\.name) }

    /// The language on one screen, for `incidents --help`.
    package static var help: String {
        let longest = fieldNames.map(\.count).max() ?? 0
        let fields = FilterField.table.map { field in
            "  " + TerminalText.fitted(field.name, to: longest) + "  " + field.help
        }
        return (examples + ["", "Fields (an unmistakable beginning is enough):"] + fields)
            .joined(separator: "\n") + "\n"
    }

    private static let examples = [
        "Conditions are joined by and, or, not and brackets; and may be left out:",
        "  severity >= medium last 24h",
        "  source.ip in 203.0.113.0/24 and not status:closed",
        "  technique:T1110* or stage = credential-access",
        "  status in (open, acknowledged) and title ~ \"SQL injection\"",
        "  about 10.0.3.7                       the entity, or a party that any of its detections names",
        "  destination.ip in 10.0.0.0/8 and url.path ~ login · tag:vpn · asset = portal · resolution:benign",
        "  last 7d · since yesterday 18:00 · until 2026-03-12 · 2026-11-01..2026-11-03 · today",
        "Comparisons: = (or :) != > >= < <=, ~ for \"contains\", * and ? in words; case does not matter.",
    ]
}
