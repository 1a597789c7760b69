package import Events
internal import Primitives

/// The account of a run, in words.
package struct RunView {
    package var run: RunLedger
    package var clock: FilterClock
    package var palette: Palette
    /// Columns.
    package var width: Int

    package init(_ run: RunLedger, clock: FilterClock, palette: Palette, width: Int = 100) {
        self.width = width
        self.run = run
        self.clock = clock
        self.palette = palette
    }

    private func total(_ count: (InputLedger) -> Int64) -> Int64 { run.inputs.reduce(0) { $0 + count($1) } }

    /// Counts by reason over all inputs, most first.
    private func reasons(_ of: (InputLedger) -> [String: Int64]) -> [(reason: String, count: Int64)] {
        var sums: [String: Int64] = [:]
        for input in run.inputs {
            for (reason, count) in of(input) where count > 0 { sums[reason, default: 0] += count }
        }
        return sums.map { (reason: $0.key, count: $0.value) }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.reason < $1.reason }
    }

    private func isKnown(_ input: InputLedger) -> Bool {
        input.problem == nil && input.knownBytes > 0 && input.events == 0
    }

    /// What `scan` ends with: two lines, and one for each input that could not be read (whole).
    package var summary: String {
        var parts = [counted(Int64(run.inputs.count), "input"), counted(total(\.events), "event")]
        let transactions = total(\.transactions)
        if transactions > 0 { parts.append(counted(transactions, "network transaction")) }
        let unread = reasons(\.unread)
        if !unread.isEmpty {
            let count = unread.reduce(0) { $0 + $1.count }
            let reasons = counted(Int64(unread.count), "reason")
            parts.append("\(counted(count, "record")) unread (\(reasons): nightjar show run)")
        }
        let dropped = reasons(\.dropped).reduce(0) { $0 + $1.count }
        if dropped > 0 { parts.append("\(counted(dropped, "record")) dropped") }
        let known = run.inputs.count(where: isKnown)
        if known > 0 { parts.append("\(counted(Int64(known), "input")) known already") }
        parts.append(counted(run.detections, "detection"))
        let incidents = "\(counted(Int64(run.newIncidents), "new incident")), \(run.grownIncidents) grew"
        let any = run.newIncidents + run.grownIncidents > 0
        var text = parts.joined(separator: " · ") + "\n " + incidents
        text += (any ? String(repeating: " ", count: 4) + "nightjar incidents --run last" : "") + "\n"
        return text + learning + warnings
    }

    /// What does not alert yet, and until when: one line.
    private var learning: String {
        guard let last = run.learning.map(\.until).max() else { return "" }
        let keys = run.learning.reduce(0) { $0 + $1.keys }
        let rules = counted(Int64(run.learning.count), "rule")
        return " still learning: \(counted(Int64(keys), "baseline")) of \(rules), the last until "
            + "\(TimeText(clock).full(last))    nightjar baseline list\n"
    }

    private var warnings: String {
        var lines = problems + jumps
        for (table, count) in run.evictions.sorted(by: { $0.key < $1.key }) where count > 0 {
            lines.append(
                palette.alarming(
                    "memory ran short: \(counted(count, "entry", "entries")) of \(TerminalText.escaped(table)) "
                        + "had to go; results may differ from another run (give more with --memory)"))
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Inputs whose times jump: one line each, of the first few.
    private var jumps: [String] {
        let inputs = run.inputs.filter { !$0.jumps.isEmpty }
        let lines = inputs.prefix(RunView.maximumJumpingInputs).map { input in
            var parts: [String] = []
            if input.jumps.back > 0 {
                parts.append("\(grouped(input.jumps.back)) back, by up to \(lasting(input.jumps.longestBackSeconds))")
            }
            if input.jumps.forward > 0 {
                parts.append(
                    "\(grouped(input.jumps.forward)) forward, by up to \(lasting(input.jumps.longestForwardSeconds))")
            }
            return " times jump in \(TerminalText.escaped(input.path)): \(parts.joined(separator: "; "))"
        }
        let more = inputs.count - lines.count
        return lines + (more > 0 ? [" times jump in \(counted(Int64(more), "input")) more"] : [])
    }

    private static let maximumJumpingInputs = 5

    private func lasting(_ seconds: Int64) -> String {
        TimeText.span(from: Timestamp(nanoseconds: 0), to: Timestamp(seconds: seconds) ?? .none)
    }

    private var problems: [String] {
        run.inputs.compactMap { input in
            input.problem.map {
                palette.alarming("not all was read: \(TerminalText.escaped(input.path)): \(TerminalText.escaped($0))")
            }
        }
    }

    /// The whole ledger: what `show run` prints.
    package func rendered() -> String {
        let times = TimeText(clock)
        var lines = [
            palette.heading("Run \(run.id)"), "  \(TerminalText.escaped(run.command))",
            "  \(times.full(run.started)) to "
                + (run.finished.isNone ? "(it did not finish)" : times.full(run.finished)) + " \(clock.zone.name)",
            "  \(counted(Int64(run.rulesLoaded), "rule")) loaded, \(run.rulesRefused) refused",
            "  \(grouped(total(\.bytesRead))) bytes read, \(grouped(total(\.bytesDecoded))) after decompression",
            "  \(counted(total(\.records), "record")) = \(grouped(total(\.events))) events + "
                + "\(grouped(total(\.unreadTotal))) unread + \(grouped(total(\.droppedTotal))) dropped + "
                + "\(grouped(total(\.knownRecords))) known from earlier runs",
        ]
        lines += table("unread", reasons(\.unread))
        lines += table("dropped", reasons(\.dropped))
        let silent = total(\.messagesNotUnderstood)
        if silent > 0 { lines.append("  \(counted(silent, "event")) with a message in no known form") }
        lines.append("")
        for input in run.inputs { lines += inputLines(input) }
        if !run.deadRules.isEmpty {
            lines += ["", "  \(counted(Int64(run.deadRules.count), "rule")) had nothing to look at:"]
            for rule in run.deadRules.prefix(RunView.maximumDeadRules) {
                let text = TerminalText.escaped("\(rule.title): \(rule.reason) (\(rule.rule))")
                let parts = TerminalText.wrapped(text, to: max(20, width - 6))
                lines += parts.enumerated().map { ($0.offset == 0 ? "    " : "      ") + $0.element }
            }
            let more = run.deadRules.count - RunView.maximumDeadRules
            if more > 0 { lines.append("    ... and \(more) more: nightjar show run --json") }
        }
        return lines.map { $0 + "\n" }.joined() + warnings
    }

    private static let maximumDeadRules = 20

    private func table(_ word: String, _ reasons: [(reason: String, count: Int64)]) -> [String] {
        reasons.map { "    \(word): \(TerminalText.escaped($0.reason))  \(grouped($0.count))" }
    }

    private func inputLines(_ input: InputLedger) -> [String] {
        let sensor = input.sensor.map { " (sensor \(TerminalText.escaped($0)))" } ?? ""
        let format = TerminalText.escaped(input.format.isEmpty ? input.kind.rawValue : input.format)
        var detail = ["\(format)", counted(input.records, input.kind == .capture ? "packet" : "record")]
        detail.append(counted(input.events, "event"))
        if input.transactions > 0 { detail.append(counted(input.transactions, "transaction")) }
        if input.unreadTotal > 0 { detail.append("\(grouped(input.unreadTotal)) unread") }
        if input.droppedTotal > 0 { detail.append("\(grouped(input.droppedTotal)) dropped") }
        if input.bytesDropped > 0 { detail.append("\(grouped(input.bytesDropped)) bytes cut off") }
        if input.knownBytes > 0 { detail.append("\(grouped(input.knownBytes)) bytes known already") }
        if !input.addsUp { detail.append("the account does not add up") }
        var lines = ["  \(TerminalText.escaped(input.path))\(sensor)", "    \(detail.joined(separator: " · "))"]
        if let problem = input.problem { lines.append("    " + palette.alarming(TerminalText.escaped(problem))) }
        return lines
    }
}
