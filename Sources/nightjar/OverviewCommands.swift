internal import ArgumentParser
internal import Query

struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "What is most common among incidents: entities, what happened, techniques, assets.",
        discussion: """
            nightjar top
            nightjar top --by rule 'last 7d'
            """)

    @OptionGroup var desk: DeskOptions

    @Option(name: .long, help: "One column: entity, title, rule, technique, stage, tag, assignee, asset, sensor, ...")
    var by: String?

    @Option(name: .long, help: "So many of each.")
    var limit = 10

    @Argument(help: "A filter, as 'incidents' takes it.")
    var filter: [String] = []

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            if desk.output.json {
                Terminal.write(try open.groups(filter, by: by ?? "entity", limit: max(1, limit)).json())
            } else {
                Terminal.write(Array(try open.top(by, filter, limit: max(1, limit)).utf8))
            }
        }
    }
}

struct TimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline", abstract: "Incidents over time, as bars.", discussion: "nightjar timeline 'last 7d'")

    @OptionGroup var desk: DeskOptions

    @Argument(help: "A filter, as 'incidents' takes it.")
    var filter: [String] = []

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            Terminal.write(desk.output.json ? try open.timelineJSON(filter) : Array(try open.timeline(filter).utf8))
        }
    }
}

struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Sums: incidents by severity and status, decisions, acts.",
        discussion: "nightjar stats 'last 30d'")

    @OptionGroup var desk: DeskOptions

    @Argument(help: "A filter, as 'incidents' takes it; without one: all.")
    var filter: [String] = []

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            Terminal.write(desk.output.json ? try open.statsJSON(filter) : Array(try open.stats(filter).utf8))
        }
    }
}

struct WhoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "who", abstract: "All that is known of an address, a network, a user, a host or a domain.",
        discussion: """
            nightjar who 203.0.113.7
            nightjar who 203.0.113.0/24
            """)

    @OptionGroup var desk: DeskOptions

    @Option(name: .long, help: "Language of titles and summaries: en or vi.")
    var lang: String = "en"

    @Argument(help: "The value.")
    var value: String

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            try open.speak(lang)
            Terminal.write(desk.output.json ? try open.whoJSON(value) : Array(try open.who(value).utf8))
        }
    }
}
