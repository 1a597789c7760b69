internal import ArgumentParser
internal import Query

struct IncidentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "List incidents, worst first; without a filter those that are not closed or suppressed.",
        discussion: """
            nightjar incidents severity '>=' medium last 24h
            nightjar incidents 'source.ip in 203.0.113.0/24 and not status:closed'
            nightjar incidents 'technique:T1110* or about 10.0.3.7' --sort last
            nightjar incidents 'last 7d' --group-by rule

            \(Filter.help)
            """)

    @OptionGroup var desk: DeskOptions

    @Option(name: .long, help: "At most so many; 0: all. On a terminal 100, elsewhere all.")
    var limit: Int?

    @Option(name: .long, help: "severity, last, first, count, duration, entity, title, rule, status, assignee or id.")
    var sort: String = "severity"

    @Flag(name: .long, help: "The other way round.")
    var reverse = false

    @Option(name: .customLong("group-by"), help: "Count by severity, status, rule, entity, technique, tag, day, ...")
    var groupBy: String?

    @Flag(name: .long, help: "Print how many there are, and nothing else.")
    var count = false

    @Option(name: .customLong("run"), help: "Those that a run made or changed: its number, or 'last'.")
    var runNumber: String?

    @Option(name: .long, help: "Language of titles and summaries: en or vi.")
    var lang: String = "en"

    @Argument(help: "A filter; see above.")
    var filter: [String] = []

    private static let onTerminal = 100

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            try open.speak(lang)
            let order = try ListOrder(sort, reversed: reverse)
            if count {
                Terminal.line("\(try open.count(words))")
            } else if let groupBy, !groupBy.isEmpty {
                let groups = try open.groups(words, by: groupBy, limit: bound)
                Terminal.write(desk.output.json ? groups.json() : Array(groups.rendered().utf8))
            } else {
                try list(open, order)
            }
        }
    }

    /// The filter, narrowed to a run where one is named.
    private var words: [String] {
        guard let runNumber, !runNumber.isEmpty else { return filter }
        let run = "run = \(runNumber)"
        return filter.isEmpty ? [run] : ["(", Filter.text(ofArguments: filter), ") and \(run)"]
    }

    private var bound: Int? {
        if let limit { return limit <= 0 ? nil : limit }
        return Terminal.isTerminal && !desk.output.json ? IncidentsCommand.onTerminal : nil
    }

    private func list(_ open: AnalystDesk, _ order: ListOrder) throws {
        if desk.output.json {
            return Terminal.write(try open.jsonLines(open.incidents(words, sort: order, limit: bound)))
        }
        let (found, total) = try open.listing(words, sort: order, limit: bound)
        if found.isEmpty {
            if !desk.output.quiet { Terminal.error("no incident fits") }
        } else {
            Terminal.write(Array(try open.table(found).utf8))
            if total > found.count, !desk.output.quiet {
                Terminal.error(" \(found.count) of \(total): --limit 0 lists all")
            }
        }
    }
}
