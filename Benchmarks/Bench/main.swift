import Foundation

/// `Bench [access|syslog|json|capture|flows|payloads|match|score|table|watch|correlate|store|desk ...]`: each measure
/// beside its reference; without arguments all of them (`flows` is the first half of `capture`).
let measures: [(name: String, body: () throws -> Void)] = [
    ("access", Decoding.access), ("syslog", Decoding.syslog), ("json", Decoding.json),
    ("capture", Packets.capture), ("flows", Packets.flows),
    ("payloads", Payloads.search), ("match", Matches.match), ("score", Scores.score),
    ("table", Tables.table), ("watch", Windows.watch), ("correlate", Windows.correlate),
    ("store", Storing.store), ("desk", DeskQuestions.desk),
]
let wanted = CommandLine.arguments.dropFirst()
for name in wanted where !measures.contains(where: { $0.name == name }) {
    Report.line("unknown measure '\(name)'; there are: \(measures.map(\.name).joined(separator: ", "))")
    exit(2)
}
for measure in measures where wanted.isEmpty && measure.name != "flows" || wanted.contains(measure.name) {
    do {
        try measure.body()
    } catch {
        Report.line("\(measure.name): \(error)")
        exit(3)
    }
}
