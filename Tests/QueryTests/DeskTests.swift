import Events
import Foundation
import Primitives
import Query
import Storage
import Testing

@Suite struct DeskTests {
    let fixture: DeskFixture
    var desk: AnalystDesk { fixture.desk }

    init() throws { fixture = try DeskFixture() }

    /// Every text that the desk prints, with hostile content in everything from outside.
    @Test(arguments: [
        "table", "show", "packets", "raw", "hex", "detections", "groups", "top", "timeline", "stats", "who", "trail",
        "contents", "run", "query", "csv", "markdown", "html", "html vi", "line", "preview errors",
        "timeline json", "stats json", "who json", "trail json", "groups json",
    ])
    func hostileContentIsInert(output: String) throws {
        let text = try rendered(output)
        #expect(text.count > 20)
        #expect(DeskFixture.isInert(text), "\(text)")
        if output.hasPrefix("html") { #expect(!text.contains("<script")) }
        if output == "csv" { #expect(!text.contains("\"=") && !text.contains("\"lan\u{1b}")) }
    }

    private func rendered(_ output: String) throws -> String {
        let incident = try desk.incident(output == "packets" ? "a1" : "a0")
        var options = IncidentView.Options()
        switch output {
        case "table": return try desk.table(try desk.incidents([], limit: nil))
        case "show": return try desk.view(incident)
        case "packets":
            options.packets = true
            return try desk.view(incident, options: options)
        case "raw":
            options.raw = true
            return try desk.view(incident, options: options)
        case "hex":
            options.hex = true
            return try desk.view(incident, options: options)
        case "detections":
            options.detections = true
            return try desk.view(incident, options: options)
        case "groups": return try desk.groups([], by: "title", limit: nil).rendered()
        case "top": return try desk.top(nil, [], limit: 5)
        case "timeline": return try desk.timeline([])
        case "stats": return try desk.stats([])
        case "who": return try desk.who("root\(hostileMarks)")
        case "trail": return try desk.trail(of: nil, limit: 10)
        case "contents": return try desk.contents()
        case "run": return try desk.lastRun() ?? ""
        case "query": return try queried("SELECT * FROM acts", .table)
        case "csv": return try queried("SELECT * FROM rules", .csv)
        case "markdown": return String(decoding: try report("markdown"), as: UTF8.self)
        case "html": return String(decoding: try report("html"), as: UTF8.self)
        case "html vi": return String(decoding: try report("html", "vi"), as: UTF8.self)
        case "timeline json": return String(decoding: try desk.timelineJSON([]), as: UTF8.self)
        case "stats json": return String(decoding: try desk.statsJSON([]), as: UTF8.self)
        case "who json": return String(decoding: try desk.whoJSON("root\(hostileMarks)"), as: UTF8.self)
        case "trail json": return String(decoding: try desk.trailJSON(of: nil, limit: 9), as: UTF8.self)
        case "groups json":
            return String(decoding: try desk.groups([], by: "title", limit: nil).json(), as: UTF8.self)
        case "line": return try desk.line(incident)
        default:
            do { _ = try desk.incident(hostileMarks) } catch { return "\(error)" }
            return ""
        }
    }

    private func queried(_ sql: String, _ format: QueryOptions.Format) throws -> String {
        var options = QueryOptions()
        options.format = format
        return String(decoding: try desk.query(sql, options: options).bytes, as: UTF8.self)
    }

    private func report(_ format: String, _ language: String = "en") throws -> [UInt8] {
        try desk.report([], from: nil, to: nil, format: format, language: language)
    }

    @Test(arguments: [
        "Parties", "source.ip       203.0.113.0", "What happened, in order", ".log:41", "~~~~~~~~~~~",
        "T1110.001 Password Guessing",
        "Related", "a1000000", "nightjar evidence export a0000000", "assign: minh",
    ])
    func showTells(part: String) throws {
        let text = try desk.view(try desk.incident("a0"))
        #expect(text.contains(part), "\(text)")
    }

    @Test(arguments: [
        "3 of 12 packets of the flow, hit at packet 41", ">     41  03:00:00.000000",
        "10.0.0.1:40000 → 10.0.0.2:80  TCP  [ACK,PSH] len=160", "packet 41",
    ])
    func packetsAreDecoded(part: String) throws {
        var options = IncidentView.Options()
        options.packets = true
        let text = try desk.view(try desk.incident("a1"), options: options)
        #expect(text.contains(part), "\(text)")
    }

    @Test func listsAreSortedGroupedAndCounted() throws {
        func order(_ name: String, _ reversed: Bool = false) throws -> [String] {
            try desk.incidents([], sort: ListOrder(name, reversed: reversed), limit: nil)
                .map { String($0.id.description.prefix(2)) }
        }
        #expect(try order("severity") == ["a2", "a1", "a0"])
        #expect(try order("sev", true) == ["a0", "a1", "a2"])
        #expect(try order("first") == ["a0", "a1", "a2"])
        #expect(try order("last") == ["a2", "a1", "a0"])
        #expect(try order("entity") == ["a0", "a1", "a2"])
        for name in ListOrder.names { #expect(try order(name).count == 3, "\(name)") }
        #expect(throws: DeskError.self) { try order("colour") }
        #expect(try desk.incidents([], limit: 2).count == 2)
        #expect(try desk.count(["severity >= high"]) == 2)
        for name in AnalystDesk.groupings {
            let sum = try desk.groups([], by: name, limit: nil).groups.map(\.incidents).reduce(0, +)
            #expect(sum == 3, "\(name)")
        }
        #expect(throws: DeskError.self) { try desk.groups([], by: "colour", limit: nil) }
    }

    @Test func idsOrAFilterAreSelected() throws {
        #expect(try desk.selection(["a0", "a1", "a0"]).incidents.count == 2)
        #expect(try !desk.selection(["a0"]).isFiltered)
        let found = try desk.selection(["severity", ">=", "high"])
        #expect(found.isFiltered && found.incidents.count == 2)
        #expect(throws: DeskError.self) { try desk.selection(["severity > critical"]) }
        #expect(throws: DeskError.self, "meant as an id") { try desk.selection(["k3f9"]) }
        #expect(throws: FilterError.self) { try desk.selection(["sevrity > high"]) }
        #expect(throws: DeskError.self) { try desk.selection(["ffff"]) }
        #expect(throws: DeskError.self) { try AnalystDesk.check([.close("nonsense")]) }
        let after = try desk.act([.close("benign"), .tag(add: ["x"], remove: [])], on: found.incidents)
        #expect(after.allSatisfy { $0.status == .closed && $0.tags == ["x"] })
        #expect(try desk.undo(nil).hasPrefix("taken back: act 6, tag of "))
    }

    @Test func splitsByRuleEntityTimeAndID() throws {
        let incident = try desk.incident("a0")
        #expect(throws: DeskError.self) {
            try desk.split(incident, detections: [], rule: "nothing", entity: nil, since: nil)
        }
        #expect(throws: DeskError.self) {
            try desk.split(incident, detections: ["ff"], rule: nil, entity: nil, since: nil)
        }
        let parts = try desk.split(incident, detections: [], rule: nil, entity: nil, since: at(2026, 3, 12, 2, 1))
        #expect(parts.taken.detections.count == 1 && parts.rest.detections.count == 1)
        #expect(try desk.incident("a0").id == parts.rest.id)
    }

    @Test func whoKnowsRolesAndCompany() throws {
        let text = try desk.who("root")
        #expect(text.contains("3 incidents") && text.contains("user.name in 3 incidents"))
        #expect(text.contains("        1  source.ip       203.0.113.0\n"))
        #expect(try desk.who("203.0.113.0/24").contains("3 incidents"))
        #expect(try desk.who("203.0.113.1").contains("2 incidents about others in 203.0.113.0/24"))
        #expect(try desk.who("198.51.100.1").contains("nothing is known"))
    }

    @Test func aReportHoldsTheLedgerAndTheDeadRules() throws {
        for (format, language) in [("html", "en"), ("html", "vi"), ("markdown", "en"), ("json", "en")] {
            let text = String(decoding: try report(format, language), as: UTF8.self)
            #expect(text.contains("odd ") && text.contains("cut short"), "\(format): the ledger")
            #expect(text.contains("no log of product x was read"), "\(format): dead rules")
            #expect(text.contains("T1110"), "\(format)")
        }
        let json = try JSONSerialization.jsonObject(with: Data(try report("json"))) as? [String: Any]
        #expect((json?["incidents"] as? [Any])?.count == 3)
        #expect(String(decoding: try report("html", "vi"), as: UTF8.self).contains("Báo cáo an toàn thông tin"))
        for (format, language) in [("pdf", "en"), ("html", "xx")] {
            #expect(throws: DeskError.self) { try report(format, language) }
        }
        let early = try desk.report([], from: at(2026, 3, 1), to: at(2026, 3, 2), format: "json", language: "en")
        #expect(String(decoding: early, as: UTF8.self).contains("\"incidents_total\":0"))
    }

    /// One page, well-formed, that loads nothing and runs nothing.
    @Test(arguments: ["en", "vi"]) func thePageStandsForItself(language: String) throws {
        let page = String(decoding: try report("html", language), as: UTF8.self)
        for loading in ["<script", "src=", "@import", "url(", "http://", "https://", "<iframe", "<link rel=\"s"] {
            #expect(!page.contains(loading), "\(loading)")
        }
        #expect(page.contains("default-src 'none'"))
        #expect(page.contains("prefers-color-scheme:dark") && page.contains("@media print"))
        for tag in ["table", "tr", "td", "svg", "details", "ol", "li", "div", "main"] {
            let opened = page.components(separatedBy: "<\(tag)").dropFirst().filter { ">  ".contains($0.first ?? "x") }
            #expect(opened.count == page.components(separatedBy: "</\(tag)>").count - 1, "\(tag)")
        }
    }

    @Test func everyConsumerGetsOnlyWhatIsNew() throws {
        func export(_ name: String?) throws -> Int {
            let export = try desk.export([], format: "json", since: name)
            try desk.delivered(export)
            return export.count
        }
        #expect(try export("siem") == 3)
        #expect(try export("siem") == 0)
        #expect(try export(nil) == 3)
        _ = try desk.act([.acknowledge], on: [try desk.incident("a1")])
        #expect(try export("siem") == 1)
        #expect(try export("other") == 3)
        let lost = try desk.export([], format: "csv", since: "third")
        #expect(lost.count == 3)
        #expect(try export("third") == 3, "what was not delivered is new again")
        #expect(throws: DeskError.self) { try desk.export([], format: "docx", since: nil) }
    }

    @Test func faultsOfQueriesHaveACaret() throws {
        do {
            _ = try queried("SELECT nope FROM incidents", .table)
            Issue.record("accepted")
        } catch {
            let lines = "\(error)".split(separator: "\n")
            #expect(lines.count == 3 && lines[2] == "         ^", "\(error)")
        }
        #expect(try queried("SELECT id FROM incidents ORDER BY id", .json).hasPrefix("{\"id\":\"a0"))
        var options = QueryOptions()
        options.maximumRows = 2
        #expect(try desk.query("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3", options: options).isCut)
        #expect(AnalystDesk.querySchema().contains("incidents  what analysts triage"))
    }
}
