package import Events

/// The protocol word of a signature's header.
package struct SignatureProtocol: Sendable {
    package enum Network: Sendable {
        case any
        case v4
        case v6
    }

    /// IP protocol numbers; empty: any.
    package var numbers: [UInt8] = []
    package var network = Network.any
    /// `tcp-pkt`: never on streams.
    package var packetsOnly = false
    /// `tcp-stream`: never on single packets.
    package var streamsOnly = false
    /// `http`, `dns`, ...: only in flows of that protocol.
    package var application: ApplicationProtocol?
    /// Another protocol that the word covers: `http` is HTTP of any version, and DCERPC goes over SMB's pipes too.
    package var carrier: ApplicationProtocol?

    package init(numbers: [UInt8] = [], application: ApplicationProtocol? = nil) {
        self.numbers = numbers
        self.application = application
    }

    /// Nil for a word that names no protocol.
    package init?(_ name: String) {
        if let made = SignatureProtocol.table[name] {
            self = made
        } else if let application = SignatureProtocol.application(name) {
            self.init(application: application)
            carrier = name == "http" ? .http2 : name == "dcerpc" ? .smb : nil
        } else {
            return nil
        }
    }

    package func allows(_ number: UInt8) -> Bool { numbers.isEmpty || numbers.contains(number) }

    private static let table: [String: SignatureProtocol] = {
        var packets = SignatureProtocol(numbers: [6])
        packets.packetsOnly = true
        var streams = SignatureProtocol(numbers: [6])
        streams.streamsOnly = true
        var v4 = SignatureProtocol()
        v4.network = .v4
        var v6 = SignatureProtocol()
        v6.network = .v6
        return [
            "ip": SignatureProtocol(), "pkthdr": SignatureProtocol(), "ip4": v4, "ipv4": v4, "ip6": v6, "ipv6": v6,
            "tcp": SignatureProtocol(numbers: [6]), "tcp-pkt": packets, "tcp-stream": streams,
            "udp": SignatureProtocol(numbers: [17]), "sctp": SignatureProtocol(numbers: [132]),
            "icmp": SignatureProtocol(numbers: [1, 58]), "icmpv4": SignatureProtocol(numbers: [1]),
            "icmpv6": SignatureProtocol(numbers: [58]),
        ]
    }()

    /// Suricata's names of application protocols, with the other names it takes.
    package static func application(_ name: String) -> ApplicationProtocol? {
        switch name {
        case "http1": .http
        case "ssl": .tls
        case "ikev2": .ike
        case "unknown": nil
        default: ApplicationProtocol(rawValue: name)
        }
    }
}
