internal import ArgumentParser
internal import Events
internal import Primitives
internal import Query

struct AckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Acknowledge incidents: somebody is looking at them.",
        discussion: """
            nightjar ack k3f9 7q2d
            nightjar ack 'rule:ssh-* and source.ip in 203.0.113.0/24' --yes
            """)

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run("acknowledge", [.acknowledge]) }
}

struct AssignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "Assign incidents to somebody.",
        discussion: "nightjar assign --to minh 'severity >= high and assignee = none' --yes")

    @Option(name: .long, help: "To whom; empty: to nobody.")
    var to: String

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run("assign", [.assign(to.isEmpty ? nil : to)]) }
}

struct CommentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "comment", abstract: "Add a comment to incidents.",
        discussion: "nightjar comment k3f9 -m 'called the owner, he knows nothing of it'")

    @Option(name: [.customLong("text"), .customShort("m")], help: "What to say.")
    var text: String

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run("comment", [.comment(text)]) }
}

struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Put tags on incidents, or take them off.",
        discussion: """
            nightjar tag --add vpn --add q1-2026 k3f9
            nightjar tag --remove vpn 'tag:vpn and status:closed' --yes
            """)

    @Option(name: .long, help: "A tag to put on. Repeatable.")
    var add: [String] = []

    @Option(name: .long, help: "A tag to take off. Repeatable.")
    var remove: [String] = []

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run("tag", [.tag(add: add, remove: remove)]) }
}

struct CloseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close incidents.",
        discussion: """
            nightjar close k3f9 --as true-positive --reason 'account locked, ticket 4411'
            nightjar close --as benign 'about 10.0.9.4 and title ~ scan' --yes
            """)

    @Option(name: .customLong("as"), help: "true-positive, false-positive, benign or duplicate.")
    var resolution: String

    @Option(name: .long, help: "Why, kept as a comment.")
    var reason: String?

    @OptionGroup var triage: TriageOptions

    func run() throws {
        let comment = reason.flatMap { $0.isEmpty ? nil : [AnalystDesk.Act.comment($0)] } ?? []
        try triage.run("close", comment + [.close(resolution)])
    }
}

struct ReopenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen", abstract: "Open closed or acknowledged incidents again.",
        discussion: "nightjar reopen k3f9")

    @OptionGroup var triage: TriageOptions

    func run() throws { try triage.run("reopen", [.reopen]) }
}
