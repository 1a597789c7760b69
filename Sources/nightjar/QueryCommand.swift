internal import ArgumentParser
internal import Query

struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Ask the store in SQL: reads only, of documented views.",
        discussion: """
            nightjar query --schema
            nightjar query "SELECT entity, count(*) AS n FROM incidents GROUP BY 1 ORDER BY 2 DESC LIMIT 10"
            nightjar query --format csv "SELECT * FROM detections WHERE level = 'critical'" > critical.csv
            nightjar query detections -o detections.parquet     a view as it is, for DuckDB or pandas
            """)

    @OptionGroup var desk: DeskOptions

    @Flag(name: .long, help: "Show the views and their columns.")
    var schema = false

    @Option(name: .long, help: "table, csv, json (a line each) or parquet.")
    var format: String?

    @Option(name: .long, help: "At most so many rows (default 10000; into a file all).")
    var rows: Int?

    @Option(name: .long, help: "At most so many seconds (default 10; into a file 600).")
    var timeout: Int?

    @Option(name: [.customLong("output"), .customShort("o")], help: "Write to this file; .parquet, .csv, .json.")
    var output: String?

    @Argument(help: "One SELECT statement, or the name of a view for all of it.")
    var sql: String?

    func run() throws {
        if schema {
            Terminal.write(Array(AnalystDesk.querySchema().utf8))
            return
        }
        guard let sql, !sql.isEmpty else { throw ValidationError("give a SELECT statement, or --schema") }
        let open = try desk.open()
        try desk.guarded {
            let options = try self.options
            let isCut = try Terminal.writing(to: output) { try open.query(sql, options: options, sink: $0) }
            if isCut, !desk.output.quiet {
                Terminal.error("cut at \(options.maximumRows) rows: --rows allows more")
            }
        }
    }

    private var file: String? { output.flatMap { $0.isEmpty || $0 == "-" ? nil : $0 } }

    private var options: QueryOptions {
        get throws {
            let ending = file?.split(separator: ".").last.map(String.init)
            let guess = ending.flatMap { QueryOptions.Format(rawValue: $0) }?.rawValue ?? "table"
            let name = format ?? (desk.output.json ? "json" : guess)
            guard let format = QueryOptions.Format(rawValue: name) else {
                let names = QueryOptions.Format.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--format is one of \(names), not '\(name)'")
            }
            if format == .parquet, file == nil, Terminal.isTerminal {
                throw ValidationError("Parquet is not for a terminal: give --output FILE")
            }
            var options = QueryOptions()
            options.format = format
            options.maximumRows = max(1, rows ?? (file == nil ? 10_000 : Int.max))
            options.timeoutSeconds = max(1, timeout ?? (file == nil ? 10 : 600))
            return options
        }
    }
}
