import Events
import Network
import Testing

/// Once application data are sent, payloads are handed to nobody who looks for something in them.
@Suite struct TLSEncryptionTests {
    private static let data = ProtocolBytes.record(23, Array("needle in the data".utf8))

    private static func talk(_ client: [UInt8], _ server: [UInt8], size: Int) -> Conversation {
        var talk = Conversation()
        talk.serverPort = 443
        talk.handshake()
        talk.send(fromClient: true, client, size: size)
        talk.send(fromClient: false, server, size: size)
        return talk
    }

    @Test(arguments: [1400, 7, 1]) func payloadsAreLookedAtUntilThen(_ size: Int) throws {
        var talk = Self.talk(TLSTests.client, TLSTests.server, size: size)
        talk.send(fromClient: true, ProtocolBytes.record(20, [1]) + Self.data, size: size)
        let before = talk.frames.count
        talk.send(fromClient: true, Self.data)
        talk.send(fromClient: false, Self.data)
        talk.close()
        let run = Run(talk.frames)
        #expect(run.stream(.toServer).contains("www.example.vn"))
        #expect(!run.stream(.toClient).contains("needle"))
        let packets = run.packets
        #expect(packets[..<6].allSatisfy { !$0.item.state.contains(.encrypted) })
        #expect(packets[before...].allSatisfy { $0.item.state.contains(.encrypted) })
        #expect(run.events(.networkTLS).count == 1)

        var options = NetworkOptions()
        options.looksIntoEncrypted = [.tls]
        let full = Run(talk.frames, options: options)
        #expect(full.stream(.toServer).contains("needle") && full.stream(.toClient).contains("needle"))
        #expect(full.packets.allSatisfy { !$0.item.state.contains(.encrypted) })
    }

    /// A handshake alone, and encrypted handshake messages behind it, are no data.
    @Test func aHandshakeIsNoData() {
        let finished = ProtocolBytes.record(20, [1]) + ProtocolBytes.record(22, [UInt8](repeating: 7, count: 40))
        let server = Array(TLSTests.server.dropLast(8))
        var talk = Self.talk(TLSTests.client, server, size: 1400)
        talk.send(fromClient: true, finished)
        talk.send(fromClient: false, finished)
        talk.send(fromClient: true, ProtocolBytes.record(21, [1, 0]))
        #expect(Run(talk.frames).packets.allSatisfy { !$0.item.state.contains(.encrypted) })
    }

    /// Data that a client sends with its hello (RFC 8446 section 4.2.10) begin nothing before the server has answered.
    @Test func earlyDataBeginNothing() {
        let hello = ProtocolBytes.clientHello(ciphers: [0x1301], [ProtocolBytes.serverName("a.example"), (42, [])])
        var talk = Conversation()
        talk.serverPort = 443
        talk.handshake()
        talk.send(fromClient: true, hello + Self.data)
        talk.send(fromClient: true, Self.data)
        let early = talk.frames.count
        talk.send(fromClient: false, TLSTests.server)
        let answered = talk.frames.count
        talk.send(fromClient: true, Self.data)
        let packets = Run(talk.frames).packets
        #expect(packets[..<early].allSatisfy { !$0.item.state.contains(.encrypted) })
        #expect(packets[answered...].allSatisfy { $0.item.state.contains(.encrypted) })
    }
}
