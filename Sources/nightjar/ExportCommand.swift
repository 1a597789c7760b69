internal import ArgumentParser
internal import Query

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Hand incidents on: CSV, ECS, OCSF, STIX, ATT&CK Navigator, CEF, MISP.",
        discussion: """
            nightjar export --format csv 'last 7d' -o week.csv
            nightjar export --format ecs --since-last siem         only what is new or has changed
            nightjar export --format stix 'resolution:true-positive' -o shared.json

            \(AnalystDesk.exportFormats.map { "\($0.name): \($0.help)" }.joined(separator: "\n"))
            """)

    @OptionGroup var desk: DeskOptions
    @OptionGroup var masks: MaskOptions

    @Option(name: .long, help: "json, csv, ecs, ocsf, stix, navigator, cef or misp.")
    var format: String = "json"

    @Option(name: .customLong("since-last"), help: "Only what is new or has changed since this consumer's last export.")
    var sinceLast: String?

    @Option(name: [.customLong("output"), .customShort("o")], help: "Write to this file.")
    var output: String?

    @Argument(help: "A filter, as 'incidents' takes it; without one: all.")
    var filter: [String] = []

    func run() throws {
        let consumer = sinceLast.flatMap { $0.isEmpty ? nil : $0 }
        let open = try desk.open(forTriage: consumer != nil)
        try desk.guarded {
            try open.mask(with: masks.rules)
            let export = try open.export(filter, format: format, since: consumer)
            try Terminal.write(export.bytes, to: output)
            try open.delivered(export)
            if output != nil, !desk.output.quiet {
                Terminal.error("\(export.count) \(export.count == 1 ? "incident" : "incidents")")
            }
        }
    }
}
