import Events
import Network
import Testing

/// Messages that do not hold what they must, and answers to what was not asked; each beside one in order.
@Suite struct SoundMessageTests {
    private func events(_ port: Int, _ turns: [(fromClient: Bool, bytes: [UInt8])]) -> [String] {
        ProtocolTests.values(Run(ProtocolTests.talk(port, turns).frames), .applicationEvent)
    }

    @Test(
        arguments: [
            ([10, 6, 0, 1, 0, 5], [10, 6, 0, 1, 0, 5], nil),
            ([10, 6, 0, 1, 0, 5], [10, 6, 0, 1, 0, 6], "value_mismatch"),
            ([10, 6, 0, 1, 0, 5], [10, 6, 0, 2, 0, 5], "value_mismatch"),
            ([10, 16, 0, 1, 0, 1, 2, 0, 9], [10, 16, 0, 1, 0, 1], nil),
            ([10, 16, 0, 1, 0, 1, 2, 0, 9], [10, 16, 0, 1, 0, 2], "value_mismatch"),
            ([10, 22, 0, 1, 0, 9, 0, 3], [10, 22, 0, 1, 0, 9, 0, 3], nil),
            ([10, 22, 0, 1, 0, 9, 0, 3], [10, 22, 0, 1, 0, 9, 0, 4], "value_mismatch"),
            ([10, 1, 0, 1, 0, 9], [10, 1, 2, 7, 1], nil), ([10, 1, 0, 1, 0, 9], [10, 1, 1, 7], "value_mismatch"),
            ([10, 3, 0, 1, 0, 1], [10, 3, 2, 0, 7], "value_mismatch"), ([10, 6, 0, 1, 0, 5], [10, 0x86, 2], nil),
        ] as [([UInt8], [UInt8], String?)])
    func responsesOfModbusRepeat(_ asked: [UInt8], _ answer: [UInt8], _ event: String?) {
        let found = events(
            502, [(true, IndustrialTests.modbus(1, asked)), (false, IndustrialTests.modbus(1, answer))])
        #expect(found == (event.map { ["modbus." + $0] } ?? []))
    }

    @Test func responsesOfModbusAreAboutTheSameFunction() {
        let found = events(
            502,
            [
                (true, IndustrialTests.modbus(1, [10, 6, 0, 1, 0, 5])),
                (false, IndustrialTests.modbus(1, [10, 5, 0, 1, 0, 5])),
            ])
        #expect(found == ["modbus.unsolicited_response", "modbus.unsolicited_response"])
    }

    @Test(
        arguments: [
            ([0, 6, 0, 0, 2, 0, 0, 0, 0, 0, 0xB2, 0, 6, 0, 0x0E, 2, 0x20, 1, 0x24, 1], false),
            ([0, 6, 0, 0, 2, 0, 0, 0, 0, 0, 0xB2, 0, 60, 0, 0x0E, 2, 0x20, 1, 0x24, 1], true),
            ([0, 6, 0, 0, 2, 0, 0, 0, 0, 0, 0xB2, 0, 6, 0, 0x0E, 9, 0x20, 1, 0x24, 1], true), ([0, 0], true),
        ] as [([UInt8], Bool)])
    func unitsOfENIP(_ body: [UInt8], _ isOdd: Bool) {
        let message = body.count > 4 ? [0, 0, 0, 0, 0, 0] + body.dropFirst(4) : body
        let found = events(44_818, [(true, IndustrialTests.enip(0x6F, Array(message)))])
        #expect(found == (isOdd ? ["enip.invalid_pdu", "enip.invalid_pdu"] : []))
    }

    @Test(
        arguments: [
            ([0x51, 0, 0, 0, 4], []), ([0x51, 0, 0, 0, 3, 1, 1], ["pgsql.invalid_length", "pgsql.invalid_length"]),
        ] as [([UInt8], [String])])
    func lengthsOfPostgreSQL(_ message: [UInt8], _ wanted: [String]) {
        let opening: [UInt8] = [0, 0, 0, 19, 0, 3, 0, 0] + Array("user\u{0}anna\u{0}\u{0}".utf8)
        #expect(events(5432, [(true, opening), (false, [0x52, 0, 0, 0, 8, 0, 0, 0, 0]), (true, message)]) == wanted)
    }

    @Test(arguments: [(0, []), (10, []), (99, ["pgsql.malformed_response"])] as [(UInt8, [String])])
    func waysToProveOneselfToPostgreSQL(_ way: UInt8, _ wanted: [String]) {
        let opening: [UInt8] = [0, 0, 0, 19, 0, 3, 0, 0] + Array("user\u{0}anna\u{0}\u{0}".utf8)
        #expect(events(5432, [(true, opening), (false, [0x52, 0, 0, 0, 8, 0, 0, 0, way])]) == wanted)
    }

    private static let hello = Array("RFB 003.008\n".utf8)

