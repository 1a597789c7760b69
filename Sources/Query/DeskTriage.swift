package import Events
internal import Output
package import Primitives
internal import Storage

extension AnalystDesk {
    /// What a command acts on: the incidents that ids mean, or those that a filter lets through.
    package struct Selection {
        package var incidents: [Incident]
        /// Chosen by a filter: to be shown before something is done.
        package var isFiltered: Bool
    }

    /// No more incidents than this are changed at once.
    package static var maximumSelection: Int { 10_000 }

    /// Words that all may be the beginnings of ids are ids, each given once; anything else is a filter.
    package func selection(_ words: [String]) throws -> Selection {
        let areIDs = words.allSatisfy { word in
            (1...32).contains(word.utf8.count) && word.utf8.allSatisfy { ASCII.hexValue($0) != nil }
        }
        if areIDs {
            var found: [Incident] = []
            for word in words {
                let incident = try incident(word)
                if !found.contains(where: { $0.id == incident.id }) { found.append(incident) }
            }
            return Selection(incidents: found, isFiltered: false)
        }
        let expression: FilterExpression
        do {
            expression = try Filter.parse(arguments: words, clock: clock)
        } catch {
            // One word of letters and digits was meant to be an id.
            let isWord = words.count == 1 && words[0].allSatisfy { $0.isLetter || $0.isNumber }
            if isWord && words[0].contains(where: \.isNumber) { throw DeskError.unknown(words[0]) }
            throw error
        }
        let found = try store.incidents(
            where: expression.condition, limit: AnalystDesk.maximumSelection + 1, complete: false, now: clock.now)
        guard found.count <= AnalystDesk.maximumSelection else {
            throw DeskError.selection(
                "more than \(grouped(Int64(AnalystDesk.maximumSelection))) incidents fit: narrow it down")
        }
        guard !found.isEmpty else { throw DeskError.selection("no incident fits") }
        return Selection(incidents: found, isFiltered: true)
    }

    /// An act as the command line names it.
    package enum Act: Equatable, Sendable {
        case acknowledge
        case reopen
        case assign(String?)
        case comment(String)
        /// As one of `resolutions`.
        case close(String)
        case tag(add: [String], remove: [String])

        fileprivate var triage: TriageAct {
            get throws(DeskError) {
                switch self {
                case .acknowledge: return .acknowledge
                case .reopen: return .reopen
                case .assign(let name): return .assign(name)
                case .comment(let text): return .comment(text)
                case .close(let word):
                    guard let resolution = Resolution(rawValue: word) else { throw .resolution(word) }
                    return .close(as: resolution)
                case .tag(let add, let remove): return .tag(add: add, remove: remove)
                }
            }
        }
    }

    package static var resolutions: [String] { Resolution.allCases.map(\.rawValue) }

    /// Says what is wrong with acts before anybody is asked about them.
    package static func check(_ acts: [Act]) throws { for act in acts { _ = try act.triage } }

    /// Does all acts to all incidents, or none to any.
    package func act(_ acts: [Act], on incidents: [Incident]) throws -> [Incident] {
        let acts = acts.map { act in
            if case .comment(let text) = act { Act.comment(masker?.masked(text) ?? text) } else { act }
        }
        return try store.triage(
            acts.map { try $0.triage }, on: incidents.map(\.id), by: Analyst.current(), at: clock.now)
    }

    /// Makes one incident of all these, named after the first.
    package func merge(_ incidents: [Incident]) throws -> Incident {
        try store.merge(incidents.map(\.id), by: Analyst.current(), at: clock.now)
    }

    /// Takes detections out into an incident of their own: those given by (beginnings of) their ids, of a rule, about
    /// an entity, or since a time; all that is given must fit.
    package func split(
        _ incident: Incident, detections: [String], rule: String?, entity: String?, since: Timestamp?
    ) throws -> (taken: Incident, rest: Incident) {
        let all = try store.detections(of: incident)
        for prefix in detections {
            let count = all.count { $0.id.description.hasPrefix(prefix.lowercased()) }
            if count != 1 {
                throw DeskError.selection(
                    "\(count == 0 ? "no detection" : "more than one detection") of the incident has an id that begins "
                        + "with '\(prefix)': nightjar show \(incident.id.description.prefix(8)) --detections lists them"
                )
            }
        }
        let chosen = all.filter { detection in
            let id = detection.id.description
            return (detections.isEmpty || detections.contains { id.hasPrefix($0.lowercased()) })
                && rule.map { $0 == detection.rule.id } ?? true
                && entity.map { TextFold.fold($0) == TextFold.fold(detection.entity.value) } ?? true
                && since.map { detection.last >= $0 } ?? true
        }
        guard !chosen.isEmpty else { throw DeskError.selection("no detection of the incident fits") }
        return try store.split(incident.id, detections: chosen.map(\.id), by: Analyst.current(), at: clock.now)
    }

