import Events
import Network
import Testing

/// Limits of what may be open at once, each with one more that is too many and one that is not.
@Suite struct CrowdedTests {
    private func events(_ port: Int, _ turns: [(fromClient: Bool, bytes: [UInt8])]) -> [String] {
        ProtocolTests.values(Run(ProtocolTests.talk(port, turns).frames), .applicationEvent)
    }

    private func times(_ count: Int, _ make: (Int) -> [UInt8]) -> [UInt8] { (0..<count).flatMap(make) }

    private static func query(_ text: String) -> [UInt8] {
        [0x51] + Frames.be32(text.utf8.count + 5) + Array(text.utf8) + [0]
    }

    private static let opening: [UInt8] = [0, 0, 0, 19, 0, 3, 0, 0] + Array("user\u{0}anna\u{0}\u{0}".utf8)
    private static let ready: [UInt8] = [0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5A, 0, 0, 0, 5, 0x49]

    @Test(arguments: [(1025, 0), (1026, 1)]) func queriesOfPostgreSQL(_ count: Int, _ wanted: Int) {
        let asked = times(count) { _ in Self.query("a") }
        let found = events(5432, [(true, Self.opening), (false, Self.ready), (true, asked)])
        #expect(found == [String](repeating: "pgsql.too_many_transactions", count: wanted))
    }

    @Test(arguments: [(64, 0), (65, 1)]) func answersOfPostgreSQL(_ count: Int, _ wanted: Int) {
        let answers = times(count) { _ in [0x53, 0, 0, 0, 8, 0x61, 0, 0x62, 0] }
        let rows = times(100) { _ in [0x44, 0, 0, 0, 6, 0, 0] }
        let found = events(
            5432, [(true, Self.opening), (false, Self.ready), (true, Self.query("a")), (false, answers + rows)])
        #expect(found == [String](repeating: "pgsql.too_many_responses", count: wanted))
    }

    private static func search(_ number: Int) -> [UInt8] {
        ProtocolBytes.der(
            0x30, ProtocolBytes.der(2, Frames.be16(number)) + ProtocolBytes.der(0x63, [4, 2, 0x64, 0x63]))
    }

    @Test(arguments: [(257, 0), (258, 2)]) func searchesOfLDAP(_ count: Int, _ wanted: Int) {
        let found = events(389, [(true, times(count) { Self.search($0 + 1) })])
        #expect(found == [String](repeating: "ldap.too_many_transactions", count: wanted))
    }

    @Test(arguments: [(1025, 0), (1026, 2)]) func entriesOfLDAP(_ count: Int, _ wanted: Int) {
        let entry = ProtocolBytes.der(
            0x30, ProtocolBytes.der(2, [0, 7]) + ProtocolBytes.der(0x64, [4, 1, 0x78, 0x30, 0]))
        let found = events(389, [(true, Self.search(7)), (false, times(count) { _ in entry })])
        #expect(found == [String](repeating: "ldap.too_many_responses", count: wanted))
    }

    private static let connect: [UInt8] = [0x10, 14, 0, 4] + Array("MQTT".utf8) + [4, 2, 0, 60, 0, 2, 0x61, 0x62]

    private static func publish(_ number: Int, quality: UInt8) -> [UInt8] {
        [0x30 | quality << 1, 6, 0, 1, 0x74] + Frames.be16(number) + [0x68]
    }

    @Test(arguments: [(1025, 0), (1026, 1)]) func publicationsOfMQTT(_ count: Int, _ wanted: Int) {
        let all = times(count) { Self.publish($0 + 1, quality: 1) }
        let found = events(1883, [(true, Self.connect), (false, [0x20, 2, 0, 0]), (true, all)])
        #expect(found == [String](repeating: "mqtt.too_many_transactions", count: wanted))
    }

    @Test(arguments: [(1023, 0), (1024, 1)]) func stepsOfMQTT(_ count: Int, _ wanted: Int) {
        let steps = times(count) { _ in [0x50, 2, 0, 1] }
        let found = events(
            1883,
            [(true, Self.connect), (false, [0x20, 2, 0, 0]), (true, Self.publish(1, quality: 2)), (false, steps)])
        #expect(found == [String](repeating: "mqtt.too_many_messages", count: wanted))
    }

