internal import ArgumentParser
internal import Events
internal import Query

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Look after the store.",
        subcommands: [Info.self, Verify.self, Backup.self, Prune.self])

    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What the store holds.", discussion: "nightjar db info")

        @OptionGroup var desk: DeskOptions

        func run() throws {
            let open = try desk.open()
            try desk.guarded { Terminal.write(Array(try open.contents().utf8)) }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the file, the audit trail's chain of hashes, and the seals of the evidence.",
            discussion: """
                nightjar db verify
                nightjar db verify --head '12 3f9a...'
                Names the first entry of the trail that is not as it was recorded. Exit status 3 where something is \
                broken. The head it prints, written down elsewhere, proves later (--head) that the trail was not made \
                up anew as a whole.
                """)

        @OptionGroup var desk: DeskOptions

        @Option(name: .long, help: "A head printed earlier, such as '12 3f9a...': must still be in the trail.")
        var head: String?

        func run() throws {
            let open = try desk.open()
            let check = try desk.guarded { try open.verify(head: head) }
            if !desk.output.quiet { for line in check.sound { Terminal.line(line) } }
            if !check.broken.isEmpty { throw Failure(3, check.broken.joined(separator: "\n")) }
        }
    }

    struct Backup: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the store to a new file, also while a scan writes to it.",
            discussion: "nightjar db backup /backup/nightjar-2026-03-12.db")

        @OptionGroup var desk: DeskOptions

        @Argument(help: "The file to make; an existing one is not overwritten.")
        var target: String

        func run() throws {
            let open = try desk.open()
            try desk.guarded { try open.backup(to: target) }
            if !desk.output.quiet { Terminal.line("copied to \(FindingLine.safe(target))") }
        }
    }

    struct Prune: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove old incidents with their detections and evidence; the audit trail stays whole.",
            discussion: """
                nightjar db prune --before 2026-01-01              says what would go
                nightjar db prune --before 2026-01-01 --yes        removes closed incidents that ended before
                Observations that ended before go too: baselines forget what they saw there.
                """)

        @OptionGroup var desk: DeskOptions

        @Option(name: .long, help: "A day, a moment, or an age such as 90d.")
        var before: String

        @Option(name: .customLong("up-to"), help: "Only incidents up to this severity.")
        var severity: String = "critical"

        @Flag(name: .customLong("open-too"), help: "Also incidents that are not closed.")
        var openToo = false

        @Flag(name: [.customLong("yes"), .customShort("y")], help: "Do it.")
        var yes = false

        func run() throws {
            let open = try desk.open(forTriage: true)
            try desk.guarded {
                guard let moment = open.past(before) else {
                    throw ValidationError("--before is a day such as 2026-01-01, a moment, or 90d, not '\(before)'")
                }
                guard let severity = Severity(name: severity) else {
                    let names = Severity.allCases.map(\.name).joined(separator: ", ")
                    throw ValidationError("--up-to is one of \(names), not '\(severity)'")
                }
                let text = try open.prune(before: moment, upTo: severity, includesOpen: openToo, dryRun: !yes)
                if !desk.output.quiet { Terminal.line(yes ? text : text + "; --yes does it") }
            }
        }
    }
}
