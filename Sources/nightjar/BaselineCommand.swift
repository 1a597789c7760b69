internal import ArgumentParser
internal import Engine
internal import Events
internal import Query
internal import Rules

/// `nightjar baseline`: what anomaly rules have learned is listed, shown day by day, and forgotten on demand.
struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "What anomaly rules have learned, and what still learns.",
        discussion: """
            nightjar baseline list                       a line a rule: how much it knows, until when it learns
            nightjar baseline show RULE [KEY]            day by day
            nightjar baseline reset RULE [KEY] --yes     learns anew from the last record on
            RULE is a rule's name or id, KEY a value of the baseline's key: a user, an address, a host.
            """,
        subcommands: [List.self, Show.self, Reset.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What each rule has learned.",
            discussion: """
                nightjar baseline list
                nightjar baseline list --json | jq .
                """)

        @OptionGroup var desk: DeskOptions
        @OptionGroup var rules: RuleOptions

        func run() throws {
            let open = try desk.open()
            try desk.guarded {
                if desk.output.json {
                    Terminal.write(try open.baselineListJSON())
                } else {
                    let text = try open.baselineList(titles: BaselineCommand.names(rules).titles)
                    Terminal.write(Array(text.utf8))
                }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The baselines of one rule.",
            discussion: """
                nightjar baseline show login_from_new_network
                nightjar baseline show login_from_new_network nguyenvana
                """)

        @OptionGroup var desk: DeskOptions
        @OptionGroup var rules: RuleOptions

        @Argument(help: "Name or id of the rule.")
        var rule: String

        @Argument(help: "A value of the key.")
        var key: String?

        func run() throws {
            let open = try desk.open()
            let names = BaselineCommand.names(rules)
            let id = names.ids[rule] ?? rule
            try desk.guarded {
                if desk.output.json {
                    Terminal.write(try open.baselineListJSON(rule: id))
                } else {
                    Terminal.write(Array(try open.baselineShow(rule: id, key: key, titles: names.titles).utf8))
                }
            }
        }
    }

    struct Reset: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a rule learn anew.",
            discussion: """
                nightjar baseline reset request_volume --yes                    all of it
                nightjar baseline reset login_from_new_network nguyenvana --yes  one user's
                """)

        @OptionGroup var desk: DeskOptions
        @OptionGroup var rules: RuleOptions

        @Flag(name: [.customLong("yes"), .customShort("y")], help: "Do it.")
        var yes = false

        @Argument(help: "Name or id of the rule.")
        var rule: String

        @Argument(help: "A value of the key.")
        var key: String?

        func run() throws {
            guard yes else { throw ValidationError("what was learned is forgotten: --yes does it") }
            let open = try desk.open(forTriage: true)
            let id = BaselineCommand.names(rules).ids[rule] ?? rule
            try desk.guarded {
                let count = try open.baselineReset(rule: id, key: key)
                if !desk.output.quiet { Terminal.line("forgotten: \(count); learning begins with the next record") }
            }
        }
    }

    /// Names and titles of the anomaly rules, as far as the rules can be loaded.
    private static func names(_ options: RuleOptions) -> (ids: [String: String], titles: [String: String]) {
        var engine = EngineOptions()
        engine.rulePaths = options.paths.filter { !$0.isEmpty }
        engine.useDefaultRules = !options.noDefaultRules
        let rules = (try? RuleDesk.load(engine))?.anomalies ?? []
        let ids = rules.compactMap { rule in rule.info.name.map { ($0, rule.info.id) } }
        return (
            Dictionary(ids, uniquingKeysWith: { first, _ in first }),
            Dictionary(
                rules.map { ($0.info.id, "\($0.info.name ?? $0.info.id) (\($0.info.title))") },
                uniquingKeysWith: { first, _ in first })
        )
    }
}
