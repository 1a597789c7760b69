import Events
import Network
import Testing

/// Protocols of plants and grids: Modbus, DNP3, EtherNet/IP; and LDAP and WebSocket, which are framed the same way.
@Suite struct IndustrialTests {
    static func modbus(_ number: Int, _ body: [UInt8]) -> [UInt8] {
        Frames.be16(number) + [0, 0] + Frames.be16(body.count) + body
    }

    static let plc = ProtocolTests.talk(
        502,
        [
            (true, modbus(1, [10, 1, 0, 5, 0, 3])), (false, modbus(1, [10, 1, 1, 7])),
            (true, modbus(2, [10, 16, 0, 100, 0, 2, 4, 0, 9, 1, 0])), (false, modbus(2, [10, 16, 0, 100, 0, 2])),
            (false, modbus(9, [10, 1, 1, 7])),
        ])

    /// A record for each request, and one for each register that is written.
    @Test(arguments: [1400, 5, 1]) func readsModbus(_ size: Int) {
        let run = Run(
            ProtocolTests.talk(
                502, [(true, IndustrialTests.modbus(1, [10, 1, 0, 5, 0, 3]))], size: size
            ).frames)
        let record = run.transactions.flatMap(\.buffers).first { $0.kind == .modbus }?.bytes
        #expect(record == [10, 1, 0, 0, 0, 2, 9, 0, 1, 0, 6, 0, 8, 0, 0, 0])
        let records = Run(IndustrialTests.plc.frames).transactions.flatMap(\.buffers).filter { $0.kind == .modbus }
        #expect(records.count == 4)
        #expect(Array(records[3].bytes.suffix(8)) == [1, 0, 102, 0, 102, 1, 1, 0])
    }

    @Test func notesAnswersToNothing() {
        let run = Run(IndustrialTests.plc.frames)
        #expect(ProtocolTests.values(run, .applicationEvent) == ["modbus.unsolicited_response"])
    }

    /// The checksum as IEEE 1815 writes it: bit by bit, polynomial 0x3D65.
    static func sealed(_ block: [UInt8]) -> [UInt8] {
        var sum = 0
        for byte in block {
            for bit in 0..<8 {
                let isSet = (sum & 1) ^ (Int(byte) >> bit & 1) == 1
                sum = isSet ? sum >> 1 ^ 0xA6BC : sum >> 1
            }
        }
        return block + ProtocolBytes.le16(~sum & 0xFFFF)
    }

    static func dnp3(_ user: [UInt8]) -> [UInt8] {
        var frame = sealed([5, 0x64, UInt8(5 + user.count), 0xC4, 1, 0, 2, 0])
        for at in stride(from: 0, to: user.count, by: 16) {
            frame += sealed(Array(user[at..<min(at + 16, user.count)]))
        }
        return frame
    }

    static let grid = ProtocolTests.talk(
        20_000,
        [
            (true, dnp3([0xC0, 0xC0, 1, 60, 2, 6, 60, 3, 6])),
            (false, dnp3([0xC0, 0xC0, 129, 0x90, 0, 22, 1, 0x28, 1, 0, 7, 0, 1, 2, 3, 4, 5, 30, 2, 0, 0, 0, 1, 2, 3])),
        ])

    @Test func readsDNP3() {
        let run = Run(IndustrialTests.grid.frames)
        #expect(ProtocolTests.number(run, .dnp3Function) == [1, 129])
        #expect(ProtocolTests.number(run, .dnp3Indicators) == [0x9000])
        let objects = run.transactions.flatMap(\.buffers).filter { $0.kind == .dnp3Object }.map(\.bytes)
        #expect(objects == [[60, 2], [60, 3], [22, 1], [30, 2]])
        #expect(ProtocolTests.values(run, .applicationEvent) == [])
    }

