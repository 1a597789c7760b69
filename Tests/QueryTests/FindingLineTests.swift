import Events
import Primitives
import Query
import Testing

@Suite struct FindingLineTests {
    private func detection(entity: String, title: String, count: Int = 1) -> Detection {
        let rule = RuleInfo(
            id: "r", title: title, level: .high, kind: .sigma, origin: RuleOrigin(file: "r.yml", line: 1))
        let time = Timestamp(seconds: 1_773_345_481) ?? .none
        return Detection(
            id: ContentID(high: 0, low: 1), rule: rule, first: time, last: time, count: count, events: [], fields: [],
            entity: Entity(kind: "ip", value: entity))
    }

    @Test func saysTimeLevelEntityAndTitle() throws {
        let zone = try #require(TimeZoneRules(named: "+07:00"))
        #expect(
            FindingLine.text(
                detection(entity: "203.0.113.7", title: "SSH brute force", count: 12), zone: zone, coloured: false)
                == "02:58:01  high           203.0.113.7  SSH brute force  (12 records)")
    }

    @Test func colourRepeatsTheWord() {
        let text = FindingLine.text(detection(entity: "x", title: "y"), zone: .utc, coloured: true)
        #expect(text.contains("\u{1b}[") && text.contains("high"))
    }

    @Test(arguments: ["\u{1b}[2J", "a\u{202E}b", "\u{9B}31m", "a\nb"])
    func hostileTextIsInert(_ text: String) {
        let line = FindingLine.text(detection(entity: text, title: text), zone: .utc, coloured: false)
        #expect(
            !line.unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E })
    }
}
