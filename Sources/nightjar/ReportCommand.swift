internal import ArgumentParser
internal import Foundation
internal import Primitives
internal import Query

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "A report of a time: a self-contained HTML page, Markdown or JSON.",
        discussion: """
            nightjar report --from yesterday -o report.html
            nightjar report --from 2026-11-01 --to 2026-11-30 --lang vi -o november.html
            nightjar report 'severity >= high and asset = portal' --format markdown
            """)

    @OptionGroup var desk: DeskOptions
    @OptionGroup var masks: MaskOptions

    @Option(name: .long, help: "From this day, moment, or so long ago (7d); default: the first incident.")
    var from: String?

    @Option(name: .long, help: "To the end of this day or moment; default: the last incident.")
    var to: String?

    @Option(name: .long, help: "html, markdown or json.")
    var format: String = "html"

    @Option(name: .long, help: "en or vi.")
    var lang: String = "en"

    @Option(name: [.customLong("output"), .customShort("o")], help: "Write to this file.")
    var output: String?

    @Argument(help: "A filter, as 'incidents' takes it.")
    var filter: [String] = []

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            try open.mask(with: masks.rules)
            let start = try from.map { try moment($0, "--from", open.past) }
            let end = try to.map { try moment($0, "--to", open.ending) }
            let report = try open.report(
                filter, from: start, to: end, format: desk.output.json ? "json" : format, language: lang)
            try Terminal.write(report, to: output)
            if let output, output != "-", !output.isEmpty, !desk.output.quiet {
                Terminal.line("\(output): \(grouped(Int64(report.count))) bytes")
            }
        }
    }

    private func moment(_ text: String, _ option: String, _ read: (String) -> Timestamp?) throws -> Timestamp {
        guard let moment = read(text) else {
            throw ValidationError("\(option) is a day such as 2026-12-31, or a moment, not '\(text)'")
        }
        return moment
    }
}
