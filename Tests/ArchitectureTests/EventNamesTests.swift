import Foundation
import Testing

/// A signature on an event loads only where something raises that event: one that is accepted and never comes would be
/// a rule that is silent without a word.
@Suite struct EventNamesTests {
    /// The protocols' events that `app-layer-event` knows as raised.
    private static func names() throws -> [String] {
        let table = try #require(
            SourceTree.files("Sources/Rules").first { $0.path.hasSuffix("Keywords/EventKeywords.swift") })
        let start = try #require(table.lines.firstIndex { $0.contains("static let raised = set(") })
        let list = table.lines[(start + 2)...].prefix { !$0.contains("\"\"\"") }
        return list.flatMap { $0.split(separator: " ").map(String.init) }
    }

    @Test func everyEventIsRaisedSomewhere() throws {
        let names = try Self.names()
        #expect(names.count > 200)
        let text = SourceTree.files("Sources/Network").map { $0.lines.joined(separator: "\n") }.joined()
        #expect(names.filter { !text.contains("\"\($0)\"") } == [])
    }
}
