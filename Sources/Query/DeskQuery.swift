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
        case parquet
    }

    package var format = Format.table
    package var maximumRows = 10_000
    /// For each reading; Parquet needs two, the first for the kinds of the columns.
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

    /// A question that is the name of a view asks for all of it.
    package static func question(_ text: String) -> String {
        QueryViews.all.contains { $0.name == text } ? "SELECT * FROM \(text)" : text
    }

    /// Answers a question in SQL, piece by piece; says whether rows were left out.
    package func query(
        _ text: String, options: QueryOptions, sink: @escaping ([UInt8]) throws -> Void
    ) throws -> Bool {
        guard store.path != ":memory:" else {
            throw DeskError.selection("a store in memory holds nothing to ask about")
        }
        let run = QueryRun(
            query: try ReadOnlyQuery(store: store), sql: AnalystDesk.question(text), options: options, width: width)
        do {
            return try run.write(to: sink)
        } catch let failure as ReadOnlyQuery.Failure {
            throw DeskError.explained(AnalystDesk.explained(failure, run.sql))
        }
    }

    /// The same, in one piece.
    package func query(_ text: String, options: QueryOptions) throws -> (bytes: [UInt8], isCut: Bool) {
        var bytes: [UInt8] = []
        let isCut = try query(text, options: options) { bytes += $0 }
        return (bytes, isCut)
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
