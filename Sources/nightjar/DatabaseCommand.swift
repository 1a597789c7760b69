internal import ArgumentParser
internal import Query

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Look after the store.", subcommands: [Info.self, Verify.self])

    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "What the store holds.")

        @OptionGroup var desk: DeskOptions

        func run() throws {
            let open = try desk.open()
            try desk.guarded { Terminal.write(Array(try open.contents().utf8)) }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the audit trail's chain of hashes.", discussion: "Exit status 3 where it is broken.")

        @OptionGroup var desk: DeskOptions

        func run() throws {
            let open = try desk.open()
            let result = try desk.guarded { try open.verifyAudit() }
            if let problem = result.problem { throw Failure(3, "the audit trail is broken: \(problem)") }
            Terminal.line("the audit trail holds: \(result.count) entries")
        }
    }
}
