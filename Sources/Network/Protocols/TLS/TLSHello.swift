internal import Primitives

/// A big-endian reader over one message: every read is checked, and a failed one makes all later ones fail.
struct MessageReader {
    private(set) var rest: Bytes
    private(set) var failed = false

    init(_ bytes: Bytes) { rest = bytes }

    mutating func bytes(_ count: Int) -> Bytes {
        guard !failed, count >= 0, count <= rest.count else {
            failed = true
            return .empty
        }
        let taken = rest.slice(0, count)
        rest = rest.dropping(count)
        return taken
    }

    mutating func u8() -> Int {
        let one = bytes(1)
        return one.isEmpty ? 0 : Int(one.start[0])
    }

    mutating func u16() -> Int {
        let two = bytes(2)
        return two.isEmpty ? 0 : Int(two.start[0]) << 8 | Int(two.start[1])
    }

    mutating func u24() -> Int {
        let three = bytes(3)
        return three.isEmpty ? 0 : Int(three.start[0]) << 16 | Int(three.start[1]) << 8 | Int(three.start[2])
    }

    mutating func u32() -> Int {
        let high = u16()
        return high << 16 | u16()
    }

    var isEmpty: Bool { failed || rest.isEmpty }
}

/// A ClientHello or ServerHello (RFC 8446 section 4.1, RFC 5246 section 7.4.1), as views into its message.
struct TLSHello {
    var version = 0
    var random = Bytes.empty
    /// Client: all suites, two bytes each. Server: the one that was chosen.
    var ciphers = Bytes.empty
    /// The list of extensions.
    var extensions = Bytes.empty
    /// Bodies of the extensions that are looked into.
    var serverName = Bytes.empty
    var groups = Bytes.empty
    var pointFormats = Bytes.empty
    var signatureAlgorithms = Bytes.empty
    var protocols = Bytes.empty
    var supportedVersions = Bytes.empty
    var hasServerName = false
    /// Early data may follow a client's hello.
    var sendsEarly = false
    /// What is odd about the server name; empty where nothing is (Suricata: `tls-events.rules`).
    var nameFault: StaticString = ""

    /// Nil where the message is damaged before its extensions; damaged extensions end the list.
    init?(_ message: Bytes, isClient: Bool) {
        var reader = MessageReader(message)
        version = reader.u16()
        random = reader.bytes(32)
        // Drafts of TLS 1.3 before the 22nd left out a server's session and compression.
        let isOldDraft = !isClient && (0x7F00...0x7F15).contains(version)
        if !isOldDraft { _ = reader.bytes(reader.u8()) }
        if isClient {
            ciphers = reader.bytes(reader.u16())
            _ = reader.bytes(reader.u8())
        } else {
            ciphers = reader.bytes(2)
            if !isOldDraft { _ = reader.bytes(1) }
        }
        if reader.failed || version >> 8 != 3 && version >> 8 != 0x7F || ciphers.count % 2 != 0 { return nil }
        if reader.rest.count >= 2 {
            extensions = reader.bytes(min(reader.u16(), reader.rest.count))
            readExtensions(isClient)
        }
    }

    private mutating func readExtensions(_ isClient: Bool) {
        var list = MessageReader(extensions)
        while !list.isEmpty {
            let type = list.u16()
            let body = list.bytes(list.u16())
            if list.failed { return }
            switch type {
            case 0:
                if hasServerName {
                    nameFault = "tls.multiple_sni_extensions"
                    continue
                }
                hasServerName = true
                serverName = TLSHello.hostName(body)
                if isClient { lookAtName(body) }
            case 10: groups = TLSHello.vector16(body)
            case 11: pointFormats = body.isEmpty ? .empty : body.dropping(1)
            case 13: signatureAlgorithms = TLSHello.vector16(body)
            case 16: protocols = TLSHello.vector16(body)
            case 42: sendsEarly = true
            case 43: supportedVersions = isClient && !body.isEmpty ? body.dropping(1) : body
            default: break
            }
        }
    }

    private mutating func lookAtName(_ body: Bytes) {
        guard body.count >= 5 else { return }
        if body[2] != 0 { nameFault = "tls.invalid_sni_type" }
        let length = Int(body.bigEndian16(at: 3))
        if length > body.count - 5 || length + 3 != Int(body.bigEndian16(at: 0)) {
            nameFault = "tls.invalid_sni_length"
        }
    }

    /// The list behind a length of two bytes.
    private static func vector16(_ body: Bytes) -> Bytes { body.count < 2 ? .empty : body.dropping(2) }

    /// The first name of type host_name (RFC 6066 section 3).
    private static func hostName(_ body: Bytes) -> Bytes {
        var reader = MessageReader(vector16(body))
        while !reader.isEmpty {
            let type = reader.u8()
            let name = reader.bytes(reader.u16())
            if type == 0 && !reader.failed { return name }
        }
        return .empty
    }

    /// The version that was chosen, or the best one offered (RFC 8446 section 4.2.1).
    var bestVersion: Int {
        var best = 0
        for at in stride(from: 0, to: supportedVersions.count - 1, by: 2) {
            let offered = Int(supportedVersions.bigEndian16(at: at))
            if !TLSHello.isGREASE(offered) { best = max(best, offered) }
        }
        return best > 0 ? best : version
    }

    /// Values that mean nothing and are sent to keep servers honest (RFC 8701).
    static func isGREASE(_ value: Int) -> Bool { value & 0x0F0F == 0x0A0A && value >> 8 == value & 0xFF }

    /// Each protocol of the ALPN list (RFC 7301).
    func eachProtocol(_ body: (Bytes) -> Void) {
        var list = MessageReader(protocols)
        for _ in 0..<64 where !list.isEmpty {
            let name = list.bytes(list.u8())
            if !list.failed { body(name) }
        }
    }

    /// Each extension's type and body.
    func eachExtension(_ body: (Int) -> Void) {
        var list = MessageReader(extensions)
        while !list.isEmpty {
            let type = list.u16()
            _ = list.bytes(list.u16())
            if !list.failed { body(type) }
        }
    }
}

/// Names of versions, as `tls.version` and EVE have them.
enum TLSVersion {
    static func name(_ version: Int) -> StaticString? {
        switch version {
        case 0x0200: "SSLv2"
        case 0x0300: "SSLv3"
        case 0x0301: "TLSv1"
        case 0x0302: "TLS 1.1"
        case 0x0303: "TLS 1.2"
        case 0x0304: "TLS 1.3"
        default: nil
        }
    }

    /// The number alone: what signatures compare.
    static func number(_ version: Int) -> StaticString? {
        switch version {
        case 0x0200: "sslv2"
        case 0x0300: "sslv3"
        case 0x0301: "1.0"
        case 0x0302: "1.1"
        case 0x0303: "1.2"
        case 0x0304: "1.3"
        default: nil
        }
    }
}
