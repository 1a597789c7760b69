import Events
import Network
import Testing

@Suite struct TLSTests {
    static func session(_ fromClient: [UInt8], _ fromServer: [UInt8], size: Int = 1400) -> Run {
        var talk = Conversation()
        talk.serverPort = 443
        talk.handshake()
        talk.send(fromClient: true, fromClient, size: size)
        talk.send(fromClient: false, fromServer, size: size)
        talk.close()
        return Run(talk.frames)
    }

    static let server =
        ProtocolBytes.serverHello(
            cipher: 0xC02F,
            [(0xFF01, [0]), (16, ProtocolBytes.vector16(ProtocolBytes.vector8(Array("h2".utf8))))])
        + ProtocolBytes.handshake(11, ProtocolBytes.vector24(ProtocolBytes.vector24(ProtocolBytes.certificate())))
        + ProtocolBytes.record(20, [1]) + ProtocolBytes.record(23, [1, 2, 3])

    static let client = ProtocolBytes.clientHello(
        ciphers: [0xC02F, 0x0A0A], [ProtocolBytes.serverName("www.example.vn"), (10, ProtocolBytes.vector16([0, 23]))])

    /// The example of https://github.com/salesforce/ja3.
    @Test func fingerprintsAsJA3sAuthorsDo() throws {
        let hello = ProtocolBytes.clientHello(
            version: 769, ciphers: [47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4],
            [
                ProtocolBytes.serverName("a.example"), (10, ProtocolBytes.vector16(ProtocolBytes.words([23, 24, 25]))),
                (11, [1, 0]),
            ])
        let item = try #require(TLSTests.session(hello, []).items(.transaction, .toServer).first)
        #expect(item[.ja3String] == "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0")
        #expect(item[.ja3Hash] == "ada70206e40642a3e4461f35503241d5")
    }

    /// The example of FoxIO's JA4 description, with GREASE added.
    @Test func fingerprintsAsJA4sAuthorsDo() throws {
        let ciphers = [
            0x2A2A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x9C, 0x9D,
            0x2F, 0x35,
        ]
        let algorithms = ProtocolBytes.words([0x403, 0x804, 0x401, 0x503, 0x805, 0x501, 0x806, 0x601])
        var list: [(Int, [UInt8])] = [
            (0x3A3A, []), (0x1B, []), ProtocolBytes.serverName("a.example"), (0x33, []),
            (0x10, ProtocolBytes.vector16(ProtocolBytes.vector8(Array("h2".utf8)))), (0x4469, []), (0x17, []),
            (0x2D, []), (0x0D, ProtocolBytes.vector16(algorithms)), (5, []), (0x23, []), (0x12, []),
            (0x2B, ProtocolBytes.vector8(ProtocolBytes.words([0x4A4A, 0x304, 0x303]))),
        ]
        list += [(0xFF01, [0]), (0x0B, [1, 0]), (0x0A, ProtocolBytes.vector16([0, 29])), (0x15, [])]
        let hello = ProtocolBytes.clientHello(ciphers: ciphers, list)
        let item = try #require(TLSTests.session(hello, []).items(.transaction, .toServer).first)
        #expect(item[.ja4Hash] == "t13d1516h2_8daaf6152771_e5627efa2ab1")
    }

    /// A hello in SSL 2's form that asks for TLS 1.0 (RFC 5246 appendix E.2).
    @Test(arguments: [1400, 30, 1]) func readsHellosInSSL2sForm(_ size: Int) throws {
        let body: [UInt8] =
            [1, 3, 1] + Frames.be16(6) + Frames.be16(0) + Frames.be16(16) + [1, 0, 0x80, 0, 0, 0x2F]
            + [UInt8](repeating: 7, count: 16)
        let hello = [0x80, UInt8(body.count)] + body
        let run = TLSTests.session(hello, TLSTests.server, size: size)
        let item = try #require(run.items(.transaction, .toServer).first)
        #expect(item.item.application == .tls)
        #expect(item[.tlsVersion] == "1.0")
    }

