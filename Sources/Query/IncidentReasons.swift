internal import Events
internal import Output
internal import Primitives
internal import Storage

/// The parts of `show` that say which rules hit, and what happened in which order: in full where it is little, else so
/// that it can be read.
extension IncidentView {
    /// Rules told with their text and what they saw; the rest by name.
    private static let rulesInFull = 4
    private static let rulesNamed = 24

    /// The incident's own rule, then what weighs most, and of equals what hit most often.
    var weighed: [(rule: RuleInfo, hits: Int)] {
        var hits: [String: Int] = [:]
        for detection in detections { hits[detection.rule.id, default: 0] += 1 }
        let known = rules.map { (rule: $0, hits: hits[$0.id] ?? 0) }
        let others = known.dropFirst().sorted {
            ($1.rule.level, $1.hits, $0.rule.title, $0.rule.id) < ($0.rule.level, $0.hits, $1.rule.title, $1.rule.id)
        }
        return known.prefix(1) + others
    }

    var why: [String] {
        var lines = [title("Why")]
        let all = weighed
        let inFull = options.detections ? all.count : IncidentView.rulesInFull
        for (rule, _) in all.prefix(inFull) { lines += reason(rule) }
        let rest = all.dropFirst(inFull)
        guard !rest.isEmpty else { return lines }
        lines.append("  and \(counted(Int64(rest.count), "rule")) more: --detections tells of each")
        for (rule, hits) in rest.prefix(IncidentView.rulesNamed) {
            let level = palette.paint(TerminalText.fitted(IncidentTable.severity(rule.level), to: 8), rule.level)
            let number = TerminalText.fitted(grouped(Int64(hits)), to: 7, rightAligned: true)
            let name = TerminalText.cut(TerminalText.escaped(flat(rule.title)), to: max(10, width - 21))
            lines.append("  \(number)  \(level)  \(name)")
        }
        let more = rest.count - IncidentView.rulesNamed
        if more > 0 { lines.append("           ... \(more) more") }
        return lines
    }

    private func reason(_ rule: RuleInfo) -> [String] {
        let place = rule.origin.line > 0 ? "\(rule.origin.file):\(rule.origin.line)" : rule.origin.file
        var lines = wrapped("\(rule.title) (\(rule.kind.rawValue) \(rule.id), \(rule.level.name))")
        lines.append("    \(palette.quiet(TerminalText.escaped(place)))")
        if let description = rule.description { lines += wrapped(description, indent: 4) }
        if let hit = detections.first(where: { $0.rule.id == rule.id }) { lines += matched(hit) }
        let text = RuleText(rule).lines
        guard rule.id == rules.first?.id || rule.kind == .signature else { return lines }
        lines += text.prefix(14).map {
            palette.quiet(TerminalText.cut("    | " + TerminalText.escaped(flat($0)), to: width))
        }
        if text.count > 14 { lines.append(palette.quiet("    | ... \(text.count - 14) more lines")) }
        return lines
    }

    private static let maximumValues = 5

    /// What the rule saw; of many values of one field the first.
    private func matched(_ detection: Detection) -> [String] {
        let longest = min(28, detection.fields.map { TerminalText.width(of: $0.name) }.max() ?? 0)
        var seen: [String: Int] = [:]
        for field in detection.fields { seen[field.name, default: 0] += 1 }
        var told: [String: Int] = [:]
        var lines: [String] = []
        for field in detection.fields.prefix(200) where lines.count < 24 {
            let number = told[field.name, default: 0]
            told[field.name] = number + 1
            guard number <= IncidentView.maximumValues else { continue }
            let name = TerminalText.fitted(TerminalText.escaped(field.name), to: longest)
            let isLast = number == IncidentView.maximumValues
            let value = isLast ? "... \((seen[field.name] ?? 0) - number) more" : TerminalText.escaped(field.value)
            lines.append(TerminalText.cut("    \(name)  \(value)", to: width))
        }
        if detection.form != "raw" { lines.append("    matched in the form: \(TerminalText.escaped(detection.form))") }
        return lines
    }

    // MARK: - The story

    var timeline: [String] {
        var lines = [title("What happened, in order")]
        guard options.detections || detections.count <= IncidentView.maximumTimeline else { return lines + summedUp }
        for detection in detections {
            let count = detection.count > 1 ? " (\(counted(Int64(detection.count), "record")))" : ""
            let isPacket = detection.alert != nil || detection.evidence.first?.linkType != nil
            let id = options.detections ? "\(detection.id.description.prefix(8))  " : ""
            let what = "  \(id)\(times.full(detection.first))  \(TerminalText.escaped(detection.rule.title))\(count)"
            guard let event = detection.events.first else {
                lines.append(TerminalText.cut(what, to: width))
                continue
            }
            let whole = "\(what)  \(place(event, packet: isPacket))"
            let fits = TerminalText.width(of: whole) <= width
            lines.append(
                TerminalText.cut(fits ? whole : "\(what)  \(place(event, packet: isPacket, brief: true))", to: width))
        }
        return lines
    }

    /// What one rule found, as one event of the story.
    private struct Chapter {
        var title: String
        var first: Timestamp
        var last: Timestamp
        var records = 0
        var inputs: [ContentID] = []
    }

    /// By rule, in the order in which they first hit.
    private var summedUp: [String] {
        var chapters: [Chapter] = []
        var places: [String: Int] = [:]
        for detection in detections {
            let known = places[detection.rule.id]
            let index = known ?? chapters.count
            if known == nil {
                places[detection.rule.id] = index
                chapters.append(Chapter(title: detection.rule.title, first: detection.first, last: detection.last))
            }
            chapters[index].records += detection.count
            chapters[index].last = max(chapters[index].last, detection.last)
            for event in detection.events.prefix(1) where !chapters[index].inputs.contains(event.input) {
                chapters[index].inputs.append(event.input)
            }
        }
        var lines = chapters.prefix(IncidentView.maximumTimeline).map { chapter in
            let span = TerminalText.fitted(
                TimeText.span(from: chapter.first, to: chapter.last), to: 10, rightAligned: true)
            let records = TerminalText.fitted(grouped(Int64(chapter.records)), to: 7, rightAligned: true)
            let files = chapter.inputs.prefix(2).map { brief($0) } + (chapter.inputs.count > 2 ? ["..."] : [])
            let line =
                "  \(times.full(chapter.first))  \(span)  \(records)  \(TerminalText.escaped(flat(chapter.title)))"
                + "  \(files.joined(separator: ", "))"
            return TerminalText.cut(line, to: width)
        }
        let more = chapters.count - IncidentView.maximumTimeline
        if more > 0 { lines.append("  ... and \(counted(Int64(more), "more rule", "more rules"))") }
        lines.append(
            "  first hit, how long and records of each rule; --detections lists all "
                + grouped(Int64(detections.count)))
        return lines
    }

    /// `path:line`, or `path packet N`; `brief`: of the path its last two parts.
    func place(_ event: EventReference, packet: Bool = false, brief isBrief: Bool = false) -> String {
        let path = isBrief ? brief(event.input) : path(of: event.input)
        return packet || path.contains(".pcap") ? "\(path) packet \(event.number)" : "\(path):\(event.number)"
    }

    private func path(of input: ContentID) -> String {
        paths[input].map { TerminalText.escaped($0) } ?? "input \(input.description.prefix(8))"
    }

    private func brief(_ input: ContentID) -> String {
        path(of: input).split(separator: "/").suffix(2).joined(separator: "/")
    }
}