    @Test(arguments: [(256, 0), (257, 1)]) func propertiesOfMQTT(_ count: Int, _ wanted: Int) {
        let list = times(count) { _ in [1, 0] }
        let body = [0, 1, 0x74, 0, 1] + [UInt8(list.count & 127 | 128), UInt8(list.count >> 7)] + list + [0x68]
        let publish = [0x32, UInt8(body.count & 127 | 128), UInt8(body.count >> 7)] + body
        let connect: [UInt8] = [0x10, 15, 0, 4] + Array("MQTT".utf8) + [5, 2, 0, 60, 0, 0, 2, 0x61, 0x62]
        let found = events(
            1883, [(true, connect), (false, [0x20, 3, 0, 0, 0]), (true, publish), (false, [0x40, 2, 0, 1])])
        #expect(found == [String](repeating: "mqtt.too_many_properties", count: wanted))
    }

    private static let cip: [UInt8] =
        [UInt8](repeating: 0, count: 6) + [2, 0, 0, 0, 0, 0, 0xB2, 0, 6, 0, 0x0E, 2, 0x20, 1, 0x24, 1]

    @Test(arguments: [(1024, 0), (1025, 1)]) func requestsOfENIP(_ count: Int, _ wanted: Int) {
        let found = events(44_818, [(true, times(count) { _ in IndustrialTests.enip(0x6F, Self.cip) })])
        #expect(found == [String](repeating: "enip.too_many_transactions", count: wanted))
    }

    @Test(arguments: [(1024, 0), (1025, 2)]) func commandsOfFTP(_ count: Int, _ wanted: Int) {
        let found = events(
            21, [(true, Array("USER a\r\n".utf8)), (true, times(count - 1) { _ in Array("NOOP\r\n".utf8) })])
        #expect(found == [String](repeating: "ftp.too_many_transactions", count: wanted))
    }

    @Test(arguments: [(16, 0), (17, 1)]) func preliminaryRepliesOfFTP(_ count: Int, _ wanted: Int) {
        let replies = times(count) { _ in Array("150 wait\r\n".utf8) }
        let found = events(21, [(true, Array("USER a\r\n".utf8)), (false, replies + Array("331 go\r\n".utf8))])
        #expect(found == [String](repeating: "ftp.too_many_preliminary_responses", count: wanted))
    }

    @Test(arguments: [(1023, 0), (1024, 2)]) func requestsOfSMB(_ count: Int, _ wanted: Int) {
        let path = ProtocolBytes.wide("\\\\srv\\a")
        let tree = ProtocolBytes.le16(9) + [0, 0] + ProtocolBytes.le16(72) + ProtocolBytes.le16(path.count) + path
        let found = events(
            445, [(true, times(count) { ProtocolBytes.smb2(3, response: false, message: $0 + 1, tree) })])
        #expect(found == [String](repeating: "smb.too_many_transactions", count: wanted))
    }

    /// Pieces of a file that all come before the one that is missing.
    @Test(arguments: [(64, 0), (65, 1)]) func piecesOfFilesOverSMB(_ count: Int, _ wanted: Int) {
        let identity = [UInt8](repeating: 7, count: 16)
        let name = ProtocolBytes.wide("a.txt")
        let create =
            ProtocolBytes.le16(57) + [UInt8](repeating: 0, count: 42) + ProtocolBytes.le16(120)
            + ProtocolBytes.le16(name.count) + [UInt8](repeating: 0, count: 8) + name
        let opened =
            ProtocolBytes.le16(89) + [UInt8](repeating: 0, count: 62) + identity + [UInt8](repeating: 0, count: 8)
        func write(_ place: Int) -> [UInt8] {
            let body =
                ProtocolBytes.le16(49) + ProtocolBytes.le16(112) + ProtocolBytes.le32(4)
                + ProtocolBytes.le32(1000 + 10 * place) + [0, 0, 0, 0] + identity
                + [UInt8](repeating: 0, count: 16) + [1, 2, 3, 4]
            return ProtocolBytes.smb2(9, response: false, message: 10 + place, body)
        }
        let found = events(
            445,
            [
                (true, ProtocolBytes.smb2(5, response: false, message: 2, create)),
                (false, ProtocolBytes.smb2(5, response: true, message: 2, opened)), (true, times(count, write)),
            ])
        #expect(found == [String](repeating: "smb.write_queue_cnt_exceeded", count: wanted))
    }
}