    @Test(arguments: [1400, 100, 7, 1]) func readsHandshakes(_ size: Int) throws {
        let run = TLSTests.session(TLSTests.client, TLSTests.server, size: size)
        let request = try #require(run.items(.transaction, .toServer).first)
        #expect(request[.tlsServerName] == "www.example.vn")
        #expect(request[.tlsVersion] == "1.2")
        let answers = run.items(.transaction, .toClient)
        let certificate = try #require(answers.first { $0[.tlsCertSubject] != nil })
        #expect(answers[0][.tlsALPN] == "h2")
        #expect(answers[0][.ja3sString] == "771,49199,65281-16")
        #expect(certificate[.tlsCertSubject] == "C=VN, CN=www.example.vn")
        #expect(certificate[.tlsCertIssuer] == "C=VN, O=Example CA")
        #expect(certificate[.tlsCertSerial] == "0A:BC:01")
        #expect(certificate[.tlsCertFingerprint]?.count == 59)
        let names = certificate.buffers.filter { $0.kind == .tlsAlternativeName }
        #expect(names.map { String(decoding: $0.bytes, as: UTF8.self) } == ["www.example.vn", "example.vn"])
        #expect(certificate.buffers.first { $0.kind == .tlsCertificates }?.bytes == ProtocolBytes.certificate())
    }

    @Test func tellsOneEvent() throws {
        let events = TLSTests.session(TLSTests.client, TLSTests.server).events(.networkTLS)
        #expect(events.count == 1)
        let event = try #require(events.first)
        #expect(event[.tlsServerName] == "www.example.vn")
        #expect(event[.tlsVersion] == "TLS 1.2")
        #expect(event[.tlsNextProtocol] == "h2")
        #expect(event[.tlsSubject] == "C=VN, CN=www.example.vn")
        #expect(event[.tlsSerialNumber] == "0A:BC:01")
        #expect(event[.tlsNotBefore] == "2026-01-01T00:00:00")
        #expect(event[.tlsNotAfter] == "2027-01-02T03:04:05")
        #expect(event[.networkProtocol] == "tls")
    }

    /// Records that are none, and lengths that cannot be.
    @Test func notesAnomalies() {
        let cases: [([UInt8], String)] = [
            (ProtocolBytes.record(99, [1]), "tls.invalid_record_type"),
            ([22, 9, 9, 0, 1, 0], "tls.invalid_record_version"),
            ([22, 3, 3, 0xFF, 0xFF], "tls.invalid_record_length"),
            (ProtocolBytes.handshake(99, []), "tls.invalid_handshake_message"),
            (ProtocolBytes.record(24, [1, 0x40, 0]), "tls.overflow_heartbeat_message"),
            (ProtocolBytes.record(24, [3, 0, 0]), "tls.invalid_heartbeat_message"),
            (ProtocolBytes.record(24, [1, 0, 1, 0]), "tls.invalid_heartbeat_message"),
            (
                ProtocolBytes.handshake(11, ProtocolBytes.vector24(ProtocolBytes.vector24([1, 2, 3]))),
                "tls.invalid_certificate"
            ),
            (
                ProtocolBytes.handshake(
                    11,
                    ProtocolBytes.vector24(
                        ProtocolBytes.vector24([0x30, 6, 0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFA, 0]))),
                "tls.invalid_certificate"
            ),
            (
                ProtocolBytes.handshake(
                    11, ProtocolBytes.vector24(ProtocolBytes.vector24([0x30, 5, 0x30, 0x84, 0xFF, 0xFF, 0xFF, 0, 0]))),
                "tls.certificate_invalid_length"
            ),
        ]
        for (bytes, name) in cases {
            let hello = ProtocolBytes.serverHello(cipher: 0xC02F, [])
            let run = TLSTests.session(TLSTests.client, hello + bytes)
            let raised = (run.items(.transaction, .toClient) + run.items(.transaction, .toServer)).flatMap(\.buffers)
                .filter { $0.kind == .applicationEvent }
            #expect(raised.contains { String(decoding: $0.bytes, as: UTF8.self) == name }, "\(name)")
        }
    }

    /// The last message of a piece of data that says how far the handshake has come: `ssl_state`.
    @Test(arguments: [1400, 1]) func tellsHowFarTheHandshakeHasCome(_ size: Int) {
        let server =
            ProtocolBytes.serverHello(cipher: 0xC02F, []) + ProtocolBytes.handshake(12, [1, 2, 3])
            + ProtocolBytes.handshake(14, [])
        var talk = Conversation()
        talk.serverPort = 443
        talk.handshake()
        talk.send(fromClient: true, TLSTests.client, size: size)
        talk.send(fromClient: false, server, size: size)
        talk.send(fromClient: true, ProtocolBytes.handshake(16, [1, 2, 3, 4]), size: size)
        talk.close()
        let items = Run(talk.frames).items(.transaction)
        let states = items.compactMap { item in item[.tlsState].map { "\($0.utf8.last ?? 0)" } }
        #expect(states == (size == 1 ? ["1", "2", "8", "4"] : ["1", "8", "4"]))
    }
}
