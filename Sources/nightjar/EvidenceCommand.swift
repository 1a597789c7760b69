internal import ArgumentParser
internal import Query

struct EvidenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence", abstract: "Hand an incident over with proof, and check what was handed over.",
        subcommands: [Export.self, Verify.self, Key.self])

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write an incident's evidence: records, packets (pcapng), acts, sealed by a manifest of SHA-256.",
            discussion: """
                nightjar evidence export k3f9                              nightjar-k3f9....tar
                nightjar evidence export k3f9 -o case-12/ --sign key.pem   a folder, signed
                """)

        @OptionGroup var desk: DeskOptions
        @OptionGroup var masks: MaskOptions

        @Option(name: [.customLong("output"), .customShort("o")], help: "NAME.tar, or a folder to make.")
        var output: String?

        @Option(name: .long, help: "Sign with this Ed25519 private key (PEM).")
        var sign: String?

        @Argument(help: "Any unique beginning of an incident's id.")
        var id: String

        func run() throws {
            let open = try desk.open()
            try desk.guarded {
                try open.mask(with: masks.rules)
                let text = try open.exportEvidence(try open.incident(id), to: output, keyPath: sign)
                if !desk.output.quiet { Terminal.line(text) }
            }
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check a bundle: every byte is what was sealed.",
            discussion: """
                nightjar evidence verify case-12.tar --key team.pub
                Needs no store. Exit status 3 where something differs.
                """)

        @Option(name: .long, help: "The public key (PEM) that must have signed it.")
        var key: String?

        @Flag(name: .long, help: "Print nothing but errors.")
        var quiet = false

        @Argument(help: "The archive or folder.")
        var path: String

        func run() throws {
            let verdict: AnalystDesk.EvidenceVerdict
            do {
                verdict = try AnalystDesk.verifyEvidence(path, keyPath: key)
            } catch {
                throw Failure(2, "\(error)")
            }
            if !verdict.problems.isEmpty { throw Failure(3, verdict.problems.joined(separator: "\n")) }
            if !quiet { Terminal.line(verdict.text) }
        }
    }

    struct Key: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an Ed25519 key pair for signing bundles: PATH and PATH.pub.",
            discussion: "nightjar evidence key team.pem")

        @Argument(help: "Where the private key goes.")
        var path: String

        func run() throws {
            do {
                Terminal.line(try AnalystDesk.makeKey(path))
            } catch {
                throw Failure(2, "\(error)")
            }
        }
    }
}