    /// Takes an act back; answers what it was, in words.
    package func undo(_ number: Int64?) throws -> String {
        let entry = try store.undo(number, by: Analyst.current(), at: clock.now)
        let subject = AnalystDesk.short(entry.subject)
        return "taken back: act \(entry.sequence), \(entry.act) of \(subject) by "
            + "\(TerminalText.escaped(entry.who)) at \(TimeText(clock).full(entry.time))"
    }

    /// "suppression 51ab77c0": ids by their first digits.
    private static func short(_ subject: String) -> String {
        let words = subject.split(separator: " ").map { String($0.count == 32 ? $0.prefix(8) : $0) }
        return words.joined(separator: " ")
    }

    /// Suppresses what fits all that is given, until a time; answers how many stored incidents are meant.
    package func suppress(
        rule: String?, entity: String?, network: IPNetwork?, field: FieldValue? = nil, reason: String, until: Timestamp
    ) throws -> Int {
        let suppression = Suppression(
            rule: rule, entity: entity, network: network, field: field, reason: masker?.masked(reason) ?? reason,
            until: until)
        return try store.suppress(suppression, by: Analyst.current(), at: clock.now)
    }

    /// Takes back the suppression that `prefix` is the beginning of the id of.
    package func unsuppress(_ prefix: String) throws {
        let fitting = try store.suppressions().filter { $0.id.description.hasPrefix(prefix.lowercased()) }
        guard fitting.count == 1 else {
            throw DeskError.selection(
                fitting.isEmpty
                    ? "no suppression has an id that begins with '\(prefix)': nightjar suppress --list shows them"
                    : "'\(prefix)' is the beginning of \(fitting.count) ids; give more of it")
        }
        try store.unsuppress(fitting[0].id, by: Analyst.current(), at: clock.now)
    }

    /// Every suppression, oldest first, those that have ended too.
    package func suppressionsText() throws -> String {
        try store.suppressions().map { one in
            let what = [
                one.rule.map { "rule \($0)" }, one.entity.map { "entity \($0)" }, one.network.map { "network \($0)" },
                one.field.map { "\($0.name)=\($0.value)" },
            ].compactMap { $0 }.joined(separator: ", ")
            let end = one.until > clock.now ? "until" : "ended"
            let line =
                " \(one.id.description.prefix(8))  \(end) \(TimeText(clock).full(one.until))  \(what)  "
                + "(\(one.who): \(one.reason))"
            return TerminalText.escaped(line) + "\n"
        }.joined()
    }

    /// A day or a moment as the filter language reads it (`2026-12-31`, `2026-12-31T18:00`); a day means its end.
    package func moment(_ text: String) -> Timestamp? {
        FilterTime(text, clock: clock)?.end
    }

    /// Where that day or moment begins.
    package func beginning(_ text: String) -> Timestamp? {
        FilterTime(text, clock: clock)?.start
    }

    /// A day, a moment, or how long ago (`90d`).
    package func past(_ text: String) -> Timestamp? {
        FilterTime.duration(text).map { clock.now.adding(nanoseconds: -$0 * 1_000_000_000) } ?? beginning(text)
    }

    /// The trail of acts, newest last: of one incident, or all; the last `limit` of them.
    package func trail(of incident: Incident?, limit: Int) throws -> String {
        let entries = try incident.map { try store.history(of: $0.id) } ?? store.trail(limit: limit)
        let times = TimeText(clock)
        let digits = "\(entries.last?.sequence ?? 1)".count
        return entries.suffix(limit).map { entry in
            let subject = AnalystDesk.short(entry.subject)
            let detail = entry.detail.map { ": \($0)" } ?? ""
            let number = TerminalText.fitted("\(entry.sequence)", to: digits, rightAligned: true)
            let head = "\(number)  \(times.full(entry.time))  "
            // Comments are to be read whole.
            let text = TerminalText.escaped("\(entry.who) (\(entry.origin))  \(entry.act) \(subject)\(detail)")
            let rest = max(20, width - head.count)
            let lines = TerminalText.width(of: text) <= rest ? [text] : TerminalText.wrapped(text, to: rest)
            let indent = String(repeating: " ", count: head.count)
            return lines.enumerated().map { ($0.offset == 0 ? head : indent) + $0.element + "\n" }.joined()
        }.joined()
    }
}
