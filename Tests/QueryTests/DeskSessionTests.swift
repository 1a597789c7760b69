import Events
import Primitives
import Query
import Storage
import Testing

/// The interactive desk before a real store.
@Suite struct DeskSessionTests {
    private func session(_ fixture: DeskFixture, rows: Int = 40, columns: Int = 120) throws -> DeskSession {
        try DeskSession(fixture.desk, clock: { clock }, rows: rows, columns: columns)
    }

    private func press(_ session: DeskSession, _ text: String, _ more: DeskKey...) {
        session.press(text.map { .text(String($0)) } + more)
    }

    @Test func everythingFromOutsideIsInert() throws {
        let fixture = try DeskFixture()
        let session = try session(fixture)
        for keys in ["", "j", "p", "h", "d", "?", "x", "/"] {
            press(session, keys)
            _ = session.settle()
            #expect(DeskFixture.isInert(session.picture.text))
            if keys == "?" || keys == "x" || keys == "/" { session.press([.escape]) }
        }
        session.press([.enter])
        #expect(DeskFixture.isInert(session.picture.text))
        #expect(session.picture.text.contains("\\x1b"))
    }

    @Test func whatIsCopiedIsInert() throws {
        let fixture = try DeskFixture()
        let session = try session(fixture)
        press(session, "Y")
        let sent = session.takeOutput()
        #expect(sent.hasPrefix("\u{1b}]52;c;") && sent.hasSuffix("\u{7}"))
        #expect(session.takeOutput().isEmpty)
    }

    @Test func keysActOnTheStore() throws {
        let fixture = try DeskFixture()
        let session = try session(fixture)
        let first = try #require(session.model.current)
        press(session, "xfchecked", .enter)
        let after = try fixture.desk.incident("\(first.id)")
        #expect(after.status == .closed)
        #expect(after.resolution == "false-positive")
        #expect(try fixture.desk.store.history(of: first.id).contains { $0.detail == "checked" })
        #expect(!session.model.incidents.contains { $0.id == first.id }, "closed ones leave the list")
        press(session, "uy")
        #expect(try fixture.desk.incident("\(first.id)").status == first.status)
    }

    @Test func theFilterAppliesAsItIsTyped() throws {
        let fixture = try DeskFixture()
        let session = try session(fixture)
        let all = session.model.incidents.count
        press(session, "/about 203.0.113.2")
        #expect(session.model.filterError == nil)
        #expect(session.model.incidents.count == 1)
        press(session, " and nonsense = 3")
        #expect(session.model.filterError != nil)
        #expect(session.model.incidents.count == 1, "the list stays while the filter is wrong")
        session.press([.escape])
        #expect(session.model.filterError == nil)
        #expect(session.model.incidents.count == all)
    }

    @Test func marksAndSuppressions() throws {
        let fixture = try DeskFixture()
        let session = try session(fixture)
        press(session, "*z7d", .enter)
        press(session, "scanner", .enter)
        #expect(session.model.incidents.isEmpty)
        #expect(session.picture.text.contains("nothing is waiting for you"))
        press(session, "/status:suppressed", .enter)
        #expect(session.model.incidents.count == 3)
        press(session, "zsoon", .enter)
        press(session, "x", .enter)
        #expect(session.model.message.text.contains("'soon' is no day"))
    }

    @Test func whatOthersDoShows() throws {
        let fixture = try DeskFixture()
        let session = try session(fixture)
        let count = session.model.incidents.count
        let other = try Store(path: fixture.path, mode: .triage)
        let id = try #require(session.model.current).id
        try other.triage(.close(as: .benign), on: id, by: Analyst(name: "minh", origin: "elsewhere"))
        session.poll()
        #expect(session.model.incidents.count == count - 1)
    }

    @Test func theEntityLeadsToItsIncidents() throws {
        let fixture = try DeskFixture()
        let session = try session(fixture)
        press(session, "w")
        #expect(session.model.filter.text.hasPrefix("about \""))
        #expect(session.model.filterError == nil)
        #expect(!session.model.incidents.isEmpty)
    }
}
