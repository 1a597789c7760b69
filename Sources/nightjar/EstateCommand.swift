internal import ArgumentParser
internal import Events
internal import Query
internal import Rules

struct EstateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estate", abstract: "The inventory of what is defended, and what was seen beside it.",
        discussion: """
            nightjar scan /var/log --estate estate.yml      take the inventory in; it is kept for later scans
            nightjar estate list                            its systems and their open incidents
            nightjar estate unknown                         own addresses and names that are no system's
            nightjar estate check estate.yml                what is wrong with a file
            """,
        subcommands: [EstateListCommand.self, EstateUnknownCommand.self, EstateCheckCommand.self])

    /// The inventory that the store has.
    static func stored(_ desk: AnalystDesk) throws -> Estate {
        guard let text = try desk.estateText() else {
            throw Failure(2, "no scan on this store was given an inventory: nightjar scan PATH --estate FILE")
        }
        guard let estate = EstateReader.read(text: text, file: "estate").estate else {
            throw Failure(3, "the inventory in the store cannot be read any more: scan again with --estate FILE")
        }
        return estate
    }
}

struct EstateListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Systems, how critical they are, whose, and their open incidents.",
        discussion: "nightjar estate list --lang vi")

    @OptionGroup var desk: DeskOptions

    @Option(name: .long, help: "Language of names: en or vi.")
    var lang: String = "en"

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            try open.speak(lang)
            _ = try EstateCommand.stored(open)
            Terminal.write(Array(try open.systemsText().utf8))
        }
    }
}

struct EstateUnknownCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unknown",
        abstract: "Own addresses and names seen in logs or on the wire that belong to no system of the inventory.",
        discussion: """
            Networks of kind client, vpn and guest are passed over: there, machines come and go.

            nightjar estate unknown --json
            """)

    @OptionGroup var desk: DeskOptions

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            let found = try open.unknown(in: try EstateCommand.stored(open))
            if desk.output.json {
                Terminal.write(open.unknownJSON(found))
            } else if found.isEmpty {
                if !desk.output.quiet { Terminal.error("everything that was seen is in the inventory") }
            } else {
                Terminal.write(Array(open.unknownText(found).utf8))
            }
        }
    }
}

struct EstateCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read an inventory and say what is wrong with it.",
        discussion: "nightjar estate check estate.yml")

    @Argument(help: "The file.")
    var path: String

    func run() throws {
        let (estate, _, problem) = EstateReader.read(path: path)
        guard let estate else { throw Failure(2, problem ?? "\(path): no inventory") }
        Terminal.line(
            "\(estate.systems.count) systems, \(estate.agencies.count) agencies, \(estate.networks.count) networks, "
                + "\(estate.sensors.count) sensors")
    }
}
