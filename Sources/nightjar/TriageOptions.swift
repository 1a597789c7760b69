internal import ArgumentParser
internal import Events
internal import Foundation
internal import Query

/// What acknowledging, assigning, closing and so on have in common: ids or a filter in, a line an incident out.
struct TriageOptions: ParsableArguments {
    @OptionGroup var desk: DeskOptions
    @OptionGroup var masks: MaskOptions

    @Flag(name: [.customLong("yes"), .customShort("y")], help: "Do it to all that a filter finds, without asking.")
    var yes = false

    @Argument(help: "Unique beginnings of incident ids, or a filter as 'incidents' takes it.")
    var what: [String]

    /// Does all acts to all that is selected, or none to any. What a filter found is shown first: on a terminal the
    /// answer is asked for, elsewhere `--yes` gives it.
    func run(_ verb: String, _ acts: [AnalystDesk.Act]) throws {
        let open = try desk.open(forTriage: true)
        try desk.guarded {
            try AnalystDesk.check(acts)
            try open.mask(with: masks.rules)
            let chosen = try select(verb, open)
            try report(try open.act(acts, on: chosen), open)
        }
    }

    /// The incidents meant, once they are agreed on.
    func select(_ verb: String, _ open: AnalystDesk) throws -> [Incident] {
        let selection = try open.selection(what)
        if selection.isFiltered && !yes {
            Terminal.error(try preview(selection.incidents, open))
            let question = "\(verb) \(count(selection.incidents))"
            guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
                throw Failure(2, "nothing was done: --yes would \(question)")
            }
            Terminal.raw("\(question)? [y/N] ")
            guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
                throw Failure(2, "nothing was done")
            }
        }
        return selection.incidents
    }

    private static let shownInPreview = 20

    private func preview(_ incidents: [Incident], _ open: AnalystDesk) throws -> String {
        let more = incidents.count - TriageOptions.shownInPreview
        let table = try open.table(Array(incidents.prefix(TriageOptions.shownInPreview)))
        return table + (more > 0 ? " ... and \(more) more\n" : "")
    }

    private func count(_ incidents: [Incident]) -> String {
        "\(incidents.count) \(incidents.count == 1 ? "incident" : "incidents")"
    }

    func report(_ incidents: [Incident], _ open: AnalystDesk) throws {
        if desk.output.json {
            Terminal.write(try open.jsonLines(incidents))
        } else if !desk.output.quiet {
            for incident in incidents { Terminal.line(try open.line(incident)) }
        }
    }
}
