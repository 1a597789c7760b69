internal import ArgumentParser
internal import Engine
internal import Events
internal import Foundation
internal import Query

struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Read files, folders, captures or stdin to the end, store incidents, print a summary.",
        discussion: """
            nightjar scan /var/log /captures/2026-03-12
            zcat old.gz | nightjar scan - --as combined --json
            nightjar scan /var/log --mask password --mask card --fail-on high
            What was read before is known by its content and passed over; a log that has grown is continued.
            Exit status: 0 done; 1 incidents at or above --fail-on; 2 usage or rules; 3 store; 4 some input was not \
            read, or not all of it.
            """)

    @OptionGroup var rules: RuleOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var masks: MaskOptions

    @Option(name: .long, help: "Write every detection to this file as JSON Lines.")
    var detections: String?

    @Option(name: .long, help: "Write Suricata's EVE JSON Lines to this file.")
    var eve: String?

    @Option(
        name: .customLong("eve-types"),
        help: "EVE record types, with commas between: alert (default), http, dns, tls, flow, fileinfo, ...")
    var eveTypes: String?

    @Option(name: .customLong("extract-files"), help: "Write files that captures carry to this folder, by SHA-256.")
    var extractFiles: String?

    @Option(name: .customLong("fail-on"), help: "Exit with 1 when incidents of this severity or above exist.")
    var failOn: String?

    @Argument(help: "Files, folders, captures; '-' for standard input.")
    var paths: [String]

    func run() throws {
        let started = Clock.now
        var options = try EngineOptions(rules: rules, input: input, output: output)
        options.masks = try masks.rules
        options.detectionsPath = detections.flatMap { $0.isEmpty ? nil : $0 }
        options.evePath = eve.flatMap { $0.isEmpty ? nil : $0 }
        options.extractionFolder = extractFiles.flatMap { $0.isEmpty ? nil : $0 }
        if let eveTypes, !eveTypes.isEmpty {
            options.setEVETypes(try ScanCommand.types(eveTypes))
        }
        let threshold = try failOn.flatMap { $0.isEmpty ? nil : try severity($0) }
        let session = try Session(options: options, database: try store.path, quiet: output.quiet, command: "scan")
        let line = ProgressLine(quiet: output.quiet || output.json)
        let ledger = try session.scan(paths, started: started, progress: line)
        line.finish()
        if !output.quiet { try session.printSummary(ledger, output: output) }
        if ledger.isIncomplete {
            session.printProblems(ledger)
            throw ExitCode(4)
        }
        if let threshold, try session.hasIncident(atOrAbove: threshold) { throw ExitCode(1) }
    }

    private static func types(_ text: String) throws -> [String] {
        let types = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        for type in types where !EVEStream.types.contains(type) {
            throw ValidationError(
                "EVE records of type '\(type)' are not written; there are: \(EVEStream.types.joined(separator: ", "))")
        }
        return types
    }

    private func severity(_ name: String) throws -> Severity {
        guard let severity = Severity(name: name) else {
            throw ValidationError(
                "--fail-on is one of \(Severity.allCases.map(\.name).joined(separator: ", ")), not '\(name)'")
        }
        return severity
    }
}
