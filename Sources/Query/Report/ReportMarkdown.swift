internal import Events
internal import Output
internal import Primitives
internal import Storage

/// A report as Markdown, for tickets and mails.
struct ReportMarkdown {
    let data: ReportData
    let words: ReportWords
    private var times: TimeText { TimeText(data.clock) }

    init(_ data: ReportData, _ words: ReportWords) {
        self.data = data
        self.words = words
    }

    /// What Markdown, or HTML inside it, would read as markup stands behind a backslash, and what makes an address a
    /// link (`www.`, `://`, `@`). Texts never begin a line, so that marks of lists and headings mean nothing in them.
    static func escaped(_ text: String) -> String {
        let characters = Array(TerminalText.escaped(text))
        var result = ""
        for (index, character) in characters.enumerated() {
            let isLink =
                character == "." && index > 0 && "wW".contains(characters[index - 1])
                || character == ":" && index + 1 < characters.count && characters[index + 1] == "/"
            if isLink || "\\`*_[]<>#|~&@".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }

    private func story(_ incident: Incident) -> IncidentStoryText {
        IncidentStoryText(incident, words.language.story)
    }

    private func e(_ text: String) -> String { ReportMarkdown.escaped(text) }

    private func table(_ heads: [String], _ rows: [[String]]) -> String {
        let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |\n" }
        return line(heads.map(e)) + line(heads.map { _ in "---" }) + rows.map(line).joined() + "\n"
    }

    func rendered() -> String {
        var text =
            "# \(e(words[.title]))\n\n\(e(words[.period])): \(e(times.full(data.from))) – "
            + "\(e(times.full(data.to))) (\(e(data.clock.zone.name)))\n\n## \(e(words[.overview]))\n\n"
        let severities = data.severities.map { group in
            let name = Int(group.key).flatMap { Severity(rawValue: $0) }?.name ?? group.key
            return [e(words.severity(name)), grouped(Int64(group.incidents)), grouped(group.records)]
        }
        text += table([words[.severity], words[.incidents], words[.records]], severities)
        text += table(
            [words[.status], words[.incidents]],
            data.statuses.map { [e(words.status($0.key)), grouped(Int64($0.incidents))] }
                + data.resolutions.map { [e(words.closed(as: $0.key)), grouped(Int64($0.incidents))] })
        for (title, groups) in [
            (ReportWords.Word.topEntities, data.entities), (.topRules, data.rules), (.attack, data.techniques),
            (.assets, data.assets), (.agencies, data.agencies), (.sensors, data.sensors),
        ] where !groups.isEmpty {
            text += "## \(e(words[title]))\n\n"
            text += table(
                ["", words[.incidents], words[.records]],
                groups.prefix(ReportData.maximumGroups).map {
                    [
                        e(data.name($0.key, of: title, words.language.story)), grouped(Int64($0.incidents)),
                        grouped($0.records),
                    ]
                })
        }
        return text + list + ledger
    }

    private var list: String {
        let rows = data.incidents.map { incident in
            [
                "`\(incident.id.description.prefix(8))`", e(words.severity(incident.severity.name)),
                e(words.status(incident.status.rawValue)), e(times.full(incident.first)), e(incident.entity.value),
                e(story(incident).title), e(story(incident).summary), grouped(Int64(incident.count)),
            ]
        }
        let heads = [
            "ID", words[.severity], words[.status], words[.first], words[.entity], words[.happened], words[.summary],
            words[.count],
        ]
        return "## \(e(words[.list]))\n\n" + table(heads, rows)
    }

    private var ledger: String {
        var text = "## \(e(words[.ledger]))\n\n"
        if data.runs.isEmpty { text += e(words[.noRuns]) + "\n\n" }
        let rows =
            data.reasons(\.unread).map { [e(words[.unread]), e($0.reason), grouped($0.count)] }
            + data.reasons(\.dropped).map { [e(words[.dropped]), e($0.reason), grouped($0.count)] }
            + data.runs.flatMap(\.inputs).compactMap { input in
                input.problem.map { [e(words[.problems]), e("\(input.path): \($0)"), ""] }
            }
        text +=
            rows.isEmpty ? e(words[.allRead]) + "\n\n" : table([words[.kind], words[.reason], words[.records]], rows)
        text += "## \(e(words[.deadRules]))\n\n"
        let dead = data.dead.map { [e($0.rule), e($0.title), e($0.reason)] }
        return text
            + (dead.isEmpty ? e(words[.noDeadRules]) + "\n" : table(["ID", words[.happened], words[.reason]], dead))
    }
}
