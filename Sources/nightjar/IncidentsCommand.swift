internal import ArgumentParser
internal import Query

struct IncidentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "List incidents, worst first; without a filter those that are not closed or suppressed.",
        discussion: """
            nightjar incidents severity '>=' medium last 24h
            nightjar incidents 'entity in 203.0.113.0/24 and not status:closed'
            nightjar incidents 'technique:T1110* or about 10.0.3.7'
            """)

    @OptionGroup var desk: DeskOptions

    @Option(name: .long, help: "At most so many.")
    var limit: Int?

    @Option(name: .customLong("run"), help: "Those that a run made or changed: its number, or 'last'.")
    var runNumber: String?

    @Argument(help: "A filter; see the discussion.")
    var filter: [String] = []

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            var words = filter
            if let runNumber, !runNumber.isEmpty {
                let run = "run = \(runNumber)"
                words = words.isEmpty ? [run] : ["(", filter.joined(separator: " "), ") and \(run)"]
            }
            let found = try open.incidents(words, limit: limit)
            if desk.output.json {
                Terminal.write(open.jsonLines(found))
            } else if found.isEmpty {
                if !desk.output.quiet { Terminal.error("no incident fits") }
            } else {
                Terminal.write(Array(try open.table(found).utf8))
            }
        }
    }
}

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One incident with its reasons and evidence; or 'run': the last run's account.")

    @OptionGroup var desk: DeskOptions

    @Argument(help: "Any unique beginning of an incident's id, or 'run'.")
    var id: String

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            if id == "run" {
                try showRun(open)
                return
            }
            let incident = try open.incident(id)
            Terminal.write(desk.output.json ? try open.json(incident) : Array(try open.view(incident).utf8))
        }
    }

    private func showRun(_ open: AnalystDesk) throws {
        let text = desk.output.json ? try open.lastRunJSON() : try open.lastRun().map { Array($0.utf8) }
        guard let text else { throw Failure(2, "there has been no run on this store: nightjar scan PATH makes one") }
        Terminal.write(text)
    }
}
