import Query
import Testing

@Suite struct FilterHelpTests {
    @Test func everyExampleIsRead() throws {
        let examples = Filter.help.split(separator: "\n").filter { $0.hasPrefix("  ") }.prefix(7)
        #expect(examples.count == 7)
        for line in examples {
            for part in line.split(separator: " · ") {
                let text = part.firstRange(of: "    ").map { String(part[..<$0.lowerBound]) } ?? String(part)
                #expect(throws: Never.self, "\(text)") { try Filter.parse(text, clock: clock) }
            }
        }
    }

    @Test func everyFieldIsThere() {
        for name in Filter.fieldNames { #expect(Filter.help.contains("  \(name) ")) }
    }
}