    @Test func turnsOfRFB() {
        #expect(ProtocolTests.values(Run(ProtocolTests.rfb().frames), .applicationEvent) == [])
        let confused = ["rfb.confused_state", "rfb.confused_state"]
        // The server goes on without the client's version; the client chooses before there is a choice.
        #expect(events(5900, [(false, Self.hello), (false, [1, 1]), (true, Self.hello)]) == confused)
        #expect(events(5900, [(false, Self.hello), (true, Self.hello + [1])]).prefix(2) == confused[...])
        // A proof that is not taken: the server says why, which is its turn.
        let proof = [UInt8](repeating: 7, count: 16)
        let refusal: [UInt8] = [0, 0, 0, 1] + [0, 0, 0, 3] + Array("bad".utf8)
        let failed: [(fromClient: Bool, bytes: [UInt8])] = [
            (false, Self.hello), (true, Self.hello), (false, [1, 2]), (true, [2]), (false, proof), (true, proof),
            (false, refusal),
        ]
        #expect(events(5900, failed) == [])
    }

    /// A publication that wants an answer, and an answer, each with its number and without.
    @Test(
        arguments: [
            ([0x32, 5, 0, 1, 0x74, 0, 7], []), ([0x32, 3, 0, 1, 0x74], ["mqtt.malformed_traffic"]),
            ([0x40, 0], ["mqtt.malformed_traffic"]),
        ] as [([UInt8], [String])])
    func numbersOfMQTT(_ message: [UInt8], _ wanted: [String]) {
        let connect: [UInt8] = [0x10, 14, 0, 4] + Array("MQTT".utf8) + [4, 2, 0, 60, 0, 2, 0x61, 0x62]
        #expect(events(1883, [(true, connect), (false, [0x20, 2, 0, 0]), (true, message)]) == wanted)
    }

    @Test(arguments: [
        ("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe", false),
        ("d1:rd2:id20:abcdefghij0123456789e1:t2:aa1:y1:re", false), ("d1:eli201e3:bade1:t2:aa1:y1:ee", false),
        ("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa", true),
        ("d1:ad2:id20:abcdefghij0123456789e1:t2:aa1:y1:qe", true),
        ("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:y1:qe", true),
        ("d1:ad2:id20:shorte1:q4:ping1:t2:aa1:y1:qe", true),
    ])
    func datagramsOfBitTorrent(_ text: String, _ isOdd: Bool) {
        let run = Run([Frames.udpFrame(Array(text.utf8), sourcePort: 6881, destinationPort: 6882)])
        let found = ProtocolTests.values(run, .applicationEvent)
        #expect(found == (isOdd ? ["bittorrent-dht.malformed_packet"] : []))
    }

    @Test(arguments: [(60_000, 5000, 0), (60_000, 6000, 1)])
    func messagesOfWebSocketInPieces(_ first: Int, _ second: Int, _ wanted: Int) {
        let ask = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        let grant = "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        func frame(_ head: UInt8, _ count: Int) -> [UInt8] {
            [head, 126] + Frames.be16(count) + [UInt8](repeating: 0x61, count: count)
        }
        let found = events(
            80, [(true, Array(ask.utf8)), (false, Array(grant.utf8)), (false, frame(1, first) + frame(0x80, second))])
        #expect(found == [String](repeating: "websocket.reassembly_limit_reached", count: wanted))
    }

    @Test func sessionsOfSMBHoldSMB() {
        let negotiate = ProtocolBytes.smb2(0, response: false, message: 0, [UInt8](repeating: 1, count: 36))
        let none = ProtocolBytes.session(Array("this is no message of it, though it is long enough".utf8))
        #expect(events(445, [(true, negotiate)]) == [])
        #expect(events(445, [(true, negotiate), (true, none)]) == ["smb.malformed_data"])
        let short = ProtocolBytes.smb2(5, response: false, message: 1, [57, 0])
        #expect(events(445, [(true, negotiate), (true, short)]) == ["smb.malformed_data", "smb.malformed_data"])
    }

    /// A query where an answer must be, once both sides have spoken as they should.
    @Test func answersOfDNS() {
        let query = DNSBytes.query(1, "a.vn")
        let start = [DNSBytes.client(query), DNSBytes.server(DNSBytes.answer(1, "a.vn", []))]
        #expect(ProtocolTests.values(Run(start), .applicationEvent) == [])
        let odd = Run(start + [DNSBytes.server(DNSBytes.query(2, "b.vn"))])
        #expect(ProtocolTests.values(odd, .applicationEvent) == ["dns.not_response"])
    }

    @Test(arguments: [(4, []), (9, ["ike.unknown_proposal"])] as [(UInt8, [String])])
    func transformsOfIKE(_ type: UInt8, _ wanted: [String]) {
        func transform(_ isLast: Bool, _ type: UInt8, _ id: UInt8) -> [UInt8] {
            [isLast ? 0 : 3, 0, 0, 8, type, 0, 0, id]
        }
        let all = transform(false, 1, 20) + transform(false, 2, 5) + transform(true, type, 19)
        let proposal: [UInt8] = [0, 0, 0, UInt8(8 + all.count), 1, 1, 0, 3] + all
        let payload: [UInt8] = [0, 0, 0, UInt8(4 + proposal.count)] + proposal
        let head = [UInt8](repeating: 1, count: 8) + [UInt8](repeating: 0, count: 8) + [33, 0x20, 34, 8, 0, 0, 0, 0]
        let message = head + Frames.be32(28 + payload.count) + payload
        let run = Run([Frames.udpFrame(message, sourcePort: 500, destinationPort: 500)])
        #expect(ProtocolTests.values(run, .applicationEvent).filter { $0 == "ike.unknown_proposal" } == wanted)
    }
}
