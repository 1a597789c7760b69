package import Events
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
        /// May shrink to this; nil: never.
        var least: Int?

        var natural: Int { cells.reduce(TerminalText.width(of: title)) { max($0, TerminalText.width(of: $1)) } }
    }

    private static let gap = 2
    /// What happened is the point of the list: other columns shrink or go before it falls below this.
    private static let leastTitle = 24

    /// The table with its heading, each line ended by a newline; no incident: an empty text.
    package func rendered() -> String {
        if incidents.isEmpty { return "" }
        let columns = fitted()
        var text = line(columns.map { TerminalText.fitted($0.title, to: $0.width, rightAligned: $0.rightAligned) })
        for (row, incident) in incidents.enumerated() {
            text += line(columns.map { column in
                let cell = TerminalText.fitted(column.cells[row], to: column.width, rightAligned: column.rightAligned)
                return column.title == "SEVERITY" ? palette.paint(cell, incident.severity) : cell
            })
        }
        return text
    }

    private func line(_ cells: [String]) -> String {
        let joined = " " + cells.joined(separator: String(repeating: " ", count: IncidentTable.gap))
        return String(joined.reversed().drop { $0 == " " }.reversed()) + "\n"
    }

    /// Columns with their widths: first everything, then shorter times, then without stages, then without first.
    private func fitted() -> [Column] {
        guard let width else { return sized(columns(narrow: false), to: nil) ?? [] }
        let wide = columns(narrow: false)
        let narrow = columns(narrow: true)
        let attempts = [
            wide, narrow, narrow.filter { $0.title != "STAGES" },
            narrow.filter { $0.title != "STAGES" && $0.title != "FIRST" },
        ]
        for attempt in attempts {
            if let fits = sized(attempt, to: width) { return fits }
        }
        let last = narrow.filter { ["ID", "SEVERITY", "WHAT HAPPENED"].contains($0.title) }
        return sized(last, to: max(width, 40)) ?? last
    }

    private func columns(narrow: Bool) -> [Column] {
        let times = TimeText(clock)
        return [
            Column(title: "ID", cells: incidents.map { String($0.id.description.prefix(prefixLengths[$0.id] ?? 32)) }),
            Column(title: "SEVERITY", cells: incidents.map { IncidentTable.severity($0.severity) }),
            Column(title: "FIRST", cells: incidents.map { times.short($0.first, narrow: narrow) }),
            Column(title: "LAST", cells: incidents.map { times.short($0.last, narrow: narrow, ongoing: true) }),
            Column(title: "ENTITY", cells: incidents.map { IncidentTable.entity($0.entity) }, least: 15),
            Column(title: "WHAT HAPPENED", cells: incidents.map(IncidentTable.title), least: IncidentTable.leastTitle),
            Column(
                title: "STAGES", cells: incidents.map { IncidentTable.stages($0.stages) }, least: narrow ? 12 : 17),
            Column(title: "N", cells: incidents.map { String($0.count) }, rightAligned: true),
        ]
    }

    /// Gives each column its natural width and takes from the longest shrinkable one until the line fits; nil where it
    /// cannot.
    private func sized(_ columns: [Column], to width: Int?) -> [Column]? {
        var columns = columns
        for index in columns.indices { columns[index].width = columns[index].natural }
        guard let width else { return columns }
        var over = columns.reduce(1 + IncidentTable.gap * (columns.count - 1) - width) { $0 + $1.width }
        while over > 0 {
            let shrinkable = columns.indices.filter { columns[$0].width > (columns[$0].least ?? .max) }
            guard let widest = shrinkable.max(by: { columns[$0].width < columns[$1].width }) else { return nil }
            columns[widest].width -= 1
            over -= 1
        }
        return columns
    }

    package static func severity(_ severity: Severity) -> String {
        severity == .informational ? "info" : severity.name
    }

    package static func entity(_ entity: Entity) -> String {
        entity.value.isEmpty ? "-" : TerminalText.escaped(entity.value)
    }

    /// The title, and what was decided where that is not plain.
    static func title(_ incident: Incident) -> String {
        let mark = incident.status == .open ? "" : " [\(incident.status.rawValue)]"
        return TerminalText.escaped(incident.title) + mark
    }

    static func stages(_ stages: [String]) -> String {
        TerminalText.escaped(stages.map { $0.replacing("-and-", with: " & ").replacing("-", with: " ") }
            .joined(separator: ", "))
    }
}
