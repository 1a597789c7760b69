package import Events
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
    package var clock: FilterClock
    package var width: Int
    package var palette: Palette

    private static let maximumTimeline = 40
    private static let maximumEvidence = 20

    /// Gathers what belongs to an incident.
    package init(
        _ incident: Incident, store: Store, clock: FilterClock, width: Int, palette: Palette
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
        suppressions = try store.suppressions().filter { $0.covers(incident) && $0.until > clock.now }
        self.clock = clock
        self.width = width
        self.palette = palette
    }

    package func rendered() -> String {
        let sections = [heading, why, timeline, evidence, nextSteps, triage]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    private var times: TimeText { TimeText(clock) }

    private func title(_ text: String) -> String { palette.heading(text) }

    private func wrapped(_ text: String, indent: Int = 2) -> [String] {
        TerminalText.wrapped(TerminalText.escaped(flat(text)), to: max(20, width - indent))
            .map { String(repeating: " ", count: indent) + $0 }
    }

    private func flat(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    }

    private var heading: [String] {
        let severity = palette.paint(incident.severity.name, incident.severity)
        let state = incident.status.rawValue + (resolution.map { " as \($0.rawValue)" } ?? "")
        let owner = incident.assignee.map { "assigned to \(TerminalText.escaped($0))" } ?? "nobody has it"
        var lines = [
            title(TerminalText.escaped(incident.title)),
            "  \(severity) · \(state) · \(owner)",
            "  id        \(incident.id)",
            "  entity    \(TerminalText.escaped(incident.entity.kind)) \(IncidentTable.entity(incident.entity))",
            "  time      \(times.full(incident.first)) to \(times.full(incident.last)) "
                + "(\(TimeText.span(from: incident.first, to: incident.last)), \(clock.zone.name))",
            "  records   \(counted(Int64(incident.count), "record")) in "
                + counted(Int64(incident.detections.count), "detection"),
        ]
        if !incident.stages.isEmpty { lines.append("  stages    \(IncidentTable.stages(incident.stages))") }
        if !incident.techniques.isEmpty {
            lines.append("  ATT&CK    \(TerminalText.escaped(incident.techniques.joined(separator: ", ")))")
        }
        if !incident.aliases.isEmpty {
            let earlier = incident.aliases.map { String($0.description.prefix(8)) }.joined(separator: ", ")
            lines.append("  was       \(earlier)")
        }
        return lines
    }

    private var why: [String] {
        var lines = [title("Why")]
        for rule in rules {
            let place = rule.origin.line > 0 ? "\(rule.origin.file):\(rule.origin.line)" : rule.origin.file
            let name = "\(rule.title) (\(rule.kind.rawValue) \(rule.id), \(rule.level.name))"
            lines.append("  \(TerminalText.escaped(name))")
            lines.append("    \(palette.quiet(TerminalText.escaped(place)))")
            if let description = rule.description { lines += wrapped(description, indent: 4) }
            if let hit = detections.first(where: { $0.rule.id == rule.id }) { lines += matched(hit) }
        }
        return lines
    }

    private func matched(_ detection: Detection) -> [String] {
        let longest = min(28, detection.fields.map { TerminalText.width(of: $0.name) }.max() ?? 0)
        var lines = detection.fields.prefix(20).map { field in
            let name = TerminalText.fitted(TerminalText.escaped(field.name), to: longest)
            return TerminalText.cut("    \(name)  \(TerminalText.escaped(field.value))", to: width)
        }
        if detection.form != "raw" { lines.append("    matched in the form: \(TerminalText.escaped(detection.form))") }
        return lines
    }

    private var timeline: [String] {
        var lines = [title("What happened, in order")]
        for detection in detections.prefix(IncidentView.maximumTimeline) {
            let count = detection.count > 1 ? " (\(counted(Int64(detection.count), "record")))" : ""
            let place = detection.events.first.map { "  " + self.place($0) } ?? ""
            let line = "  \(times.full(detection.first))  \(TerminalText.escaped(detection.rule.title))\(count)\(place)"
            lines.append(TerminalText.cut(line, to: width))
        }
        let more = detections.count - IncidentView.maximumTimeline
        if more > 0 { lines.append("  ... and \(counted(Int64(more), "more detection", "more detections"))") }
        return lines
    }

    /// `path:line`, or `path packet N`.
    private func place(_ event: EventReference, packet: Bool = false) -> String {
        let path = paths[event.input].map { TerminalText.escaped($0) } ?? "input \(event.input.description.prefix(8))"
        return packet ? "\(path) packet \(event.number)" : "\(path):\(event.number)"
    }

    private var evidence: [String] {
        let all = detections.flatMap(\.evidence)
        guard !all.isEmpty else { return [] }
        var lines = [title("Evidence")]
        var seen: Set<ContentID> = []
        for piece in all where seen.insert(piece.event.id).inserted {
            if seen.count > IncidentView.maximumEvidence { break }
            lines.append("  \(place(piece.event, packet: piece.linkType != nil))")
            lines += piece.linkType == nil ? logLines(piece) : HexDump.lines(piece.bytes, rows: 4).map { "    " + $0 }
            lines.append("    \(palette.quiet("sha256 \(piece.sha256)"))")
        }
        let more = Set(all.map(\.event.id)).count - IncidentView.maximumEvidence
        if more > 0 { lines.append("  ... and \(more) more") }
        return lines
    }

    private func logLines(_ piece: Evidence) -> [String] {
        let text = TerminalText.escaped(String(decoding: piece.bytes, as: UTF8.self))
        let lines = TerminalText.wrapped(text, to: max(20, width - 4))
        return lines.prefix(6).map { "    " + $0 } + (lines.count > 6 ? ["    …"] : [])
    }

    private var nextSteps: [String] {
        var lines = [title("Next")]
        let harmless = rules.flatMap(\.falsePositives).filter { !$0.isEmpty && $0.lowercased() != "unknown" }
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
        return lines
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