    @Test func notesDamagedDNP3() {
        var frame = IndustrialTests.dnp3([0xC0, 0xC0, 1, 60, 2, 6])
        frame[12] ^= 1
        let run = Run(ProtocolTests.talk(20_000, [(true, frame)]).frames)
        #expect(ProtocolTests.values(run, .applicationEvent) == ["dnp3.bad_transport_crc"])
        let flood = (0..<33).map { _ in (true, IndustrialTests.dnp3([0xC0, 0xC0, 1, 60, 2, 6])) }
        let flooded = Run(ProtocolTests.talk(20_000, flood).frames)
        #expect(ProtocolTests.values(flooded, .applicationEvent) == ["dnp3.flooded"])
    }

    static func enip(_ command: Int, _ body: [UInt8] = []) -> [UInt8] {
        ProtocolBytes.le16(command) + ProtocolBytes.le16(body.count) + [UInt8](repeating: 0, count: 20) + body
    }

    static let robot = ProtocolTests.talk(
        44_818,
        [
            (true, enip(0x63)), (false, enip(0x63)),
            (
                true,
                enip(
                    0x6F,
                    [UInt8](repeating: 0, count: 6) + [2, 0, 0, 0, 0, 0, 0xB2, 0, 8, 0]
                        + [0x0E, 3, 0x20, 1, 0x24, 1, 0x30, 7])
            ),
        ])

    @Test func readsENIP() {
        let run = Run(IndustrialTests.robot.frames)
        #expect(ProtocolTests.number(run, .enipCommand) == [0x63, 0x63, 0x6F])
        let services = run.transactions.flatMap(\.buffers).filter { $0.kind == .cipService }.map(\.bytes)
        #expect(services == [[0x0E, 1, 0, 1, 1, 0, 7]])
    }

