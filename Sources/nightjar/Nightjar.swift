internal import ArgumentParser
internal import Foundation

@main
struct Nightjar: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nightjar",
        abstract: "Reads logs and packets, finds the attacks in them, and hands you a short list of incidents.",
        discussion: """
            nightjar scan /var/log                      read everything below, store incidents, print a summary
            tail -F /var/log/auth.log | nightjar watch -   the same without an end
            nightjar incidents 'severity >= medium'     list what was found;  nightjar show ID  tells why

            Defaults for options are read from nightjar.yml: --config PATH, or in $XDG_CONFIG_HOME/nightjar/ or \
            /etc/nightjar/.
            """,
        version: "0.1.0",
        subcommands: [
            ScanCommand.self, WatchCommand.self, ParseCommand.self, IncidentsCommand.self, ShowCommand.self,
            AckCommand.self, AssignCommand.self, CommentCommand.self, TagCommand.self, CloseCommand.self,
            ReopenCommand.self, SuppressCommand.self, MergeCommand.self, SplitCommand.self, UndoCommand.self,
            TrailCommand.self, EvidenceCommand.self, ReportCommand.self, DeskCommand.self,
            ExportCommand.self, QueryCommand.self, TopCommand.self, TimelineCommand.self, StatsCommand.self,
            WhoCommand.self, EstateCommand.self, IntelCommand.self, RulesCommand.self, BaselineCommand.self,
            DatabaseCommand.self, ManualCommand.self,
        ])

    /// Usage errors exit with 2 (design, section 7); the argument parser's own status is 64.
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot(try Defaults.applied(to: Array(CommandLine.arguments.dropFirst())))
            try command.run()
        } catch let failure as Failure {
            Terminal.error("nightjar: \(failure.description)")
            // Workers may still be at their last batch: leave without running the libraries' clean-up under their feet.
            // Nothing is lost by it, for output is not buffered and the store is safe at every moment.
            _exit(failure.status)
        } catch {
            let status = exitCode(for: error)
            if status == .validationFailure {
                Terminal.error(fullMessage(for: error))
                Foundation.exit(2)
            }
            exit(withError: error)
        }
    }
}
