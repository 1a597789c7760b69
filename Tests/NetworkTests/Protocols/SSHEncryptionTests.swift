import Events
import Network
import Testing

/// Once both sides of an SSH connection use new keys, payloads are handed to nobody who looks for something in them.
@Suite struct SSHEncryptionTests {
    private static let offers = ProtocolBytes.keyExchange(["k", "h", "c", "s", "m", "m", "z", "z", "", ""])

    /// A packet: length, padding's length, message, body.
    private static func packet(_ message: UInt8, _ body: String) -> [UInt8] {
        Frames.be32(body.utf8.count + 2) + [0, message] + Array(body.utf8)
    }

    private static func talk(newKeys: Int, size: Int) -> Run {
        var talk = Conversation()
        talk.serverPort = 22
        talk.handshake()
        for side in [true, false] {
            talk.send(fromClient: side, "SSH-2.0-x\r\n", size: size)
            talk.send(fromClient: side, offers + packet(30, "exchange"), size: size)
        }
        for side in [true, false].prefix(newKeys) { talk.send(fromClient: side, packet(21, ""), size: size) }
        for side in [true, false] { talk.send(fromClient: side, "needle in what is said", size: size) }
        return Run(talk.frames)
    }

    @Test(arguments: [1400, 5, 1]) func payloadsAreLookedAtUntilThen(_ size: Int) {
        let run = Self.talk(newKeys: 2, size: size)
        #expect(!run.stream(.toServer).contains("needle") && !run.stream(.toClient).contains("needle"))
        #expect(run.stream(.toServer).contains("SSH-2.0"))
        #expect(run.packets.suffix(4).allSatisfy { $0.item.state.contains(.encrypted) })
    }

    /// One side's new keys are not both sides'.
    @Test(arguments: [0, 1]) func bothMustHaveThem(_ newKeys: Int) {
        let run = Self.talk(newKeys: newKeys, size: 1400)
        #expect(run.packets.allSatisfy { !$0.item.state.contains(.encrypted) })
    }
}