    /// What a device says of itself and its services, and how it answers.
    @Test func readsENIPAnswers() {
        let identity: [UInt8] =
            [1, 0, 0x0C, 0, 37, 0, 1, 0] + [UInt8](repeating: 0, count: 16) + [2, 1, 12, 0, 5, 0, 20, 11, 0x30, 0]
            + [4, 3, 2, 1, 3] + Array("PLC".utf8) + [7]
        let services: [UInt8] =
            [1, 0, 0, 1, 20, 0, 1, 0, 0x20, 1] + Array("Communications".utf8) + [0, 0]
        let answer: [UInt8] =
            [UInt8](repeating: 0, count: 6) + [2, 0, 0, 0, 0, 0, 0xB2, 0, 6, 0] + [0x8E, 0, 5, 1, 9, 0]
        let run = Run(
            ProtocolTests.talk(
                44_818,
                [
                    (true, IndustrialTests.enip(0x63)), (false, IndustrialTests.enip(0x63, identity)),
                    (false, IndustrialTests.enip(4, services)), (false, IndustrialTests.enip(0x6F, answer)),
                    (true, IndustrialTests.enip(0x65, [1, 0, 0, 0])),
                ]
            ).frames)
        let numbers: [(BufferKind, [Int])] = [
            (.enipVendor, [258]), (.enipDeviceType, [12]), (.enipProductCode, [5]), (.enipRevision, [20 << 8 | 11]),
            (.enipIdentityStatus, [0x30]), (.enipSerial, [0x0102_0304]), (.enipState, [7]),
            (.enipCapabilities, [0x120]), (.enipProtocolVersion, [1, 1, 1]), (.cipStatus, [5]),
            (.cipExtendedStatus, [9]),
        ]
        for (kind, wanted) in numbers { #expect(ProtocolTests.number(run, kind) == wanted, "\(kind)") }
        #expect(ProtocolTests.values(run, .enipProductName) == ["PLC"])
        #expect(ProtocolTests.values(run, .enipServiceName) == ["Communications"])
        let path = Run(IndustrialTests.robot.frames)
        #expect(ProtocolTests.number(path, .cipClass) == [1] && ProtocolTests.number(path, .cipAttribute) == [7])
        #expect(ProtocolTests.number(path, .cipInstance) == [1])
    }

    /// Lengths that promise more than there is lead nowhere.
    @Test(
        arguments: [
            [], [0, 0], [0, 0, 0, 0, 0, 0, 1, 0, 0xB1, 0, 1, 0, 9], [0, 0, 0, 0, 0, 0, 1, 0, 0xB2, 0, 2, 0, 0x0A, 200],
            [0, 0, 0, 0, 0, 0, 1, 0, 0xB2, 0, 4, 0, 0x8A, 0, 0, 200],
            [0, 0, 0, 0, 0, 0, 1, 0, 0xB2, 0, 6, 0, 0x0A, 0, 9, 0, 3, 0],
        ] as [[UInt8]])
    func survivesShortENIP(_ body: [UInt8]) {
        for command in [0x6F, 0x70, 0x63, 0x04, 0x65] {
            let run = Run(ProtocolTests.talk(44_818, [(true, IndustrialTests.enip(command, body))]).frames)
            #expect(ProtocolTests.number(run, .enipCommand) == [command])
        }
    }

    @Test func readsLDAPAttributes() {
        func der(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] { ProtocolBytes.der(tag, parts.flatMap { $0 }) }
        func text(_ value: String) -> [UInt8] { der(4, Array(value.utf8)) }
        let search = der(
            0x63, text("dc=x"), der(0x0A, [2]), der(0x0A, [0]), der(2, [0]), der(2, [0]), der(1, [0]),
            der(0x87, Array("objectClass".utf8)), der(0x30, text("cn"), text("mail")))
        let entry = der(0x64, text("cn=a"), der(0x30, der(0x30, text("cn"), der(0x31, text("a")))))
        let run = Run(
            ProtocolTests.talk(
                389, [(true, der(0x30, der(2, [1]), search)), (false, der(0x30, der(2, [1]), entry))]
            ).frames)
        #expect(ProtocolTests.values(run, .ldapRequestAttribute) == ["cn", "mail"])
        #expect(ProtocolTests.values(run, .ldapResponseAttribute) == ["cn"])
    }

    @Test func readsLDAP() {
        let run = Run(ProtocolTests.ldap.frames)
        #expect(ProtocolTests.number(run, .ldapRequestOperation) == [0, 10])
        #expect(ProtocolTests.number(run, .ldapResponseOperation) == [1, 11])
        #expect(ProtocolTests.values(run, .ldapRequestName) == ["cn", "dc"])
        #expect(ProtocolTests.number(run, .ldapResultCode) == [0, 32])
        #expect(ProtocolTests.values(run, .ldapResponseMessage) == ["", "no"])
        #expect(ProtocolTests.number(run, .ldapResponseCount) == [1, 1])
    }

    static let upgrade = ProtocolTests.talk(
        80,
        [
            (true, Array("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n".utf8)),
            (
                false,
                Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n".utf8) + [0x81, 2, 0x68, 0x69]
            ),
            (true, [0x01, 0x83, 1, 2, 3, 4] + [0x61 ^ 1, 0x62 ^ 2, 0x63 ^ 3]), (true, [0x89, 0x80, 0, 0, 0, 0]),
            (true, [0x80, 0x82, 0, 0, 0, 0] + Array("de".utf8)),
        ])

    /// Frames behind HTTP's answer; a ping between those of a message (RFC 6455 section 5.4).
    @Test func readsWebSocket() {
        let run = Run(IndustrialTests.upgrade.frames)
        #expect(ProtocolTests.values(run, .websocketPayload) == ["hi", "abc", "", "abcde"])
        #expect(ProtocolTests.number(run, .websocketOpcode) == [1, 1, 9, 0])
        #expect(run.items.last?.item.application == .websocket)
    }

    @Test(arguments: 0..<4) func survivesMutation(_ seed: Int) {
        var random = HostileTests.Random(state: UInt64(seed + 1) &* 0x9E37_79B9_7F4A_7C15 | 1)
        for _ in 0..<60 {
            let talks = [
                IndustrialTests.plc, IndustrialTests.grid, IndustrialTests.robot, IndustrialTests.upgrade,
                ProtocolTests.ldap,
            ]
            for talk in talks {
                var frames = talk.frames
                for _ in 0..<1 + random.next(6) {
                    let at = random.next(frames.count)
                    guard frames[at].count > 54 else { continue }
                    frames[at][54 + random.next(frames[at].count - 54)] = UInt8(random.next(256))
                }
                HostileTests.check(Run(frames, options: NetworkOptions(checksums: .none)))
            }
        }
    }
}
