import Events
import Primitives
import Query
import Testing

@Suite struct IncidentTableTests {
    private func incident(
        _ number: Int, _ severity: Severity, _ entity: String, _ title: String, stages: [String] = [], count: Int = 1,
        first: Timestamp, last: Timestamp, status: IncidentStatus = .open
    ) -> Incident {
        Incident(
            id: ContentID(high: mix64(UInt64(number)), low: 0), rule: "r", title: title, severity: severity,
            entity: Entity(kind: "ip", value: entity), first: first, last: last, count: count, stages: stages,
            status: status)
    }

    private var night: [Incident] {
        [
            incident(
                1, .critical, "203.0.113.7", "SSH brute force on web-01, then log-in as deploy",
                stages: ["initial-access", "privilege-escalation"], count: 214, first: at(2026, 3, 12, 2, 58),
                last: at(2026, 3, 12, 3, 12)),
            incident(
                2, .high, "10.0.4.21", "Beacon every 60 s to cdn-tg.example", stages: ["command-and-control"],
                count: 183,
                first: at(2026, 3, 12, 1, 40), last: clock.now),
            incident(
                3, .medium, "2001:db8:1234:5678:9abc:def0:1234:5678", "Tấn công SQL vào 6 cổng, tất cả bị từ chối",
                stages: ["reconnaissance"], count: 97, first: at(2026, 3, 11, 23, 5), last: at(2026, 3, 11, 23, 31),
                status: .acknowledged),
            incident(
                4, .informational, "198.51.100.9", "Đa\u{306}ng nhập 漢字 \u{1b}]0;owned\u{7}\u{202e}evil\nnext line",
                count: 1_234_567,
                first: at(2025, 12, 31, 23, 5), last: at(2025, 12, 31, 23, 31)),
        ]
    }

    private func table(_ incidents: [Incident], width: Int?, coloured: Bool = false) -> [String] {
        let lengths = Dictionary(uniqueKeysWithValues: incidents.map { ($0.id, 4) })
        let text = IncidentTable(
            incidents: incidents, prefixLengths: lengths, clock: clock, width: width,
            palette: Palette(coloured: coloured)
        ).rendered()
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test(arguments: [40, 60, 80, 100, 120, 160, 250])
    func everyLineFits(width: Int) {
        let lines = table(night, width: width)
        #expect(lines.count == 5)
        for line in lines {
            #expect(TerminalText.width(of: line) <= width, "\(line)")
            #expect(line.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
        }
        #expect(lines[0].contains("WHAT HAPPENED"))
        #expect(lines[0].contains("SEVERITY"))
    }

    @Test func eightyColumnsStillTellTheStory() {
        let lines = table(night, width: 80)
        #expect(lines[0].contains("LAST"))
        #expect(lines[0].contains("ENTITY"))
        #expect(lines[1].contains("critical"))
        #expect(lines[1].contains("203.0.113.7"))
        #expect(lines[1].contains("SSH brute force on"))
        #expect(lines[1].contains("214"))
        #expect(lines[2].contains("now"))
        #expect(lines[4].contains("2025-12-31"))
    }

    @Test func wideShowsEverything() {
        var incidents = night
        incidents[2].entity.value = "2001:db8::21"
        let lines = table(incidents, width: 160)
        #expect(lines[1].contains("SSH brute force on web-01, then log-in as deploy"))
        #expect(lines[1].contains("initial access, privilege escalation"))
        #expect(lines[2].contains("command & control"))
        #expect(lines[3].contains("03-11 23:05"))
        #expect(lines[3].contains("[ack] Tấn công SQL"))
        #expect(lines[1].hasSuffix("     214"))
        #expect(table(night, width: nil)[4].contains("\\x1b]0;owned\\x07\\u{202e}evil\\x0anext"))
    }

    @Test func columnsStandUnderEachOther() {
        let lines = table(night, width: 160)
        let entity = lines[0].firstRange(of: "ENTITY").map {
            lines[0].distance(from: lines[0].startIndex, to: $0.lowerBound)
        }
        for (line, value) in zip(lines.dropFirst(), ["203.0.113.7", "10.0.4.21", "2001:db8", "198.51.100.9"]) {
            let place = line.firstRange(of: value).map { line.distance(from: line.startIndex, to: $0.lowerBound) }
            #expect(place == entity)
        }
    }

    @Test func colourOnlyWhenAsked() {
        #expect(table(night, width: 120).allSatisfy { !$0.contains("\u{1b}") })
        let coloured = table(night, width: 120, coloured: true)
        #expect(coloured[1].contains("\u{1b}[1;31mcritical"))
        let plain = coloured.map { line in
            ["\u{1b}[1;31m", "\u{1b}[31m", "\u{1b}[33m", "\u{1b}[2m", "\u{1b}[0m"].reduce(line) {
                $0.replacing($1, with: "")
            }
        }
        #expect(plain == table(night, width: 120))
    }

    @Test func nothingIsEmptyAndAPipeIsNotCut() {
        #expect(table([], width: 80).isEmpty)
        #expect(table(night, width: nil)[1].contains("SSH brute force on web-01, then log-in as deploy"))
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (18_204_113, "18,204,113"), (-1234, "-1,234"),
    ])
    func groups(number: Int64, text: String) {
        #expect(grouped(number) == text)
    }
}
