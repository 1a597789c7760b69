package import Events
internal import Primitives

/// Tells an incident in a sentence or two, from its acts, in a language.
package struct IncidentStoryText {
    private let incident: Incident
    private let words: StoryWords
    private let language: StoryLanguage

    static let maximumActs = 6

    package init(_ incident: Incident, _ language: StoryLanguage) {
        self.incident = incident
        self.language = language
        words = StoryWords.of(language)
    }

    /// "203.0.113.7 failed 212 SSH log-ins to web-01 for 37 users in 4 min, then logged in as deploy." Empty where an
    /// incident has no acts (one stored by an earlier version).
    package var summary: String {
        guard !incident.acts.isEmpty else { return "" }
        var actor = ""
        var text = ""
        for act in incident.acts.prefix(IncidentStoryText.maximumActs) {
            let who = self.actor(act)
            let phrase = filled(words.phrases[act.kind] ?? words.phrases["other"] ?? "", act)
            if !text.isEmpty { text += words.then }
            text += who == actor ? phrase : who + others(than: who, act) + " " + phrase
            actor = who
        }
        let more = incident.acts.count - IncidentStoryText.maximumActs
        return text + (more > 0 ? words.more.replacing("{n}", with: "\(more)") : "") + "."
    }

    /// The title: English as the rule has it; in another language what was done, most telling first.
    package var title: String {
        if language == .english { return incident.title }
        let kinds = incident.acts.map(\.kind)
        var seen: Set<String> = []
        let names = kinds.filter { $0 != "other" && seen.insert($0).inserted }.compactMap { words.titles[$0] }
        if names.isEmpty { return incident.title }
        return names.enumerated().map { $0.offset == 0 ? $0.element : lowered($0.element) }.prefix(3)
            .joined(separator: words.then)
    }

    /// Kinds of acts that a language has a phrase and a title for.
    package static func kinds(_ language: StoryLanguage) -> Set<String> {
        let words = StoryWords.of(language)
        return Set(words.titles.keys).intersection(words.phrases.keys)
    }

    private func lowered(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }

    private func actor(_ act: IncidentAct) -> String {
        if act.sources.contains(incident.entity.value) { return incident.entity.value }
        return act.sources.first ?? (incident.entity.value.isEmpty ? words.somebody : incident.entity.value)
    }

    /// What many did to one who is named is not the act of the first of them.
    private func others(than actor: String, _ act: IncidentAct) -> String {
        act.sources.count > 1 && actor != incident.entity.value ? words.others : ""
    }

    // MARK: - Phrases

    /// `[...]` parts go where one of their slots is empty.
    private func filled(_ phrase: String, _ act: IncidentAct) -> String {
        var text = ""
        var part = ""
        var isInside = false
        for character in phrase {
            if character == "[" {
                isInside = true
                part = ""
            } else if character == "]" {
                isInside = false
                if let shown = substituted(part, act) { text += shown }
            } else if isInside {
                part.append(character)
            } else {
                text.append(character)
            }
        }
        return substituted(text, act) ?? text
    }

    /// Nil where a slot that the part has is empty.
    private func substituted(_ part: String, _ act: IncidentAct) -> String? {
        var text = ""
        var rest = part[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let value = value(String(rest[rest.index(after: open)..<close]), act)
            if value.isEmpty { return nil }
            text += rest[..<open] + value
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }

    /// From five digits on in groups of three.
    private func number(_ count: Int) -> String {
        let digits = Array("\(count)")
        if digits.count < 5 { return String(digits) }
        return digits.enumerated().map { place, digit in
            (place > 0 && (digits.count - place) % 3 == 0 ? words.thousands : "") + String(digit)
        }.joined()
    }

    private func value(_ slot: String, _ act: IncidentAct) -> String {
        switch slot {
        case "n": return number(act.kind == "guess-login" ? max(1, act.count - 1) : act.count)
        case "targets": return list(act.targets.filter { $0 != actor(act) }, of: act.targetCount)
        case "times": return act.count == 1 ? words.once : words.times.replacing("{n}", with: number(act.count))
        case "user": return act.users.first.map { $0 == actor(act) ? "" : $0 } ?? ""
        case "users":
            if act.userCount == 0 { return "" }
            return act.userCount == 1
                ? words.oneUser.replacing("{user}", with: act.users.first ?? "")
                : words.users.replacing("{n}", with: "\(act.userCount)")
        case "span": return span(act.last.nanoseconds - act.first.nanoseconds)
        case "object", "service": return act.object ?? ""
        default: return ""
        }
    }

    private func list(_ names: [String], of total: Int) -> String {
        guard let first = names.first else { return "" }
        if total <= 1 || names.count == 1 && total <= 1 { return first }
        if total <= names.count, names.count > 1 {
            return names.dropLast().joined(separator: ", ") + words.and + (names.last ?? "")
        }
        return first + (total > 1 ? words.more.replacing("{n}", with: "\(total - 1)") : "")
    }

    /// Whole units, the largest that is at least two of it; nothing for less than two seconds.
    private func span(_ nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        if seconds < 2 { return "" }
        if seconds < 120 { return "\(seconds) \(words.units.second)" }
        if seconds < 7200 { return "\((seconds + 30) / 60) \(words.units.minute)" }
        if seconds < 172_800 { return "\((seconds + 1800) / 3600) \(words.units.hour)" }
        return "\((seconds + 43_200) / 86_400) \(words.units.day)"
    }
}
