internal import Events
internal import Foundation
internal import Output
internal import Primitives
internal import Storage

/// What anomaly rules have learned, as text: a line a rule, or a rule's keys day by day.
extension AnalystDesk {
    /// What anomaly rules have learned, a line a rule, with titles where the store knows the rule. `titles`: of rules
    /// by id.
    package func baselineList(titles: [String: String] = [:]) throws -> String {
        let baselines = try store.baselines()
        if baselines.isEmpty { return "no baselines yet: scans make them\n" }
        let times = TimeText(clock)
        var text = ""
        for (rule, own) in AnalystDesk.byRule(baselines) {
            let learning = own.filter(\.isLearning)
            let days = Set(own.flatMap { $0.days.map(\.day) }).count
            let since = own.map(\.since).min() ?? .none
            let last = own.map(\.last).max() ?? .none
            var line = "\(TerminalText.escaped(titles[rule] ?? rule)): \(counted(Int64(own.count), "baseline")), "
            line += "\(counted(Int64(days), "day")) from \(times.full(since)) to \(times.full(last))"
            if let until = learning.map(\.learnsUntil).max() {
                line += "; \(learning.count) still learning, the last until \(times.full(until))"
            } else {
                line += "; learned"
            }
            text += line + "\n"
        }
        return text
    }

    /// The same as JSON Lines, an object a baseline.
    package func baselineListJSON(rule: String? = nil) throws -> [UInt8] {
        let baselines = try store.baselines(rule: try rule.map(completedRule))
        return baselines.flatMap { AnalystDesk.json($0) + [ASCII.newline] }
    }

    /// The baselines of one rule, with the days of each; `key` chooses those with this value in their key.
    package func baselineShow(rule: String, key: String?, titles: [String: String] = [:]) throws -> String {
        let id = try completedRule(rule)
        let chosen = try store.baselines(rule: id).filter { key.map($0.key.contains) ?? true }
        if chosen.isEmpty { throw AnalystDesk.noBaseline(key ?? rule) }
        let times = TimeText(clock)
        var text = palette.heading(TerminalText.escaped(titles[id] ?? id)) + "\n"
        for baseline in chosen.prefix(AnalystDesk.maximumBaselines) {
            let name = TerminalText.escaped(baseline.key.joined(separator: " "))
            let state = baseline.isLearning ? "learns until \(times.full(baseline.learnsUntil))" : "learned"
            text += "  \(name): \(state); \(counted(baseline.count, "record")) "
            text += "from \(times.full(baseline.since)) to \(times.full(baseline.last))\n"
            for day in baseline.days { text += "    \(AnalystDesk.text(day))\n" }
        }
        let more = chosen.count - AnalystDesk.maximumBaselines
        return more > 0 ? text + "  ... and \(more) more: --json has them all\n" : text
    }

    /// Lets the rule (or its one key) learn anew from the last record on that it has seen. Answers how many baselines
    /// were forgotten.
    package func baselineReset(rule: String, key: String?) throws -> Int {
        let id = try completedRule(rule)
        let all = try store.baselines(rule: id)
        let chosen = all.filter { key.map($0.key.contains) ?? true }
        guard !chosen.isEmpty, let last = all.map(\.last).max() else { throw AnalystDesk.noBaseline(key ?? rule) }
        let from = last.adding(nanoseconds: 1)
        let resets =
            key == nil
            ? [BaselineReset(rule: id, key: nil, from: from)]
            : chosen.map { BaselineReset(rule: id, key: $0.key, from: from) }
        try store.reset(resets, by: .current())
        return chosen.count
    }

    private static let maximumBaselines = 50

    private static func noBaseline(_ word: String) -> DeskError {
        .selection("there is no baseline of '\(word)': nightjar baseline list names those there are")
    }

    private static func byRule(_ baselines: [Baseline]) -> [(String, [Baseline])] {
        Dictionary(grouping: baselines, by: \.rule).sorted { $0.key < $1.key }
    }

    /// A rule by its id, or by the beginning of one that has baselines.
    private func completedRule(_ written: String) throws -> String {
        let known = Set(try store.baselines().map(\.rule)).sorted()
        if known.contains(written) { return written }
        let fits = known.filter { $0.hasPrefix(written) }
        guard fits.count == 1, let only = fits.first, !written.isEmpty else {
            throw AnalystDesk.noBaseline(written)
        }
        return only
    }

    /// `2026-03-12: 0 0 3 ...; hoa 12, lan 3`.
    private static func text(_ day: BaselineDay) -> String {
        let date = CivilTime(secondsAsUTC: day.day * 86_400)
        let pad = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        var text = "\(date.year)-\(pad(date.month))-\(pad(date.day)): "
        text += day.numbers.map(String.init).joined(separator: " ")
        let words = day.words.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        if !words.isEmpty {
            let most = words.prefix(10).map { "\(TerminalText.escaped($0.key)) \($0.value)" }
            text += "; " + most.joined(separator: ", ")
        }
        if words.count > 10 { text += ", and \(words.count - 10) more" }
        return text
    }

    private static func json(_ baseline: Baseline) -> [UInt8] {
        struct Row: Encodable {
            struct Day: Encodable {
                var day: Int64
                var numbers: [Int64]
                var words: [String: Int64]
            }
            var rule: String
            var key: [String]
            var version: String
            var since: String
            var last: String
            var learnsUntil: String
            var learning: Bool
            var records: Int64
            var days: [Day]
        }
        let row = Row(
            rule: baseline.rule, key: baseline.key, version: String(baseline.version, radix: 16),
            since: baseline.since.iso8601, last: baseline.last.iso8601, learnsUntil: baseline.learnsUntil.iso8601,
            learning: baseline.isLearning, records: baseline.count,
            days: baseline.days.map { Row.Day(day: $0.day, numbers: $0.numbers, words: $0.words) })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(row)).map { Array($0) } ?? []
    }
}
