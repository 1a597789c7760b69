import Foundation
import Logs
import Testing

/// The README's table of formats is the registry's.
@Test func readmeListsEveryFormat() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    let expected = LogFormats.table.map { "| `\($0.name)` | \($0.description.replacing("|", with: "\\|")) |" }
    let lines = readme.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let first = try #require(lines.firstIndex { $0 == expected.first })
    #expect(lines[(first - 1)...].prefix { $0.hasPrefix("|") }.dropFirst() == expected[...])
}
