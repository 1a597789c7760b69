internal import ArgumentParser
internal import Engine
internal import Events
internal import Primitives
internal import Query
internal import Rules

struct IntelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intel", abstract: "Threat intelligence: what a list holds, and what is stored that it speaks of.",
        discussion: """
            nightjar scan /var/log --intel lists/       match while reading; a changed list is held against the store
            nightjar intel check lists/                 entries by kind, what was passed over, memory
            nightjar intel match lists/                 what is stored that speaks of an entry; nothing is changed
            """,
        subcommands: [IntelCheckCommand.self, IntelMatchCommand.self])

    static func load(_ paths: [String]) throws -> IntelDesk {
        do { return try IntelDesk(paths: paths) } catch let error as EngineError { throw Failure(2, error.message) }
    }
}

struct IntelCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read lists and say what is in them.",
        discussion: "nightjar intel check /etc/nightjar/intel")

    @Argument(help: "Files or folders.")
    var paths: [String]

    func run() throws {
        let desk = try IntelCommand.load(paths)
        for list in desk.lists {
            let passed = list.passedOver.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\($0.value) \($0.key)" }
            let rest = passed.isEmpty ? "" : " · passed over: " + passed.joined(separator: ", ")
            Terminal.line(FindingLine.safe("\(list.path): \(list.taken) entries\(rest)"))
        }
        let kinds = IndicatorKind.allCases.compactMap { kind in desk.counts[kind].map { "\($0) \(kind.word)" } }
        Terminal.line(
            "\(desk.count) different: \(kinds.joined(separator: ", ")) · \(desk.bytes >> 20) MiB of memory")
    }
}

struct IntelMatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "What is stored that entries speak of: incidents, and names and addresses seen.",
        discussion: "nightjar intel match /etc/nightjar/intel")

    @OptionGroup var desk: DeskOptions

    @Argument(help: "Files or folders.")
    var paths: [String]

    func run() throws {
        let open = try desk.open()
        let intel = try IntelCommand.load(paths)
        try desk.guarded {
            let matches = try IntelRetro(intel, store: open.store).matches()
            for match in matches {
                Terminal.line(FindingLine.safe(match.text))
            }
            if matches.isEmpty, !desk.output.quiet { Terminal.error("nothing that is stored speaks of an entry") }
        }
    }
}
