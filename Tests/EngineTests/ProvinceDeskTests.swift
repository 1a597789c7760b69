import Foundation
import Testing

/// The commands of `Samples/province/DESK.md` end as they are shown to.
@Suite struct ProvinceDeskTests {
    /// A command, the status it ends with, and the first line it answers.
    struct Step {
        var command: String
        var status: Int32 = 0
        var first = ""
    }

    private static let page = Fixture.samples + "/province/DESK.md"

    private func blocks(_ language: String, _ text: String) -> [[String]] {
        var blocks: [[String]] = []
        var open: [String]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line == "```\(language)" {
                open = []
            } else if line == "```", let block = open {
                blocks.append(block)
                open = nil
            } else {
                open?.append(line)
            }
        }
        return blocks
    }

    private func steps(_ text: String) -> [Step] {
        blocks("console", text).map { lines in
            var step = Step(command: String(lines[0].dropFirst(2)))
            if let last = lines.last, last.hasPrefix("(exit status ") {
                step.status = Int32(last.dropFirst(13).dropLast()) ?? -1
            }
            step.first = lines.count > 1 ? lines[1] : ""
            return step
        }
    }

    /// The ids that the page's list has, by entity: another version of a rule gives an incident another one.
    private func ids(_ text: String) -> [String: String] {
        var ids: [String: String] = [:]
        let list = blocks("console", text).first { $0.count > 1 && $0[1].hasPrefix(" ID ") } ?? []
        for line in list.dropFirst(2) {
            // ID, severity, first and last (days, times or both), entity.
            let words = line.split(separator: " ").map(String.init)
            let entity = words.dropFirst(2).first { $0.wholeMatch(of: #/[0-9]{2}[:-][0-9]{2}/#) == nil }
            if let entity, words[0].count == 4 { ids[words[0]] = entity }
        }
        return ids
    }

    private func shell(_ command: String, _ fixture: Fixture, _ program: String) throws -> (Int32, String) {
        let folder = URL(fileURLWithPath: program).deletingLastPathComponent().path
        let script = """
            cd '\(fixture.path("desk"))' && PATH='\(folder)':"$PATH" COLUMNS=120 XDG_CONFIG_HOME="$PWD" && \
            export PATH COLUMNS XDG_CONFIG_HOME && \(command)
            """
        let result = try Fixture.run("/bin/sh", ["-c", script])
        return (result.status, result.output)
    }

    private func desk(_ fixture: Fixture, _ text: String) throws {
        let folder = fixture.path("desk")
        try FileManager.default.createDirectory(atPath: folder + "/nightjar", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/Samples", withDestinationPath: Fixture.samples)
        let settings = try #require(blocks("yaml", text).first).joined(separator: "\n") + "\n"
        try settings.write(toFile: folder + "/nightjar/nightjar.yml", atomically: true, encoding: .utf8)
    }

    @Test func theCommandsRun() throws {
        let fixture = try Fixture()
        let program = try #require(ProgramTests.program)
        let text = try String(contentsOfFile: Self.page, encoding: .utf8)
        let (steps, shown) = (steps(text), ids(text))
        #expect(steps.count >= 30 && shown.count >= 10)
        try desk(fixture, text)
        var now: [String: String] = [:]
        for (number, step) in steps.enumerated() {
            var command = step.command
            for (id, entity) in shown {
                if let present = now[entity] { command = command.replacing(" \(id)", with: " \(present)") }
            }
            let (status, output) = try shell(command, fixture, program)
            #expect(status == step.status, "\(command)\n\(output.prefix(2000))")
            #expect(output.isEmpty == step.first.isEmpty, "\(command)\n\(output.prefix(2000))")
            if step.first.hasPrefix(" ID ") { #expect(output.hasPrefix(" ID "), "\(command)\n\(output.prefix(500))") }
            guard number == 0 else { continue }
            let list = try shell("nightjar incidents --json", fixture, program).1
            for line in list.split(separator: "\n") {
                let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                guard let id = object?["id"] as? String, let entity = object?["entity"] as? [String: Any],
                    let value = entity["value"] as? String
                else { continue }
                if now[value] == nil { now[value] = String(id.prefix(8)) }
            }
            #expect(now.count >= 10)
        }
    }
}
