import Foundation
import Logs
import Testing

/// The README's table of formats is the registry's.
@Test func readmeListsEveryFormat() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let section = readme.components(separatedBy: "\n## Log formats\n").last?.components(separatedBy: "\n## ").first
    let rows = (section ?? "").split(separator: "\n").filter { $0.hasPrefix("| `") }
    let expected = LogFormats.table.map { "| `\($0.name)` | \($0.description.replacing("|", with: "\\|")) |" }
    #expect(rows.map(String.init) == expected)
}
