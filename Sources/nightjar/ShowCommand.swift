internal import ArgumentParser
internal import Events
internal import Foundation
internal import Query

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One incident with its reasons and evidence; or 'run': the last run's account.",
        discussion: """
            nightjar show k3f9                  summary, why, the story, evidence, what is related
            nightjar show k3f9 --packets        the packets around each hit, decoded
            nightjar show k3f9 --raw            the records alone, as they were read
            nightjar show k3f9 --follow         and then, line by line, what is found and done from here on
            nightjar show run                   what the last run read, and what it could not
            On a terminal, what is longer than it is shown by $PAGER (less).
            """)

    @OptionGroup var desk: DeskOptions

    @Flag(name: .long, help: "The raw records alone.")
    var raw = false

    @Flag(name: .long, help: "Evidence in hexadecimal.")
    var hex = false

    @Flag(name: .long, help: "The packets kept around the hits.")
    var packets = false

    @Flag(name: .long, help: "Every detection with its id.")
    var detections = false

    @Option(name: .long, help: "Language of titles and summaries: en or vi.")
    var lang: String = "en"

    @Flag(name: .long, help: "Stay, and tell what is found and done from here on; Ctrl-C ends it.")
    var follow = false

    @Argument(help: "Any unique beginning of an incident's id, or 'run'.")
    var id: String

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            try open.speak(lang)
            if id == "run" {
                try showRun(open)
                return
            }
            let incident = try open.incident(id)
            var options = IncidentView.Options()
            (options.raw, options.hex, options.packets, options.detections) = (raw, hex, packets, detections)
            if desk.output.json {
                Terminal.write(try open.json(incident))
            } else {
                let text = try open.view(incident, options: options)
                if follow { Terminal.write(Array(text.utf8)) } else { Pager.show(text) }
            }
            if follow { try stay(open, incident) }
        }
    }

    private static let pauseMicroseconds: UInt32 = 500_000

    /// Until it is interrupted.
    private func stay(_ open: AnalystDesk, _ incident: Incident) throws {
        let follower = try IncidentFollower(incident, desk: open)
        while true {
            usleep(ShowCommand.pauseMicroseconds)
            open.clock = try desk.clock
            for line in try follower.poll() { Terminal.line(line) }
        }
    }

    private func showRun(_ open: AnalystDesk) throws {
        let text = desk.output.json ? try open.lastRunJSON() : try open.lastRun().map { Array($0.utf8) }
        guard let text else { throw Failure(2, "there has been no run on this store: nightjar scan PATH makes one") }
        Terminal.write(text)
    }
}
