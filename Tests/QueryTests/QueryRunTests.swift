import Events
import Foundation
import Output
import Primitives
import Query
import Storage
import Testing

@Suite struct QueryRunTests {
    private func run(_ fixture: DeskFixture, _ sql: String, _ format: QueryOptions.Format, rows: Int = 100) throws -> (
        bytes: [UInt8], isCut: Bool
    ) {
        var options = QueryOptions()
        (options.format, options.maximumRows) = (format, rows)
        return try fixture.desk.query(sql, options: options)
    }

    @Test func aNameOfAViewIsAllOfIt() throws {
        let fixture = try DeskFixture()
        let named = try run(fixture, "detections", .csv).bytes
        #expect(named == (try run(fixture, "SELECT * FROM detections", .csv).bytes))
        #expect(named.count { $0 == 0x0A } > 6)
    }

    @Test(arguments: QueryOptions.Format.allCases)
    func rowsAreBounded(_ format: QueryOptions.Format) throws {
        let fixture = try DeskFixture()
        #expect(try run(fixture, "SELECT id FROM detections", format, rows: 2).isCut)
        #expect(try !run(fixture, "SELECT id FROM detections", format, rows: 6).isCut)
    }

    @Test func columnsGetTheKindOfWhatTheyHold() {
        var kinds = ColumnKinds()
        kinds.begin(["n", "x", "t", "b", "mixed", "none", "first_ns", "n"])
        kinds.note([
            .integer(1), .integer(1), .text("a"), .blob([1]), .integer(1), .null, .integer(5), .null,
        ])
        kinds.note([.null, .real(0.5), .null, .null, .text("x"), .null, .null, .text("y")])
        let columns = kinds.columns
        #expect(columns.map(\.kind) == [.integer, .real, .text, .bytes, .text, .text, .time, .text])
        #expect(columns.map(\.name) == ["n", "x", "t", "b", "mixed", "none", "first_ns", "n_2"])
    }

    @Test func parquetIsWhole() throws {
        let fixture = try DeskFixture()
        let file = try run(fixture, "SELECT id, first_ns, title FROM detections", .parquet).bytes
        #expect(file.starts(with: Array("PAR1".utf8)) && file.suffix(4).elementsEqual(Array("PAR1".utf8)))
        #expect(throws: DeskError.self) { try run(fixture, "SELECT nonsense FROM detections", .parquet) }
    }

    @Test func aSinkThatFailsEndsIt() throws {
        struct Full: Error {}
        let fixture = try DeskFixture()
        for format in QueryOptions.Format.allCases {
            var options = QueryOptions()
            options.format = format
            #expect(throws: Full.self) { try fixture.desk.query("detections", options: options) { _ in throw Full() } }
        }
    }
}

@Suite struct IncidentFollowerTests {
    @Test func tellsWhatIsDoneAndFound() throws {
        let fixture = try DeskFixture()
        let incident = try #require(try fixture.desk.incidents([], limit: 1).first)
        let whole = try fixture.desk.incident(incident.id.description)
        let follower = try IncidentFollower(whole, desk: fixture.desk)
        #expect(try follower.poll().isEmpty)
        let other = try Store(path: fixture.path, mode: .triage)
        try other.triage(
            .comment("called \(hostileMarks)"), on: incident.id, by: Analyst(name: "minh", origin: "elsewhere"))
        let lines = try follower.poll()
        #expect(lines.count == 1 && lines[0].contains("minh  comment: called"))
        #expect(lines.allSatisfy(DeskFixture.isInert))
        #expect(try follower.poll().isEmpty)
    }

    @Test func masksReachWhatIsHandedOn() throws {
        let fixture = try DeskFixture()
        let secret = MaskRule(name: "root", help: "") { bytes in
            SecretText.places(of: Array("root".utf8), in: bytes).map { $0..<$0 + 4 }
        }
        try fixture.desk.mask(with: [secret])
        for format in ["json", "csv", "ecs", "ocsf", "stix", "misp", "cef"] {
            let text = String(decoding: try fixture.desk.export([], format: format, since: nil).bytes, as: UTF8.self)
            #expect(!text.contains("\"root\""), "\(format)")
        }
    }
}
