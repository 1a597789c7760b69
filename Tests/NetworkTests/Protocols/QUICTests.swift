import Events
import Foundation
import Network
import Testing

/// Initial packets that an independent program sealed (RFC 9001 section 5): a hello to quic.example.vn in two CRYPTO
/// frames, the second half first.
@Suite struct QUICTests {
    static let packets: [(version: [UInt8], text: String)] = [
        (
            [0, 0, 0, 1],
            "xgAAAAEIAQIDBAUGBwgAAEDaFEreGBqN3HdFLcyjZ5Pcb03FPdbNfAW2nI2mlg6fU/1ky7KnywtZo/91QNznEdBEaHAG9vT7"
                + "vhgxYO8j2djRJBkD67OcIbiAipyBeyTBykYxfCgulxKqr+VKA/fXLgMTenckI26zQ/lsfaF7lpxX82ei6OHD5rpI/5KKmr7e"
                + "euqXx5SGrKrksBhU6eUc7KKEUnm//SQsXECRqANSxT2ClCSXG3BYsh8j3WsbJOlWydtYDDVtEo+K1gwkjvS439biQb5+vs9e"
                + "9/7PDDbhNRdjlbg1oRx/X6JFtKU="
        ),
        (
            [0x6B, 0x33, 0x43, 0xCF],
            "2WszQ88IAQIDBAUGBwgAAEDaF4DYp7zuKt0ImsHodXHd3XlxyhD6Npif3U/8roGEnPj5sRH5x3TGDACykCBVqci9nmbWNy4j"
                + "1eRnv4hBIIdJVYdHJjHwRr+ie2ywb7rg2BfnBo+ba8q9+3L2FxhOwvZaMtG+nf5+/pQLIqXEaAJSxkiZBOtc8FcOyGszzp0N"
                + "QKB5jwzSntFXcRzB8OceLrqMvF5iCIAvhhueZQxDdI7F9G4MUFNgHtrHyidRUe9fynzKBittsH5fslGxvh00Ll2+YEUwWw8f"
                + "XLXp+PyF2SnuGwBuXT8qq2atHGI="
        ),
    ]

    static func datagram(_ index: Int) throws -> [UInt8] {
        [UInt8](try #require(Data(base64Encoded: packets[index].text)))
    }

    @Test(arguments: [0, 1]) func opensInitialPackets(_ index: Int) throws {
        let run = Run([Frames.udpFrame(try QUICTests.datagram(index), destinationPort: 443)])
        let item = try #require(run.transactions.first)
        #expect(item.item.application == .quic)
        #expect(item.buffers.first { $0.kind == .quicVersion }?.bytes == QUICTests.packets[index].version)
        #expect(item[.quicServerName] == "quic.example.vn")
        // Buffers of TLS are its own.
        #expect(item[.tlsServerName] == nil && item[.tlsALPN] == nil)
        #expect(item[.ja3String] == "771,4865-4866,0-16-10-43,29,")
        #expect(item[.ja4Hash]?.hasPrefix("q13d0204h3_") == true)
    }

    /// A packet that was changed on its way does not open; its flow is known all the same.
    @Test func passesOverWhatDoesNotOpen() throws {
        var bytes = try QUICTests.datagram(0)
        bytes[bytes.count - 20] ^= 1
        let run = Run([Frames.udpFrame(bytes, destinationPort: 443)])
        #expect(run.transactions.isEmpty)
        #expect(run.packets.first?.item.application == .quic)
    }

    /// Google's own: tags in the clear behind a hash.
    @Test func readsGooglesHello() throws {
        let name = Array("a.example".utf8)
        var hello = Array("CHLO".utf8) + [2, 0, 0, 0]
        hello += Array("SNI".utf8) + [0] + ProtocolBytes.le32(name.count)
        hello += Array("UAID".utf8) + ProtocolBytes.le32(name.count + 3) + name + Array("xyz".utf8)
        let stream = [0xA0, 1] + Frames.be16(hello.count) + hello
        let head: [UInt8] = [0xC3] + Array("Q046".utf8) + [0x50, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1]
        let run = Run([Frames.udpFrame(head + [UInt8](repeating: 9, count: 12) + stream, destinationPort: 443)])
        let item = try #require(run.transactions.first)
        #expect(item[.quicVersion] == "Q046")
        #expect(item[.quicServerName] == "a.example")
        #expect(item[.quicUserAgent] == "xyz")
        #expect(item[.quicFingerprint] == "46,SNI-UAID")
        #expect(item[.quicFingerprintHash]?.count == 32)
    }

    @Test(arguments: 0..<4) func survivesMutation(_ seed: Int) throws {
        var random = HostileTests.Random(state: UInt64(seed + 1) &* 0x9E37_79B9_7F4A_7C15 | 1)
        for _ in 0..<200 {
            var bytes = try QUICTests.datagram(random.next(2))
            for _ in 0..<1 + random.next(4) { bytes[random.next(bytes.count)] = UInt8(random.next(256)) }
            bytes = Array(bytes.prefix(1 + random.next(bytes.count)))
            HostileTests.check(Run([Frames.udpFrame(bytes, destinationPort: 443)]))
        }
    }
}
