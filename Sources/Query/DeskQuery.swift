internal import Events
internal import Output
internal import Primitives
internal import Storage

/// A question in SQL, and how its answer looks.
package struct QueryOptions: Sendable {
    package enum Format: String, CaseIterable, Sendable {
        case table
        case csv
        case json
    }

    package var format = Format.table
    package var maximumRows = 10_000
    package var timeoutSeconds = 10

    package init() {}
}

extension AnalystDesk {
    /// The views of `query` with their columns.
    package static func querySchema() -> String {
        QueryViews.all.map { view in
            let longest = view.columns.map(\.name.count).max() ?? 0
            let columns = view.columns.map { "  \(TerminalText.fitted($0.name, to: longest))  \($0.help)" }
            return ([view.name + "  " + view.help] + columns).map {
                String($0.reversed().drop { $0 == " " }.reversed())
            }.joined(separator: "\n") + "\n"
        }.joined(separator: "\n")
    }

    /// Answers a question in SQL; also whether rows were left out.
    package func query(_ sql: String, options: QueryOptions) throws -> (bytes: [UInt8], isCut: Bool) {
        guard store.path != ":memory:" else {
            throw DeskError.selection("a store in memory holds nothing to ask about")
        }
        let query = try ReadOnlyQuery(store: store)
        var columns: [String] = []
        var rows: [[ReadOnlyQuery.Value]] = []
        var isCut = false
        do {
            try query.run(sql, timeoutSeconds: options.timeoutSeconds, header: { columns = $0 }) { row in
                isCut = rows.count >= options.maximumRows
                if !isCut { rows.append(row) }
                return !isCut
            }
        } catch {
            throw DeskError.explained(AnalystDesk.explained(error, sql))
        }
        switch options.format {
        case .table: return (Array(QueryTable(columns: columns, rows: rows, width: width).rendered().utf8), isCut)
        case .csv:
            let lines = [CSVExport.line(columns)] + rows.map { CSVExport.line($0.map(QueryTable.text)) }
            return (Array(lines.joined().utf8), isCut)
        case .json: return (QueryTable.json(columns, rows), isCut)
        }
    }

    /// The message, and a caret under the place.
    private static func explained(_ failure: ReadOnlyQuery.Failure, _ sql: String) -> String {
        guard let offset = failure.offset, offset <= sql.utf8.count else {
            return "query: \(TerminalText.escaped(failure.message))"
        }
        let before = String(decoding: sql.utf8.prefix(offset), as: UTF8.self)
        let flat = { (text: String) in String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }
        let caret = String(repeating: " ", count: TerminalText.width(of: TerminalText.escaped(flat(before))))
        return "query: \(TerminalText.escaped(failure.message))\n  \(TerminalText.escaped(flat(sql)))\n  \(caret)^"
    }
}

/// Rows of any columns, fitted to the terminal.
struct QueryTable {
    var columns: [String]
    var rows: [[ReadOnlyQuery.Value]]
    var width: Int

    static func text(_ value: ReadOnlyQuery.Value) -> String {
        switch value {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): text
        case .blob(let bytes): "x'" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "'"
        }
    }

    func rendered() -> String {
        let cells = rows.map { row in row.map { TerminalText.escaped(QueryTable.text($0)) } }
        let heads = columns.map { TerminalText.escaped($0) }
        var widths = heads.indices.map { column in
            cells.reduce(TerminalText.width(of: heads[column])) { max($0, TerminalText.width(of: $1[column])) }
        }
        while widths.reduce(0, +) + 2 * (widths.count - 1) > width,
            let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > 8
        { widths[widest] -= 1 }
        let isNumber = columns.indices.map { column in
            !rows.isEmpty
                && rows.allSatisfy { row in
                    switch row[column] {
                    case .integer, .real, .null: true
                    default: false
                    }
                }
        }
        let line = { (cells: [String]) in
            let fitted = cells.enumerated().map {
                TerminalText.fitted($0.element, to: widths[$0.offset], rightAligned: isNumber[$0.offset])
            }
            return String(fitted.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
        }
        return line(heads) + cells.map(line).joined()
    }

    static func json(_ columns: [String], _ rows: [[ReadOnlyQuery.Value]]) -> [UInt8] {
        var writer = JSONWriter()
        for row in rows {
            writer.beginObject()
            for (name, value) in zip(columns, row) {
                writer.key(name)
                switch value {
                case .null: writer.null()
                case .integer(let number): writer.integer(number)
                case .real(let number):
                    if number.isFinite {
                        Array(String(number).utf8).withBytes { writer.number($0) }
                    } else {
                        writer.null()
                    }
                case .text, .blob: writer.string(text(value))
                }
            }
            writer.endObject()
            writer.newline()
        }
        return writer.bytes.array
    }
}
