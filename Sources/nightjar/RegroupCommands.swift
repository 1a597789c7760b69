internal import ArgumentParser
internal import Events
internal import Primitives
internal import Query

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Make one incident of several; the first gives its name.",
        discussion: """
            nightjar merge k3f9 7q2d
            Their earlier ids lead to the new one; 'nightjar undo' takes it apart again.
            """)

    @OptionGroup var triage: TriageOptions

    func run() throws {
        let open = try triage.desk.open(forTriage: true)
        try triage.desk.guarded {
            try triage.report([try open.merge(try triage.select("merge", open))], open)
        }
    }
}

struct SplitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: "Take detections out of an incident into one of their own.",
        discussion: """
            nightjar split k3f9 --rule 1:9000001
            nightjar split k3f9 --since '2026-03-12T06:00'
            nightjar split k3f9 --detection 51ab --detection 77c0    (nightjar show k3f9 --detections lists them)
            """)

    @OptionGroup var desk: DeskOptions

    @Option(name: .long, help: "Beginning of a detection's id. Repeatable.")
    var detection: [String] = []

    @Option(name: .long, help: "Detections of this rule.")
    var rule: String?

    @Option(name: .long, help: "Detections about this entity.")
    var entity: String?

    @Option(name: .long, help: "Detections from this day or moment on.")
    var since: String?

    @Argument(help: "Any unique beginning of an incident's id.")
    var id: String

    func run() throws {
        let open = try desk.open(forTriage: true)
        try desk.guarded {
            let start = try since.map { text in
                guard let moment = open.beginning(text) else {
                    throw ValidationError("--since is a day such as 2026-12-31, or a moment, not '\(text)'")
                }
                return moment
            }
            if detection.isEmpty && rule == nil && entity == nil && start == nil {
                throw ValidationError("say what to take out: --detection, --rule, --entity or --since")
            }
            let parts = try open.split(
                try open.incident(id), detections: detection, rule: rule, entity: entity, since: start)
            var options = TriageOptions()
            options.desk = desk
            try options.report([parts.taken, parts.rest], open)
        }
    }
}

struct UndoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: "Take a triage act back, by a new act: nothing is erased.",
        discussion: """
            nightjar undo
            nightjar undo 12
            Without a number your own last act. 'nightjar trail' shows the numbers.
            """)

    @OptionGroup var desk: DeskOptions

    @Argument(help: "Number of the act in the trail.")
    var number: Int64?

    func run() throws {
        let open = try desk.open(forTriage: true)
        try desk.guarded {
            let text = try open.undo(number)
            if !desk.output.quiet { Terminal.line(text) }
        }
    }
}

struct TrailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trail", abstract: "Who did what, and when: the audit trail, newest last.",
        discussion: """
            nightjar trail
            nightjar trail k3f9
            """)

    @OptionGroup var desk: DeskOptions

    @Option(name: .long, help: "The last so many acts.")
    var limit = 50

    @Argument(help: "Of one incident: any unique beginning of its id.")
    var id: String?

    func run() throws {
        let open = try desk.open()
        try desk.guarded {
            let incident = try id.map { try open.incident($0) }
            if desk.output.json {
                Terminal.write(try open.trailJSON(of: incident, limit: max(1, limit)))
                return
            }
            let text = try open.trail(of: incident, limit: max(1, limit))
            if text.isEmpty, !desk.output.quiet { Terminal.error("nothing has been done yet") }
            Terminal.write(Array(text.utf8))
        }
    }
}
