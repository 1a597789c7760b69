internal import ArgumentParser
internal import Events
internal import Primitives
internal import Query

/// What acknowledging, assigning, closing and so on have in common: ids in, a line an incident out.
struct TriageOptions: ParsableArguments {
    @OptionGroup var desk: DeskOptions

    @Argument(help: "Any unique beginnings of incident ids.")
    var ids: [String]

    func run(_ act: (AnalystDesk, String) throws -> Incident) throws {
        let open = try desk.open(forTriage: true)
        try desk.guarded {
            for id in ids {
                let after = try act(open, id)
                if desk.output.json {
                    Terminal.write(open.jsonLines([after]))
                } else if !desk.output.quiet {
                    Terminal.line(try open.line(after))
                }
            }
        }
    }
}

struct AckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Acknowledge incidents: somebody is looking at them.")

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run { try $0.acknowledge($1) } }
}

struct AssignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Assign incidents to somebody.")

    @Option(name: .long, help: "To whom; empty: to nobody.")
    var to: String

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run { try $0.assign($1, to: to.isEmpty ? nil : to) } }
}

struct CommentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comment", abstract: "Add a comment to incidents.")

    @Option(name: [.customLong("text"), .customShort("m")], help: "What to say.")
    var text: String

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run { try $0.comment($1, text) } }
}

struct CloseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close incidents.")

    @Option(name: .customLong("as"), help: "true-positive, false-positive, benign or duplicate.")
    var resolution: String

    @Option(name: .long, help: "Why, kept as a comment.")
    var reason: String?

    @OptionGroup var triage: TriageOptions

    func run() throws {
        try triage.run { desk, id in
            if let reason, !reason.isEmpty { _ = try desk.comment(id, reason) }
            return try desk.close(id, as: resolution)
        }
    }
}

struct ReopenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Open closed or acknowledged incidents again.")

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run { try $0.reopen($1) } }
}

struct SuppressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppress",
        abstract: "Hide incidents of a rule, an entity or a network until a day, those stored and those to come.",
        discussion: "nightjar suppress --network 10.0.9.0/24 --until 2026-12-31 --reason 'vulnerability scanner'")

    @OptionGroup var desk: DeskOptions

    @Option(name: .long, help: "Id of a rule.")
    var rule: String?

    @Option(name: .long, help: "An address, user, host or domain.")
    var entity: String?

    @Option(name: .long, help: "A network, such as 10.0.9.0/24.")
    var network: String?

    @Option(name: .long, help: "Why. Kept in the audit trail.")
    var reason: String

    @Option(name: .long, help: "Last day, such as 2026-12-31, or a moment.")
    var until: String

    @Argument(help: "Ids: suppress the rule and entity of each of these incidents.")
    var ids: [String] = []

    func run() throws {
        let open = try desk.open(forTriage: true)
        try desk.guarded {
            guard let end = open.moment(until) else {
                throw ValidationError("--until is a day such as 2026-12-31, or a moment, not '\(until)'")
            }
            let block = try network.map { text in
                guard let network = IPNetwork(text) else {
                    throw ValidationError("--network is a network such as 10.0.9.0/24, not '\(text)'")
                }
                return network
            }
            var meant = 0
            if rule != nil || entity != nil || block != nil {
                meant += try open.suppress(rule: rule, entity: entity, network: block, reason: reason, until: end)
            } else if ids.isEmpty {
                throw ValidationError("give --rule, --entity or --network, or ids of incidents")
            }
            for id in ids {
                let incident = try open.incident(id)
                meant += try open.suppress(
                    rule: incident.rule, entity: incident.entity.value, network: nil, reason: reason, until: end)
            }
            if !desk.output.quiet { Terminal.line("suppressed until \(end.iso8601): \(meant) stored incidents fit") }
        }
    }
}
