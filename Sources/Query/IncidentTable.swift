package import Events
package import Output
package import Primitives

/// The list that `incidents` prints: one line an incident, fitted to the terminal.
package struct IncidentTable {
    package var incidents: [Incident]
    /// Digits of each id to show (`Store.prefixLengths`).
    package var prefixLengths: [ContentID: Int]
    package var clock: FilterClock
    /// Columns of the terminal; nil: as wide as the content.
    package var width: Int?
    package var palette: Palette
    package var language = StoryLanguage.english

    package init(
        incidents: [Incident], prefixLengths: [ContentID: Int], clock: FilterClock, width: Int?, palette: Palette
    ) {
        self.incidents = incidents
        self.prefixLengths = prefixLengths
        self.clock = clock
        self.width = width
        self.palette = palette
    }

    private struct Column {
        var title: String
        var cells: [String]
        var rightAligned = false
        var width = 0
        /// How narrow it may get, first while others give way too, then more and more; empty: never narrower.
        var floors: [Int] = []

        var natural: Int { cells.reduce(TerminalText.width(of: title)) { max($0, TerminalText.width(of: $1)) } }
    }

    private static let gap = 2
    private static let title = "WHAT HAPPENED"
    /// What happened is the point of the list: it stays widest while the line gets shorter.
    private static let titleFloors = [56, 48, 36, 24, 20]

    /// The table with its heading, each line ended by a newline; no incident: an empty text.
    package func rendered() -> String {
        if incidents.isEmpty { return "" }
        let columns = fitted()
        var text = line(columns.map { TerminalText.fitted($0.title, to: $0.width, rightAligned: $0.rightAligned) })
        for (row, incident) in incidents.enumerated() {
            text += line(
                columns.map { column in
                    let cell = TerminalText.fitted(
                        column.cells[row], to: column.width, rightAligned: column.rightAligned)
                    return column.title == "SEVERITY" ? palette.paint(cell, incident.severity) : cell
                })
        }
        return text
    }

    private func line(_ cells: [String]) -> String {
        let joined = " " + cells.joined(separator: String(repeating: " ", count: IncidentTable.gap))
        return String(joined.reversed().drop { $0 == " " }.reversed()) + "\n"
    }

    /// Columns with their widths: everything while that leaves room for what happened, then shorter times, then without
    /// stages, then without the first time.
    private func fitted() -> [Column] {
        let wide = columns(narrow: false)
        guard let width else { return sized(wide, to: nil) ?? [] }
        let narrow = columns(narrow: true)
        let plain = narrow.filter { $0.title != "STAGES" }
        let short = plain.filter { $0.title != "FIRST" }
        for (attempt, enough) in [(wide, 44), (narrow, 36), (plain, 30), (short, 20)] {
            guard let fits = sized(attempt, to: width) else { continue }
            let title = fits.first { $0.title == IncidentTable.title }
            if let title, title.width >= min(enough, title.natural) { return fits }
        }
        var last = short.filter { ["ID", "SEVERITY", IncidentTable.title].contains($0.title) }
        for index in last.indices where last[index].title == IncidentTable.title { last[index].floors = [13] }
        return sized(last, to: width) ?? sized(last, to: nil) ?? []
    }

    private func columns(narrow: Bool) -> [Column] {
        let times = TimeText(clock)
        return [
            Column(title: "ID", cells: incidents.map { String($0.id.description.prefix(prefixLengths[$0.id] ?? 32)) }),
            Column(title: "SEVERITY", cells: incidents.map { IncidentTable.severity($0.severity) }),
            Column(title: "FIRST", cells: incidents.map { times.short($0.first, narrow: narrow) }),
            Column(title: "LAST", cells: incidents.map { times.short($0.last, narrow: narrow, ongoing: true) }),
            Column(
                title: "ENTITY", cells: incidents.map { IncidentTable.entity($0.entity) }, floors: [39, 24, 15]),
            Column(
                title: "WHAT HAPPENED", cells: incidents.map { IncidentTable.whatHappened($0, language) },
                floors: IncidentTable.titleFloors),
            Column(
                title: "STAGES", cells: incidents.map { IncidentTable.stages($0.stages) },
                floors: [36, 24, 17, narrow ? 12 : 17]),
            Column(title: "N", cells: incidents.map { String($0.count) }, rightAligned: true),
        ]
    }

    /// Gives each column its natural width and takes from the widest, down to each round's floors, until the line fits;
    /// nil where it cannot.
    private func sized(_ columns: [Column], to width: Int?) -> [Column]? {
        var columns = columns
        for index in columns.indices { columns[index].width = columns[index].natural }
        guard let width else { return columns }
        var over = columns.reduce(1 + IncidentTable.gap * (columns.count - 1) - width) { $0 + $1.width }
        for round in 0..<(columns.map(\.floors.count).max() ?? 0) {
            while over > 0 {
                let shrinkable = columns.indices.filter { index in
                    let floors = columns[index].floors
                    return !floors.isEmpty && columns[index].width > floors[min(round, floors.count - 1)]
                }
                guard let widest = shrinkable.max(by: { columns[$0].width < columns[$1].width }) else { break }
                columns[widest].width -= 1
                over -= 1
            }
        }
        return over > 0 ? nil : columns
    }

    package static func severity(_ severity: Severity) -> String {
        severity == .informational ? "info" : severity.name
    }

    package static func entity(_ entity: Entity) -> String {
        entity.value.isEmpty ? "-" : TerminalText.escaped(entity.value)
    }

    /// The title; before it, where it is not cut off, what was decided.
    static func whatHappened(_ incident: Incident, _ language: StoryLanguage = .english) -> String {
        let marks: [IncidentStatus: String] = [
            .acknowledged: "[ack] ", .closed: "[closed] ", .suppressed: "[suppressed] ",
        ]
        return (marks[incident.status] ?? "")
            + TerminalText.escaped(IncidentStoryText(incident, language).title)
    }

    static func stages(_ stages: [String]) -> String {
        TerminalText.escaped(
            stages.map { $0.replacing("-and-", with: " & ").replacing("-", with: " ") }
                .joined(separator: ", "))
    }
}
