internal import Output
internal import Primitives
internal import Storage

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

    /// One row, on a line.
    static func json(_ columns: [String], _ row: [ReadOnlyQuery.Value]) -> [UInt8] {
        var writer = JSONWriter()
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
        return writer.bytes.array
    }
}
