import Events
import Network
import Testing

/// Each protocol: what a short conversation shows signatures and rules.
@Suite struct ProtocolTests {
    static func talk(_ port: Int, _ turns: [(fromClient: Bool, bytes: [UInt8])], size: Int = 1400) -> Conversation {
        var talk = Conversation()
        talk.serverPort = port
        talk.handshake()
        for turn in turns { talk.send(fromClient: turn.fromClient, turn.bytes, size: size) }
        talk.close()
        return talk
    }

    static func text(_ port: Int, _ turns: [(Bool, String)], size: Int = 1400) -> Conversation {
        talk(port, turns.map { ($0.0, Array($0.1.utf8)) }, size: size)
    }

    static func values(_ run: Run, _ kind: BufferKind) -> [String] {
        run.transactions.flatMap(\.buffers).filter { $0.kind == kind }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    static func number(_ run: Run, _ kind: BufferKind) -> [Int] {
        run.transactions.flatMap(\.buffers).filter { $0.kind == kind }.map { $0.bytes.reduce(0) { $0 << 8 | Int($1) } }
    }

    static let ssh = talk(
        22,
        [
            (false, Array("SSH-2.0-OpenSSH_9.6 Debian\r\n".utf8)), (true, Array("SSH-2.0-PuTTY_0.80\r\n".utf8)),
            (true, ProtocolBytes.keyExchange(["kex", "host", "c2s", "s2c", "m1", "m2", "z1", "z2", "", ""])),
            (false, ProtocolBytes.keyExchange(["kex", "host", "c2s", "s2c", "m1", "m2", "z1", "z2", "", ""])),
        ])

    @Test func ssh() throws {
        let run = Run(ProtocolTests.ssh.frames)
        #expect(Set(ProtocolTests.values(run, .sshSoftware)) == ["OpenSSH_9.6", "PuTTY_0.80"])
        #expect(ProtocolTests.values(run, .sshProtocol) == ["2.0", "2.0"])
        #expect(ProtocolTests.values(run, .sshHASSHString) == ["kex;c2s;m1;z1"])
        #expect(ProtocolTests.values(run, .sshHASSHServerString) == ["kex;s2c;m2;z2"])
        let event = try #require(run.events(.networkSSH).first)
        #expect(event[.sshClient] == "PuTTY_0.80")
        #expect(event[.sshHASSH]?.count == 32)
    }

    static let smtp: [(Bool, String)] = [
        (false, "220 mail.example.vn ESMTP\r\n"), (true, "EHLO pc.example.vn\r\n"),
        (false, "250-mail.example.vn\r\n250 OK\r\n"),
        (true, "MAIL FROM:<a@example.vn>\r\n"), (false, "250 OK\r\n"), (true, "RCPT TO:<b@example.vn>\r\n"),
        (false, "250 OK\r\n"), (true, "DATA\r\n"), (false, "354 Go on\r\n"),
        (
            true,
            "From: A <a@example.vn>\r\nSubject: Two\r\n lines\r\nContent-Type: multipart/mixed; boundary=\"xx\"\r\n\r\n"
                + "--xx\r\nContent-Type: text/plain\r\n\r\nsee http://bad.example/x now\r\n..dot\r\n"
                + "--xx\r\nContent-Disposition: attachment; filename=\"a.exe\"\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\nTVqQAAMA\r\nAAQ=\r\n--xx--\r\n.\r\n"
        ),
        (false, "250 queued\r\n"), (true, "QUIT\r\n"), (false, "221 bye\r\n"),
    ]

    @Test(arguments: [1400, 13, 1]) func smtp(_ size: Int) throws {
        let run = Run(ProtocolTests.text(25, ProtocolTests.smtp, size: size).frames)
        #expect(Set(ProtocolTests.values(run, .smtpHelo)) == ["pc.example.vn"])
        #expect(Set(ProtocolTests.values(run, .smtpRecipient)) == ["<b@example.vn>"])
        #expect(ProtocolTests.values(run, .emailSubject) == ["Two lines"])
        #expect(ProtocolTests.values(run, .emailURL) == ["http://bad.example/x"])
        #expect(ProtocolTests.values(run, .fileName) == ["a.exe"])
        let file = run.transactions.flatMap(\.buffers).first { $0.kind == .fileData }
        #expect(file?.bytes == [0x4D, 0x5A, 0x90, 0, 3, 0, 0, 4])
        let event = try #require(run.events(.networkSMTP).first)
        #expect(event[.emailFrom] == "A <a@example.vn>")
        #expect(event[.emailAttachmentName] == "a.exe")
        #expect(event[.smtpMailFrom] == "<a@example.vn>")
    }

    /// What follows STARTTLS is TLS.
    @Test func smtpBecomesTLS() {
        var turns = ProtocolTests.smtp.prefix(3).map { ($0.0, Array($0.1.utf8)) }
        turns += [(true, Array("STARTTLS\r\n".utf8)), (false, Array("220 go\r\n".utf8)), (true, TLSTests.client)]
        turns += [(false, TLSTests.server)]
        let run = Run(ProtocolTests.talk(25, turns).frames)
        #expect(ProtocolTests.values(run, .tlsServerName) == ["www.example.vn"])
        #expect(run.events(.networkTLS).count == 1)
        #expect(run.events(.networkSMTP).count == 1)
    }

    static func ftp() -> [[UInt8]] {
        let control = text(
            21,
            [
                (false, "220 ready\r\n"), (true, "USER anna\r\n"), (false, "331 password\r\n"),
                (true, "PASS secret\r\n"), (false, "230 in\r\n"), (true, "PASV\r\n"),
                (false, "227 Entering (198,51,100,80,4,1)\r\n"), (true, "RETR x.bin\r\n"),
            ])
        var data = Conversation()
        data.clientPort = 40_001
        data.serverPort = 1025
        data.handshake()
        data.send(fromClient: false, "the file")
        data.close()
        return control.frames.dropLast(3) + data.frames + control.frames.suffix(3)
    }

    @Test func ftpWithItsData() throws {
        let run = Run(ProtocolTests.ftp())
        #expect(ProtocolTests.values(run, .ftpCommand) == ["USER", "PASS", "PASV", "RETR"])
        #expect(ProtocolTests.values(run, .ftpCompletionCode) == ["331", "230", "227"])
        #expect(ProtocolTests.values(run, .fileData) == ["the file"])
        #expect(ProtocolTests.values(run, .fileName) == ["x.bin"])
        #expect(ProtocolTests.values(run, .ftpDataCommand) == ["RETR"])
        let pass = try #require(run.events(.networkFTP).first { $0[.ftpCommand] == "PASS" })
        #expect(pass[.ftpArguments] == nil)
        #expect(pass[.userName] == "anna")
    }

    /// `withTree`: from the beginning, where the share is named.
    static func smb(withTree: Bool = true) -> Conversation {
        let path = ProtocolBytes.wide("\\\\srv\\IPC$")
        let name = ProtocolBytes.wide("svcctl")
        let identity = (1...16).map { UInt8($0) }
        func write(_ data: [UInt8], _ message: Int) -> [UInt8] {
            let body =
                ProtocolBytes.le16(49) + ProtocolBytes.le16(112) + ProtocolBytes.le32(data.count)
                + [UInt8](repeating: 0, count: 8) + identity + [UInt8](repeating: 0, count: 16) + data
            return ProtocolBytes.smb2(9, response: false, message: message, body)
        }
        let tree = ProtocolBytes.le16(9) + [0, 0] + ProtocolBytes.le16(72) + ProtocolBytes.le16(path.count) + path
        let create =
            ProtocolBytes.le16(57) + [UInt8](repeating: 0, count: 42) + ProtocolBytes.le16(120)
            + ProtocolBytes.le16(name.count) + [UInt8](repeating: 0, count: 8) + name
        let opened = ProtocolBytes.le16(89) + [UInt8](repeating: 0, count: 62) + identity + [0, 0, 0, 0, 0, 0, 0, 0]
        let share: [(Bool, [UInt8])] = [
            (true, ProtocolBytes.smb2(3, response: false, message: 1, tree)),
            (false, ProtocolBytes.smb2(3, response: true, message: 1, ProtocolBytes.le16(16) + [2, 0, 0, 0])),
        ]
        return talk(
            445,
            (withTree ? share : []) + [
                (true, ProtocolBytes.smb2(5, response: false, message: 2, create)),
                (false, ProtocolBytes.smb2(5, response: true, message: 2, opened)),
                (true, write(ProtocolBytes.bind, 3)), (true, write(ProtocolBytes.call(12, [1, 2, 3]), 4)),
            ])
    }

    /// Each direction of a call shows whom it calls.
    private static let services = "367abb81-9844-35f1-ad32-98f038001003/2"

    @Test func smbAndItsCalls() throws {
        let run = Run(ProtocolTests.smb().frames)
        #expect(ProtocolTests.values(run, .smbNamedPipe) == ["\\srv\\IPC$"])
        #expect(ProtocolTests.values(run, .dcerpcInterface) == [ProtocolTests.services, ProtocolTests.services])
        #expect(ProtocolTests.number(run, .dcerpcOperation) == [12, 12])
        let files = run.events(.networkSMB)
        #expect(files.map { $0[.smbShare] } == ["\\\\srv\\IPC$", "\\\\srv\\IPC$"])
        #expect(files.last?[.smbPipe] == "svcctl")
        let call = try #require(run.events(.networkDCERPC).first)
        #expect(call[.dcerpcEndpoint] == "svcctl")
        #expect(call[.dcerpcOperation] == "CreateServiceW")
    }

    /// Which share a service's pipe is in need not be known.
    @Test func callsOfAPipeWhoseShareNobodySaw() throws {
        let run = Run(ProtocolTests.smb(withTree: false).frames)
        #expect(ProtocolTests.values(run, .dcerpcInterface) == [ProtocolTests.services, ProtocolTests.services])
        #expect(ProtocolTests.number(run, .dcerpcOperation) == [12, 12])
    }

    /// Heads of responses that end oddly, and what a browser takes for the body.
    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n \r\n\r\nbody", "body"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 4\n\r\r\nbody", "body"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n \r\n chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", "body"),
            ("HTTP/1.1 200 OK\rTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", "body"),
            ("HTTP/1.1 200 OK\r\nTransfer\u{0}-Encoding: xchun\u{0}ked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", "body"),
        ], [1400, 1]) func readsResponsesAsBrowsersDo(_ given: (response: String, body: String), _ size: Int)
    {
        let run = HTTPMessageTests.exchange("GET / HTTP/1.1\r\n\r\n", given.response, size: size)
        #expect(ProtocolTests.values(run, .httpResponseBody) == [given.body])
    }

    /// These are known where the line, or the first four bytes, come in one piece.
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 4\n \nbody", "body"), ("no head", "no head"),
        ("foo\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", "body"),
    ])
    func readsWholeOddLines(_ response: String, _ body: String) {
        let run = HTTPMessageTests.exchange("GET / HTTP/1.1\r\n\r\n", response)
        #expect(ProtocolTests.values(run, .httpResponseBody) == [body])
    }

    static func dcerpc() -> Conversation {
        talk(135, [(true, ProtocolBytes.bind), (true, ProtocolBytes.call(24, [7, 7]))], size: 9)
    }

    @Test func dcerpcByItself() {
        let run = Run(ProtocolTests.dcerpc().frames)
        #expect(ProtocolTests.number(run, .dcerpcOperation) == [24, 24])
        #expect(run.events(.networkDCERPC).first?[.dcerpcOperation] == "CreateServiceA")
    }

    static let invite =
        "INVITE sip:b@example.vn SIP/2.0\r\nVia: one\r\nv: two\r\nf: <sip:a@example.vn>\r\nUser-Agent: x\r\n"
        + "Content-Type: application/sdp\r\nContent-Length: 37\r\n\r\nv=0\r\no=a 1 1\r\nm=audio 1\r\ni=title\r\n\r\n"

    @Test func sip() {
        let run = Run([Frames.udpFrame(Array(ProtocolTests.invite.utf8), destinationPort: 5060)])
        #expect(ProtocolTests.values(run, .sipMethod) == ["INVITE"])
        #expect(ProtocolTests.values(run, .sipURI) == ["sip:b@example.vn"])
        #expect(ProtocolTests.values(run, .sipVia) == ["one", "two"])
        #expect(ProtocolTests.values(run, .sdpOrigin) == ["a 1 1"])
        #expect(ProtocolTests.values(run, .sdpMediaInfo) == ["title"])
        #expect(run.events(.networkSIP).first?[.sipMethod] == "INVITE")
    }

    static func mqtt() -> Conversation {
        let connect: [UInt8] =
            ProtocolBytes.vector16(Array("MQTT".utf8)) + [4, 0xC2, 0, 60] + ProtocolBytes.vector16(Array("id".utf8))
            + ProtocolBytes.vector16(Array("user".utf8)) + ProtocolBytes.vector16(Array("pass".utf8))
        let publish = ProtocolBytes.vector16(Array("a/b".utf8)) + Array("hello".utf8)
        let subscribe = [0, 9] + ProtocolBytes.vector16(Array("c/#".utf8)) + [1]
        return talk(
            1883,
            [
                (true, [0x10, UInt8(connect.count)] + connect), (false, [0x20, 2, 0, 0]),
                (true, [0x30, UInt8(publish.count)] + publish),
                (true, [0x82, UInt8(subscribe.count)] + subscribe), (false, [0x90, 3, 0, 9, 1]),
            ], size: 5)
    }

    @Test func mqtt() {
        let run = Run(ProtocolTests.mqtt().frames)
        #expect(ProtocolTests.values(run, .mqttType) == ["CONNECT", "CONNACK", "PUBLISH", "SUBSCRIBE", "SUBACK"])
        #expect(ProtocolTests.values(run, .mqttUserName) == ["user"])
        #expect(ProtocolTests.values(run, .mqttPublishMessage) == ["hello"])
        #expect(ProtocolTests.values(run, .mqttSubscribeTopic) == ["c/#"])
        #expect(ProtocolTests.number(run, .mqttReasonCode) == [0, 1])
        #expect(run.events(.networkMQTT).count == 3)
    }

    static func datagrams() -> [[UInt8]] {
        let dhcp =
            [2, 1, 6, 0] + [UInt8](repeating: 0, count: 12) + [192, 0, 2, 5] + [UInt8](repeating: 0, count: 216)
            + [0x63, 0x82, 0x53, 0x63, 53, 1, 5, 51, 4, 0, 0, 14, 16, 12, 2, 0x70, 0x63, 255]
        let snmp = ProtocolBytes.der(
            0x30,
            ProtocolBytes.der(2, [1]) + ProtocolBytes.der(4, Array("public".utf8)) + ProtocolBytes.der(0xA0, [2, 1, 0]))
        let name = ProtocolBytes.der(
            0x30,
            ProtocolBytes.der(0xA0, ProtocolBytes.der(2, [1]))
                + ProtocolBytes.der(0xA1, ProtocolBytes.der(0x30, ProtocolBytes.der(0x1B, Array("anna".utf8)))))
        let body = ProtocolBytes.der(0xA4, ProtocolBytes.der(0x30, ProtocolBytes.der(0xA1, name)))
        let kerberos = ProtocolBytes.der(
            0x6A,
            ProtocolBytes.der(
                0x30, ProtocolBytes.der(0xA1, [2, 1, 5]) + ProtocolBytes.der(0xA2, [2, 1, 10]) + body))
        let nonce: [UInt8] = [0, 0, 0, 8, 1, 2, 3, 4]
        let ike =
            [UInt8](repeating: 0xAB, count: 8) + [UInt8](repeating: 0, count: 8)
            + [40, 0x20, 34, 8, 0, 0, 0, 0, 0, 0, 0, 36] + nonce
        return [
            Frames.udpFrame([0x23] + [UInt8](repeating: 0, count: 47), destinationPort: 123),
            Frames.udpFrame(dhcp, sourcePort: 67, destinationPort: 68),
            Frames.udpFrame(snmp, sourcePort: 40_161, destinationPort: 161),
            Frames.udpFrame(kerberos, sourcePort: 40_088, destinationPort: 88),
            Frames.udpFrame([0, 1] + Array("boot.img".utf8) + [0] + Array("octet".utf8) + [0], destinationPort: 69),
            Frames.udpFrame(ike, sourcePort: 500, destinationPort: 500),
        ]
    }

    @Test func datagrams() {
        let run = Run(ProtocolTests.datagrams())
        #expect(ProtocolTests.number(run, .ntpVersion) == [4])
        #expect(ProtocolTests.number(run, .dhcpLeaseTime) == [3600])
        #expect(run.events(.networkDHCP).first?[.dhcpAddress] == "192.0.2.5")
        #expect(ProtocolTests.values(run, .snmpCommunity) == ["public"])
        #expect(ProtocolTests.number(run, .krb5MessageType) == [10])
        // Signatures see the names in answers alone.
        #expect(ProtocolTests.values(run, .krb5Client) == [])
        #expect(run.events(.networkKerberos).first?[.kerberosClient] == "anna")
        #expect(run.events(.networkTFTP).first?[.fileName] == "boot.img")
        #expect(ProtocolTests.values(run, .ikeInitiatorSPI) == ["abababababababab"])
        #expect(ProtocolTests.number(run, .ikeNonceLength) == [4])
    }

    static func rfb() -> Conversation {
        let geometry = [UInt8](repeating: 1, count: 20)
        return talk(
            5900,
            [
                (false, Array("RFB 003.008\n".utf8)), (true, Array("RFB 003.008\n".utf8)), (false, [1, 2]),
                (true, [2]), (false, [UInt8](repeating: 5, count: 16)), (true, [UInt8](repeating: 6, count: 16)),
                (false, [0, 0, 0, 0]), (true, [1]), (false, geometry + [0, 0, 0, 2, 0x70, 0x63]),
            ])
    }

    @Test func rfb() {
        let run = Run(ProtocolTests.rfb().frames)
        #expect(ProtocolTests.number(run, .rfbSecurityType) == [2])
        #expect(ProtocolTests.number(run, .rfbSecurityResult) == [0])
        #expect(ProtocolTests.values(run, .rfbName) == ["pc"])
    }

    /// A trap of version 1: its kind stands behind the enterprise and the agent.
    @Test func readsTraps() {
        let trap = ProtocolBytes.der(
            0xA4,
            ProtocolBytes.der(6, [43, 6, 1]) + ProtocolBytes.der(0x40, [192, 0, 2, 1]) + ProtocolBytes.der(2, [3])
                + ProtocolBytes.der(2, [0]))
        let message = ProtocolBytes.der(
            0x30, ProtocolBytes.der(2, [0]) + ProtocolBytes.der(4, Array("public".utf8)) + trap)
        let run = Run([Frames.udpFrame(message, sourcePort: 40_161, destinationPort: 162)])
        #expect(ProtocolTests.number(run, .snmpPDUType) == [4] && ProtocolTests.number(run, .snmpTrapType) == [3])
    }

    /// The distributed hash table of BitTorrent is known by its first bytes.
    @Test(arguments: ["d1:ad2:id20:abcdefghij0123456789e1:q4:ping", "d1:rd2:id20:abcdefghij0123456789e1:t2:aa"])
    func recognisesBitTorrent(_ text: String) {
        let run = Run([Frames.udpFrame(Array(text.utf8), sourcePort: 6881, destinationPort: 6882)])
        #expect(run.items.contains { $0.item.application == .bittorrent })
    }

    static let ldap = talk(
        389,
        [
            (true, [0x30, 0x0E, 2, 1, 1, 0x60, 9, 2, 1, 3, 4, 2] + Array("cn".utf8) + [0x80, 0]),
            (false, [0x30, 0x84, 0, 0, 0, 0x10, 2, 1, 1, 0x61, 0x84, 0, 0, 0, 7, 10, 1, 0, 4, 0, 4, 0]),
            (true, [0x30, 0x07, 2, 1, 2, 0x4A, 2] + Array("dc".utf8)),
            (false, [0x30, 0x0E, 2, 1, 2, 0x6B, 9, 10, 1, 32, 4, 0, 4, 2] + Array("no".utf8)),
        ])

    @Test func ldap() {
        let run = Run(ProtocolTests.ldap.frames)
        #expect(run.transactions.map(\.item.direction) == [.toServer, .toClient, .toServer, .toClient])
        #expect(run.transactions.map(\.item.transaction) == [0, 0, 1, 1])
        #expect(run.items.last?.item.application == .ldap)
    }

    @Test func rdp() {
        let cookie = Array("Cookie: mstshash=anna\r\n".utf8)
        let request =
            [3, 0] + Frames.be16(11 + cookie.count) + [UInt8(6 + cookie.count), 0xE0, 0, 0, 0, 0, 0] + cookie
        let run = Run(ProtocolTests.talk(3389, [(true, request)]).frames)
        #expect(run.events(.networkRDP).first?[.rdpCookie] == "anna")
    }

    /// All of them, with bytes changed, frames cut, dropped, doubled and moved.
    @Test(arguments: 0..<6) func survivesMutation(_ seed: Int) {
        let tls = ProtocolTests.talk(443, [(true, TLSTests.client), (false, TLSTests.server)])
        let talks = [
            tls, ProtocolTests.ssh, ProtocolTests.text(25, ProtocolTests.smtp), ProtocolTests.smb(),
            ProtocolTests.dcerpc(), ProtocolTests.mqtt(), ProtocolTests.rfb(), ProtocolTests.ldap, HTTP2Tests.talk,
            NFSTests.talk(), IndustrialTests.robot,
        ]
        var random = HostileTests.Random(state: UInt64(seed + 1) &* 0x9E37_79B9_7F4A_7C15 | 1)
        for round in 0..<60 {
            for talk in talks.map(\.frames) + [ProtocolTests.ftp(), ProtocolTests.datagrams()] {
                var frames = talk
                for _ in 0..<1 + random.next(6) where !frames.isEmpty {
                    let at = random.next(frames.count)
                    switch random.next(8) {
                    case 0: frames[at] = Array(frames[at].prefix(random.next(frames[at].count + 1)))
                    case 1: frames.remove(at: at)
                    case 2: frames.swapAt(at, random.next(frames.count))
                    default:
                        // Behind the headers, where the protocols are.
                        let payload = max(frames[at].count - 42, 1)
                        if frames[at].count > 42 { frames[at][42 + random.next(payload)] = UInt8(random.next(256)) }
                    }
                }
                var options = NetworkOptions(checksums: .none)
                options.httpBodyLimit = round % 2 == 0 ? 16 : 4096
                if round % 3 == 0 { options.frames = .max }
                HostileTests.check(Run(frames, options: options, batchSize: 1 + random.next(30)))
            }
        }
    }
}
