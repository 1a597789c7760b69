import Events
import Network
import Testing

/// PostgreSQL: queries, and connections that go over to TLS.
@Suite struct PgSQLTests {
    private static let opening: [UInt8] = [0, 0, 0, 19, 0, 3, 0, 0] + Array("user\u{0}anna\u{0}\u{0}".utf8)
    private static let ready: [UInt8] = [0x5A, 0, 0, 0, 5, 0x49]

    private static func query(_ text: String) -> [UInt8] {
        [0x51] + Frames.be32(text.utf8.count + 5) + Array(text.utf8) + [0]
    }

    @Test(arguments: [1400, 3]) func queriesAreSeen(_ size: Int) {
        let talk = ProtocolTests.talk(
            5432,
            [
                (true, Self.opening), (false, [0x52, 0, 0, 0, 8, 0, 0, 0, 0] + Self.ready),
                (true, Self.query("SELECT * FROM t")), (false, [0x43, 0, 0, 0, 4] + Self.ready),
                (true, Self.query("DROP TABLE t")), (false, [0x43, 0, 0, 0, 4] + Self.ready),
            ], size: size)
        let run = Run(talk.frames)
        #expect(ProtocolTests.values(run, .pgsqlQuery) == ["SELECT * FROM t", "DROP TABLE t"])
        #expect(run.transactions.map(\.item.transaction) == [0, 0, 1, 1])
        #expect(run.items.last?.item.application == .pgsql)
    }

    @Test(arguments: [("S", ["www.example.vn"]), ("N", [])] as [(String, [String])])
    func connectionsGoOverToTLS(_ answer: String, _ names: [String]) {
        let ask: [UInt8] = [0, 0, 0, 8, 4, 0xD2, 0x16, 0x2F]
        let talk = ProtocolTests.talk(
            5432, [(true, ask), (false, Array(answer.utf8)), (true, TLSTests.client), (false, TLSTests.server)])
        #expect(ProtocolTests.values(Run(talk.frames), .tlsServerName) == names)
    }

    /// What begins with a zero byte is no PostgreSQL by that.
    @Test(arguments: [[0, 0, 0, 9, 4, 0xD2, 0x16, 0x2F, 0], [0, 1, 0, 8, 0, 3, 0, 0], [0, 0, 0, 8, 0, 2, 0, 0]])
    func otherOpeningsAreOthers(_ bytes: [UInt8]) {
        let run = Run(ProtocolTests.talk(5432, [(true, bytes), (false, [1, 2, 3])]).frames)
        #expect(run.items.allSatisfy { $0.item.application != .pgsql })
    }
}
