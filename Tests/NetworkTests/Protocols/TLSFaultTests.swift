import Events
import Network
import Testing

/// Certificates and records that are not what they must be, by what is wrong; and one in order.
@Suite struct TLSFaultTests {
    private struct Parts {
        var version = ProtocolBytes.der(0xA0, ProtocolBytes.der(2, [2]))
        var serial = ProtocolBytes.der(2, [1])
        var algorithm = ProtocolBytes.der(0x30, ProtocolBytes.der(6, [0x2A, 0x86, 0x48]))
        var issuer = ProtocolBytes.name([(3, "ca")])
        var validity = ProtocolBytes.der(
            0x30,
            ProtocolBytes.der(0x17, Array("260101000000Z".utf8)) + ProtocolBytes.der(0x17, Array("270101000000Z".utf8)))
        var subject = ProtocolBytes.name([(3, "a.vn")])
        var key = ProtocolBytes.der(0x30, ProtocolBytes.der(3, [0]))
        var extensions: [UInt8] = []
        var tail: [UInt8]?

        var certificate: [UInt8] {
            let body = version + serial + algorithm + issuer + validity + subject + key + extensions
            return ProtocolBytes.der(
                0x30, ProtocolBytes.der(0x30, body) + (tail ?? algorithm + ProtocolBytes.der(3, [0])))
        }
    }

    private func events(_ certificate: [UInt8]) -> Set<String> {
        let message = ProtocolBytes.handshake(11, ProtocolBytes.vector24(ProtocolBytes.vector24(certificate)))
        let hello = ProtocolBytes.serverHello(cipher: 0xC02F, [])
        let run = Run(ProtocolTests.talk(443, [(true, TLSTests.client), (false, hello + message)]).frames)
        return Set(ProtocolTests.values(run, .applicationEvent))
    }

    @Test func certificatesInOrder() {
        #expect(events(Parts().certificate) == [])
        #expect(events(ProtocolBytes.certificate()) == [])
    }

    @Test func fieldsOfTheWrongKind() {
        let number = ProtocolBytes.der(2, [1])
        let paths: [WritableKeyPath<Parts, [UInt8]>] = [\.algorithm, \.issuer, \.validity, \.subject, \.key]
        for path in paths {
            var parts = Parts()
            if path == \.algorithm { parts.tail = parts.algorithm + ProtocolBytes.der(3, [0]) }
            parts[keyPath: path] = number
            #expect(events(parts.certificate) == ["tls.certificate_invalid_der"])
        }
        #expect(events(number) == ["tls.certificate_invalid_der"])
        var parts = Parts()
        parts.extensions = ProtocolBytes.der(0xA3, number)
        #expect(events(parts.certificate) == ["tls.certificate_invalid_der"])
        parts.extensions = ProtocolBytes.der(0xA3, ProtocolBytes.der(0x30, number))
        #expect(events(parts.certificate) == ["tls.invalid_certificate"])
    }

    @Test func fieldsWithFaultsOfTheirOwn() {
        var parts = Parts()
        parts.version = ProtocolBytes.der(0xA0, ProtocolBytes.der(4, [2]))
        #expect(events(parts.certificate) == ["tls.certificate_invalid_version"])
        parts = Parts()
        parts.serial = ProtocolBytes.der(4, [1])
        #expect(events(parts.certificate) == ["tls.certificate_invalid_serial"])
        parts = Parts()
        parts.validity = ProtocolBytes.der(0x30, ProtocolBytes.der(0x17, Array("soon".utf8)))
        #expect(events(parts.certificate) == ["tls.certificate_invalid_date"])
        parts = Parts()
        parts.tail = []
        #expect(events(parts.certificate) == ["tls.certificate_invalid_length"])
    }

    /// A server's record of SSL 2 behind a client's hello: its fourth type, and none.
    @Test(
        arguments: [(4, []), (9, ["tls.invalid_sslv2_header", "tls.invalid_ssl_record"])] as [(UInt8, Set<String>)])
    func recordsOfSSL2(_ type: UInt8, _ wanted: Set<String>) {
        let hello: [UInt8] =
            [0x80, 0x2E, 1, 0, 2, 0, 21, 0, 0, 0, 16] + [UInt8](repeating: 1, count: 21)
            + [UInt8](repeating: 7, count: 16)
        let run = Run(ProtocolTests.talk(443, [(true, hello), (false, [0x80, 5, type, 1, 2, 3, 4])]).frames)
        #expect(Set(ProtocolTests.values(run, .applicationEvent).filter { $0.hasPrefix("tls.") }) == wanted)
    }
}
