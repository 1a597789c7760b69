internal import ArgumentParser
internal import Events
internal import Primitives
internal import Query

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

    @Flag(name: [.customLong("yes"), .customShort("y")], help: "Do it to all that a filter finds, without asking.")
    var yes = false

    @Argument(help: "Ids or a filter: suppress the rule and entity of each of these incidents.")
    var what: [String] = []

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
            } else if what.isEmpty {
                throw ValidationError("give --rule, --entity or --network, or ids of incidents")
            }
            if !what.isEmpty {
                var options = TriageOptions()
                (options.desk, options.yes, options.what) = (desk, yes, what)
                for incident in try options.select("suppress", open) {
                    meant += try open.suppress(
                        rule: incident.rule, entity: incident.entity.value, network: nil, reason: reason, until: end)
                }
            }
            if !desk.output.quiet { Terminal.line("suppressed until \(end.iso8601): \(meant) stored incidents fit") }
        }
    }
}
