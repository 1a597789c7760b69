package import Events
package import Output
package import Primitives
package import Storage

/// Everything about one incident, as `show` tells it.
package struct IncidentView {
    package var incident: Incident
    /// Oldest first, with evidence.
    package var detections: [Detection]
    /// Rules that hit, as stored.
    package var rules: [RuleInfo]
    package var paths: [ContentID: String]
    package var history: [AuditEntry]
    package var resolution: Resolution?
    package var suppressions: [Suppression]
    /// Others that are about the same parties.
    package var related: [Incident]
    package var slices: [PacketSlice]
    /// The estate's systems that it concerns.
    package var systems: [StoredSystem]
    /// What addresses among its parties were called while it went on.
    package var bindings: [Binding]
    package var options: Options
    package var clock: FilterClock
    package var width: Int
    package var palette: Palette

    /// What is shown of the evidence beside the story.
    package struct Options: Sendable {
        /// Raw lines only, as they were read.
        package var raw = false
        /// Evidence as hexadecimal.
        package var hex = false
        /// The packets kept around the hits, a line each.
        package var packets = false
        /// Every detection with its id.
        package var detections = false
        package var language = StoryLanguage.english

        package init() {}
    }

    static let maximumTimeline = 40
    static let maximumEvidence = 8
    static let maximumRelated = 8
    private static let maximumParties = 40

    /// Gathers what belongs to an incident.
    package init(
        _ incident: Incident, store: Store, clock: FilterClock, width: Int, palette: Palette,
        options: Options = Options()
    ) throws(StoreError) {
        self.incident = incident
        detections = try store.detections(of: incident)
        var rules: [RuleInfo] = []
        for id in [incident.rule] + incident.rules where !rules.contains(where: { $0.id == id }) {
            if let rule = try store.rule(id) { rules.append(rule) }
        }
        self.rules = rules
        let inputs = Set(incident.inputs + detections.flatMap { $0.events.map(\.input) })
        paths = try store.paths(of: inputs.sorted())
        history = try store.history(of: incident.id)
        resolution = try store.triageState(of: incident.id)?.resolution
        suppressions = try store.suppressions(of: incident).filter { $0.until > clock.now }
        related = try IncidentView.related(incident, detections, store, clock)
        slices = try store.slices(of: incident)
        let all = incident.assets.isEmpty ? [] : try store.systems()
        systems = incident.assets.compactMap { id in all.first { $0.id == id } }
        bindings = try IncidentView.bindings(incident, detections, store)
        self.options = options
        self.clock = clock
        self.width = width
        self.palette = palette
    }

    /// Incidents that name the entity, or whose entity this one names; worst first.
    private static func related(
        _ incident: Incident, _ detections: [Detection], _ store: Store, _ clock: FilterClock
    ) throws(StoreError) -> [Incident] {
        var values: [String] = []
        for field in detections.flatMap(\.fields) where Mentions.isParty(field.name) {
            let value = TextFold.fold(field.value)
            if !value.isEmpty, !values.contains(value) { values.append(value) }
            if values.count >= maximumParties { break }
        }
        var ways = values.map { FilterExpression.entity(kind: nil, .equal($0)) }
        if !incident.entity.value.isEmpty { ways.append(.about(TextFold.fold(incident.entity.value))) }
        guard !ways.isEmpty else { return [] }
        return try store.incidents(
            where: FilterExpression.any(ways).condition, limit: maximumRelated + 1, complete: false, now: clock.now
        ).filter { $0.id != incident.id }
    }

    package func rendered() -> String {
        if options.raw { return rawLines }
        let sections = [
            heading, systemLines, why, parties, bindingLines, timeline, evidence, packetLines, relatedLines, nextSteps,
            triage,
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    var times: TimeText { TimeText(clock) }

    func title(_ text: String) -> String { palette.heading(text) }

    func wrapped(_ text: String, indent: Int = 2) -> [String] {
        TerminalText.wrapped(TerminalText.escaped(flat(text)), to: max(20, width - indent))
            .map { String(repeating: " ", count: indent) + $0 }
    }

    func flat(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    }

    private var heading: [String] {
        let severity = palette.paint(incident.severity.name, incident.severity)
        let state = incident.status.rawValue + (resolution.map { " as \($0.rawValue)" } ?? "")
        let owner = incident.assignee.map { "assigned to \(TerminalText.escaped($0))" } ?? "nobody has it"
        let story = IncidentStoryText(incident, options.language)
        var lines = [title(TerminalText.escaped(story.title))]
        lines += story.summary.isEmpty ? [] : wrapped(story.summary)
        lines += [
            "  \(severity) · \(state) · \(owner)",
            "  id        \(incident.id)",
            "  entity    \(TerminalText.escaped(incident.entity.kind)) \(IncidentTable.entity(incident.entity))",
        ]
        let span = "\(TimeText.span(from: incident.first, to: incident.last)), "
        let end = incident.first == incident.last ? " (" : " to \(times.full(incident.last)) (\(span)"
        lines += labelled("time", "\(times.full(incident.first))\(end)\(clock.zone.name))")
        lines += [
            "  records   \(counted(Int64(incident.count), "record")) in "
                + counted(Int64(incident.detections.count), "detection")
        ]
        if !incident.stages.isEmpty { lines += labelled("stages", IncidentTable.stages(incident.stages)) }
        if !incident.techniques.isEmpty {
            let named = incident.techniques.map { id in AttackNames.name(id).map { "\(id) \($0)" } ?? id }
            lines += labelled("ATT&CK", named.joined(separator: ", "))
        }
        if !incident.tags.isEmpty {
            lines += labelled("tags", incident.tags.joined(separator: ", "))
        }
        if !incident.aliases.isEmpty {
            let earlier = incident.aliases.map { String($0.description.prefix(8)) }.joined(separator: ", ")
            lines.append("  was       \(earlier)")
        }
        return lines
    }

    /// A line of the heading, broken where it is too long.
    private func labelled(_ name: String, _ text: String) -> [String] {
        let rest = wrapped(text, indent: 12)
        return rest.enumerated().map { line in
            line.offset > 0 ? line.element : "  " + TerminalText.fitted(name, to: 10) + line.element.dropFirst(12)
        }
    }

    private var nextSteps: [String] {
        var lines = [title("Next")]
        var harmless: [String] = []
        for reason in rules.flatMap(\.falsePositives) where !IncidentView.saysNothing(reason) {
            if !harmless.contains(reason) { harmless.append(reason) }
        }
        if !harmless.isEmpty {
            lines.append("  harmless if it was:")
            for reason in harmless.prefix(8) {
                let text = wrapped(reason, indent: 6)
                lines += text.enumerated().map { $0.offset == 0 ? "    - " + $0.element.dropFirst(6) : $0.element }
            }
        }
        for link in rules.flatMap(\.references).prefix(5) { lines.append("  see " + TerminalText.escaped(flat(link))) }
        let id = incident.id.description.prefix(8)
        switch incident.status {
        case .open:
            lines.append("  nightjar ack \(id)  ·  nightjar close \(id) --as true-positive|false-positive|benign")
        case .acknowledged, .suppressed:
            lines.append("  nightjar close \(id) --as true-positive|false-positive|benign|duplicate")
        case .closed:
            lines.append("  nightjar reopen \(id)")
        }
        lines.append("  nightjar evidence export \(id)" + (slices.isEmpty ? "" : "  ·  nightjar show \(id) --packets"))
        return lines
    }

    /// What rules write where they know of no harmless cause.
    private static func saysNothing(_ reason: String) -> Bool {
        ["", "unknown", "none", "none known", "unlikely"].contains(reason.lowercased())
    }

    private var triage: [String] {
        guard !history.isEmpty || !suppressions.isEmpty else { return [] }
        var lines = [title("Triage")]
        for entry in history {
            let detail = entry.detail.map { ": \($0)" } ?? ""
            lines += wrapped("\(times.full(entry.time))  \(entry.who)  \(entry.act)\(detail)")
        }
        for suppression in suppressions {
            lines += wrapped(
                "suppressed until \(times.full(suppression.until)) by \(suppression.who): \(suppression.reason)")
        }
        return lines
    }
}
