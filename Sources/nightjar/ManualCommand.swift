internal import ArgumentParser
internal import Foundation
internal import Query

/// Writes the manual: a page for each command, made of what `--help` is made of, and one for the filter language.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Write man pages to a folder (man1/ and man7/ in it).",
        discussion: "nightjar manual /usr/local/share/man", shouldDisplay: false)

    @Argument(help: "The folder.")
    var folder: String

    func run() throws {
        let tool = try JSONDecoder().decode(HelpTool.self, from: Data(Nightjar._dumpHelp().utf8))
        var pages = ManualPages(tool.command).pages
        pages["man7/nightjar-filter.7"] = ManualPages.filterPage
        for (name, text) in pages.sorted(by: { $0.key < $1.key }) {
            let path = folder + "/" + name
            do {
                try FileManager.default.createDirectory(
                    atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            } catch {
                throw Failure(3, "\(path) cannot be written: \(error.localizedDescription)")
            }
        }
    }
}

/// The argument parser's own description of a program (`--experimental-dump-help`), as far as pages need it.
struct HelpTool: Decodable {
    var command: HelpCommand
}

struct HelpCommand: Decodable {
    var commandName: String
    var shouldDisplay: Bool?
    var abstract: String?
    var discussion: String?
    var subcommands: [HelpCommand]?
    var arguments: [HelpArgument]?

    /// Those that help shows, save `help` itself.
    var shown: [HelpCommand] { (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" } }
}

struct HelpArgument: Decodable {
    struct Name: Decodable {
        var kind: String
        var name: String
        var text: String { (kind == "long" ? "--" : "-") + name }
    }

    var kind: String
    var shouldDisplay: Bool?
    var isOptional: Bool?
    var isRepeating: Bool?
    var names: [Name]?
    var valueName: String?
    var abstract: String?
}
