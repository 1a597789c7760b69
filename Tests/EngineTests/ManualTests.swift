import Foundation
import Testing

/// The manual, the help and the completions, made of the program as it is.
@Suite struct ManualTests {
    /// A command by its words, with what its help has.
    struct Command: CustomTestStringConvertible {
        var words: [String]
        var discussion: String
        var options: [String]
        var isLeaf: Bool
        var testDescription: String { words.joined(separator: " ") }
    }

    static let commands: [Command] = {
        guard let program = ProgramTests.program,
            let dump = try? Fixture.run(program, ["--experimental-dump-help"]).output,
            let object = try? JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any],
            let root = object["command"] as? [String: Any]
        else { return [] }
        return all(root, [])
    }()

    private static func all(_ command: [String: Any], _ path: [String]) -> [Command] {
        let words = path + [command["commandName"] as? String ?? ""]
        let parts = (command["subcommands"] as? [[String: Any]] ?? []).filter {
            $0["commandName"] as? String != "help" && $0["shouldDisplay"] as? Bool != false
        }
        let arguments = command["arguments"] as? [[String: Any]] ?? []
        let names = arguments.filter { $0["shouldDisplay"] as? Bool != false }
            .flatMap { $0["names"] as? [[String: String]] ?? [] }
        let options = names.filter { $0["kind"] == "long" }.compactMap { $0["name"] }
        let own = Command(
            words: words, discussion: command["discussion"] as? String ?? "", options: options, isLeaf: parts.isEmpty)
        return [own] + parts.flatMap { all($0, words) }
    }

    @Test func thereAreCommands() { #expect(Self.commands.count > 30) }

    @Test(arguments: commands.filter(\.isLeaf))
    func helpHasAnExample(_ command: Command) {
        let name = command.words.joined(separator: " ")
        #expect(command.discussion.contains(name), "--help of \(name) shows no example of it")
    }

    @Test func everyCommandHasAPageWithItsOptions() throws {
        let fixture = try Fixture()
        let program = try #require(ProgramTests.program)
        #expect(try Fixture.run(program, ["manual", fixture.path("man")]).status == 0)
        for command in Self.commands {
            let name = command.words.joined(separator: "-")
            let page = try String(contentsOfFile: fixture.path("man/man1/\(name).1"), encoding: .utf8)
            for option in command.options {
                let escaped = "\\-\\-" + option.replacingOccurrences(of: "-", with: "\\-")
                #expect(page.contains(escaped), "\(name).1 lacks --\(option)")
            }
            #expect(!command.isLeaf || page.contains(".SH EXAMPLES"), "\(name).1 has no example")
            for line in page.split(separator: "\n") where line.hasPrefix(".") {
                let known = [".TH ", ".SH ", ".TP", ".B ", ".I ", ".nf", ".fi", ".PP"]
                #expect(known.contains { line.hasPrefix($0) }, "\(name).1: \(line)")
            }
        }
        let filter = try String(contentsOfFile: fixture.path("man/man7/nightjar-filter.7"), encoding: .utf8)
        #expect(filter.contains("severity >= medium last 24h"))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsKnowEveryCommand(_ shell: String) throws {
        let program = try #require(ProgramTests.program)
        let script = try Fixture.run(program, ["--generate-completion-script", shell]).output
        for command in Self.commands.dropFirst() { #expect(script.contains(command.words.last ?? "?")) }
        for option in ["group-by", "mask-pattern", "since-last"] { #expect(script.contains(option)) }
    }
}
