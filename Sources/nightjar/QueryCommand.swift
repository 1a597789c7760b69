internal import ArgumentParser
internal import Query

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask the store in SQL: reads only, of documented views.",
        discussion: """
            nightjar query --schema
            nightjar query "SELECT entity, count(*) AS n FROM incidents GROUP BY 1 ORDER BY 2 DESC LIMIT 10"
            nightjar query --format csv "SELECT * FROM detections WHERE level = 'critical'" > critical.csv
            """)

    @OptionGroup var desk: DeskOptions

    @Flag(name: .long, help: "Show the views and their columns.")
    var schema = false

    @Option(name: .long, help: "table, csv or json (a line each).")
    var format: String = "table"

    @Option(name: .long, help: "At most so many rows.")
    var rows = 10_000

    @Option(name: .long, help: "At most so many seconds.")
    var timeout = 10

    @Argument(help: "One SELECT statement.")
    var sql: String?

    func run() throws {
        if schema {
            Terminal.write(Array(AnalystDesk.querySchema().utf8))
            return
        }
        guard let sql, !sql.isEmpty else { throw ValidationError("give a SELECT statement, or --schema") }
        var options = QueryOptions()
        guard let format = QueryOptions.Format(rawValue: desk.output.json ? "json" : format) else {
            let names = QueryOptions.Format.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--format is one of \(names), not '\(format)'")
        }
        options.format = format
        options.maximumRows = max(1, rows)
        options.timeoutSeconds = max(1, timeout)
        let open = try desk.open()
        try desk.guarded {
            let answer = try open.query(sql, options: options)
            Terminal.write(answer.bytes)
            if answer.isCut, !desk.output.quiet {
                Terminal.error("cut at \(options.maximumRows) rows: --rows allows more")
            }
        }
    }
}
