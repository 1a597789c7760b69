import Events
import Network
import Testing

/// Units of protocols that signatures with `frame` look into: cut out where they are asked for, and only there.
@Suite struct FrameTests {
    private func frames(_ talk: Conversation, _ kinds: [FrameKind]) -> [FrameKind: [String]] {
        var options = NetworkOptions()
        for kind in kinds { options.frames |= 1 << UInt64(kind.number) }
        var found: [FrameKind: [String]] = [:]
        for item in Run(talk.frames, options: options).transactions {
            for buffer in item.buffers where buffer.kind == .frame {
                #expect(item.buffers.count == 1 && item.item.complete)
                let kind = FrameKind.allCases[Int(buffer.bytes[0])]
                found[kind, default: []].append(String(decoding: buffer.bytes.dropFirst(), as: UTF8.self))
            }
        }
        return found
    }

    @Test func requestsAndResponses() {
        let ask = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        let talk = ProtocolTests.text(80, [(true, ask), (false, answer), (true, ask), (false, answer)])
        let both = frames(talk, [.httpRequest, .httpResponse])
        #expect(both == [.httpRequest: [ask, ask], .httpResponse: [answer, answer]])
        #expect(frames(talk, [.httpResponse]) == [.httpResponse: [answer, answer]])
        #expect(frames(talk, [.dnsUnit]) == [:])
        #expect(frames(talk, []) == [:])
    }

    @Test func linesOfMail() {
        let talk = ProtocolTests.text(
            25, [(false, "220 mx\r\n"), (true, "EHLO pc\r\n"), (false, "250 ok\r\n"), (true, "QUIT\r\n")])
        let found = frames(talk, [.smtpCommand, .smtpResponse])
        #expect(found[.smtpCommand] == ["EHLO pc\r\n", "EHLO pc", "QUIT\r\n", "QUIT"])
        #expect(found[.smtpResponse] == ["250 ok\r\n"])
    }

    @Test func recordsOfTLS() {
        let talk = ProtocolTests.talk(443, [(true, TLSTests.client), (false, TLSTests.server)])
        let found = frames(talk, [.tlsUnit, .tlsHeader, .tlsData])
        #expect(found[.tlsUnit]?.count == found[.tlsHeader]?.count)
        #expect(found[.tlsHeader]?.allSatisfy { (20...24).contains($0.utf8.first ?? 0) } == true)
        #expect(zip(found[.tlsUnit] ?? [], found[.tlsData] ?? []).allSatisfy { $0.hasSuffix($1) })
    }

    /// Heads of records whose content is encrypted, whole and in pieces.
    @Test(arguments: [1400, 3]) func sealedRecordsOfTLS(_ size: Int) {
        let data = ProtocolBytes.record(23, [1, 2, 3])
        let keys = ProtocolBytes.record(20, [1])
        let talk = ProtocolTests.talk(
            443, [(true, TLSTests.client), (false, TLSTests.server + keys), (true, keys + data), (true, data)],
            size: size)
        let heads = frames(talk, [.tlsHeader])[.tlsHeader] ?? []
        // The server sends one of its own.
        #expect(heads.filter { $0.utf8.first == 23 }.count == 3)
        #expect(heads.contains { $0.utf8.first == 20 })
    }

    @Test func messagesOfSMB() {
        let found = frames(ProtocolTests.smb(), [.nbssUnit, .nbssData, .smb2Unit, .smb2Header, .smb2Data, .smb1Unit])
        #expect(found[.nbssUnit]?.count == 6 && found[.smb2Unit]?.count == 6 && found[.smb1Unit] == nil)
        #expect(found[.nbssData] == found[.smb2Unit])
        #expect(found[.smb2Header]?.count == 6 && found[.smb2Data]?.count == 6)
    }

    @Test func messagesThatSayHowLongTheyAre() {
        #expect(frames(ProtocolTests.ldap, [.ldapUnit])[.ldapUnit]?.count == 4)
        #expect(frames(ProtocolTests.mqtt(), [.mqttUnit, .mqttData])[.mqttUnit]?.count == 5)
        let calls = frames(NFSTests.talk(), [.rpcUnit, .rpcHeader, .nfsUnit, .nfsStatus, .rpcCredentials])
        #expect(calls[.rpcUnit]?.count == 7 && calls[.nfsUnit]?.count == 7)
        #expect(
            calls[.rpcHeader]?.allSatisfy { $0.unicodeScalars.count == 12 } == true && calls[.rpcHeader]?.count == 3)
        #expect(calls[.nfsStatus] == ["\0\0\0\0", "\0\0\0\0", "\0\0\0\0"])
        #expect(calls[.rpcCredentials]?.count == 4)
    }
}
