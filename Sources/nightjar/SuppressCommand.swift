internal import ArgumentParser
internal import Events
internal import Primitives
internal import Query

struct SuppressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppress",
        abstract: "Hide incidents of a rule, entity, network or field until a day, those stored and those to come.",
        discussion: """
            nightjar suppress --network 10.0.9.0/24 --until 2026-12-31 --reason 'vulnerability scanner'
            nightjar suppress --rule web_probing --field url.domain=test.example.org --until 2026-12-31 --reason 'test'
            nightjar suppress --list              all of them;  --remove ID takes one back

            All that is given must fit. A field hides incidents of which every detection has it with that value; the \
            value may begin or end with a star.
            """)

    @OptionGroup var desk: DeskOptions
    @OptionGroup var masks: MaskOptions

    @Option(name: .long, help: "Id of a rule.")
    var rule: String?

    @Option(name: .long, help: "An address, user, host or domain.")
    var entity: String?

    @Option(name: .long, help: "A network, such as 10.0.9.0/24.")
    var network: String?

    @Option(name: .long, help: "NAME=VALUE: a field of the detections, such as url.domain=test.example.org.")
    var field: String?

    @Option(name: .long, help: "Why. Kept in the audit trail.")
    var reason: String?

    @Option(name: .long, help: "Last day, such as 2026-12-31, or a moment.")
    var until: String?

    @Flag(name: .long, help: "List all suppressions.")
    var list = false

    @Option(name: .long, help: "Take back the suppression whose id begins so.")
    var remove: String?

    @Flag(name: [.customLong("yes"), .customShort("y")], help: "Do it to all that a filter finds, without asking.")
    var yes = false

    @Argument(help: "Ids or a filter: suppress the rule and entity of each of these incidents.")
    var what: [String] = []

    func run() throws {
        let open = try desk.open(forTriage: !list)
        try desk.guarded {
            if list {
                Terminal.write(Array(try open.suppressionsText().utf8))
            } else if let remove {
                try open.unsuppress(remove)
                if !desk.output.quiet { Terminal.line("taken back: its incidents show again") }
            } else {
                try suppress(open)
            }
        }
    }

    private func suppress(_ open: AnalystDesk) throws {
        try open.mask(with: masks.rules)
        guard let until, let end = open.moment(until) else {
            throw ValidationError("--until is needed: a day such as 2026-12-31, or a moment")
        }
        guard let reason else { throw ValidationError("--reason is needed: somebody will ask later") }
        let named = try field.map { try SuppressCommand.fieldValue($0) }
        let block = try network.map { text in
            guard let network = IPNetwork(text) else {
                throw ValidationError("--network is a network such as 10.0.9.0/24, not '\(text)'")
            }
            return network
        }
        var meant = 0
        if rule != nil || entity != nil || block != nil || named != nil {
            meant += try open.suppress(
                rule: rule, entity: entity, network: block, field: named, reason: reason, until: end)
        } else if what.isEmpty {
            throw ValidationError("give --rule, --entity, --network or --field, or ids of incidents")
        }
        if !what.isEmpty {
            var options = TriageOptions()
            (options.desk, options.yes, options.what) = (desk, yes, what)
            for incident in try options.select("suppress", open) {
                meant += try open.suppress(
                    rule: incident.rule, entity: incident.entity.value, network: nil, reason: reason, until: end)
            }
        }
        if !desk.output.quiet {
            Terminal.line(
                "suppressed until \(open.told(end)): \(meant) stored \(meant == 1 ? "incident fits" : "incidents fit")")
        }
    }

    private static func fieldValue(_ text: String) throws -> FieldValue {
        guard let at = text.firstIndex(of: "="), at != text.startIndex, text.index(after: at) != text.endIndex else {
            throw ValidationError("--field is NAME=VALUE, such as url.domain=test.example.org, not '\(text)'")
        }
        return FieldValue(name: String(text[..<at]), value: String(text[text.index(after: at)...]))
    }
}
