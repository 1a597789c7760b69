internal import COpenSSL
internal import Primitives

/// What an endpoint's Initial packets are protected with (RFC 9001 section 5.2): anybody who saw the client's first
/// packet can derive it.
struct QUICKeys {
    private static let blockBytes = 16
    private static let nonceBytes = 12
    private static let tagBytes = 16

    let key: [UInt8]
    let nonce: [UInt8]
    let mask: [UInt8]

    /// Nil for a version whose salt is not known.
    init?(version: UInt32, connection: Bytes, isClient: Bool) {
        guard let salt = QUICKeys.salt(version) else { return nil }
        let prefix = Array((version == QUICVersion.two ? "quicv2 " : "quic ").utf8)
        let initial = HMAC.sha256(key: salt, connection.array)
        let secret = QUICKeys.expand(initial, Array((isClient ? "client in" : "server in").utf8), 32)
        key = QUICKeys.expand(secret, prefix + Array("key".utf8), QUICKeys.blockBytes)
        nonce = QUICKeys.expand(secret, prefix + Array("iv".utf8), QUICKeys.nonceBytes)
        mask = QUICKeys.expand(secret, prefix + Array("hp".utf8), QUICKeys.blockBytes)
    }

    /// RFC 9001 section 5.2, RFC 9369 section 3.3.1, and the drafts' own.
    private static func salt(_ version: UInt32) -> [UInt8]? {
        switch version {
        case QUICVersion.one:
            [
                0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc,
                0xbb, 0x7f, 0x0a,
            ]
        case QUICVersion.two:
            [
                0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9,
                0xbd, 0x2e, 0xd9,
            ]
        case 0xFF00_001D...0xFF00_0020:
            [
                0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43,
                0x90, 0xa8, 0x99,
            ]
        case 0xFF00_0017...0xFF00_001C:
            [
                0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe,
                0xf9, 0xf5, 0x02,
            ]
        default: nil
        }
    }

    /// HKDF-Expand-Label (RFC 8446 section 7.1) of at most one block.
    private static func expand(_ secret: [UInt8], _ label: [UInt8], _ length: Int) -> [UInt8] {
        let whole = Array("tls13 ".utf8) + label
        let info = [0, UInt8(length), UInt8(whole.count)] + whole + [0, 1]
        return Array(HMAC.sha256(key: secret, info).prefix(length))
    }

    /// A packet's frames; nil where it does not open with these keys.
    /// - Parameters:
    ///   - packet: from its first byte to its end
    ///   - at: where its number begins
    func open(_ packet: Bytes, numberAt at: Int) -> [UInt8]? {
        guard packet.count >= at + 4 + QUICKeys.tagBytes, let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var hidden = [UInt8](repeating: 0, count: 2 * QUICKeys.blockBytes)
        var length: Int32 = 0
        guard EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nil, mask, nil) == 1,
            EVP_EncryptUpdate(context, &hidden, &length, packet.start + at + 4, Int32(QUICKeys.blockBytes)) == 1
        else { return nil }
        var head = packet.slice(0, at + 4).array
        head[0] ^= hidden[0] & 0x0F
        let numberBytes = Int(head[0] & 3) + 1
        for index in 0..<numberBytes { head[at + index] ^= hidden[1 + index] }
        head.removeLast(4 - numberBytes)
        return decrypt(packet.dropping(head.count), head: head, numberBytes: numberBytes)
    }

    private func decrypt(_ sealed: Bytes, head: [UInt8], numberBytes: Int) -> [UInt8]? {
        guard sealed.count > QUICKeys.tagBytes, let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var own = nonce
        for index in 0..<numberBytes {
            own[QUICKeys.nonceBytes - 1 - index] ^= head[head.count - 1 - index]
        }
        let body = sealed.count - QUICKeys.tagBytes
        var frames = [UInt8](repeating: 0, count: sealed.count + QUICKeys.blockBytes)
        var tag = sealed.dropping(body).array
        var length: Int32 = 0
        guard EVP_DecryptInit_ex(context, EVP_aes_128_gcm(), nil, key, own) == 1,
            EVP_DecryptUpdate(context, nil, &length, head, Int32(head.count)) == 1,
            EVP_DecryptUpdate(context, &frames, &length, sealed.start, Int32(body)) == 1,
            EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, Int32(QUICKeys.tagBytes), &tag) == 1
        else { return nil }
        var rest: Int32 = 0
        let isWhole = frames.withUnsafeMutableBufferPointer { all in
            EVP_DecryptFinal_ex(context, all.baseAddress.map { $0 + Int(length) }, &rest) == 1
        }
        guard isWhole else { return nil }
        frames.removeLast(frames.count - body)
        return frames
    }
}

enum QUICVersion {
    static let one: UInt32 = 1
    static let two: UInt32 = 0x6B33_43CF

    /// Google's own, before there was a standard: `Q039` and so on.
    static func isGoogle(_ version: UInt32) -> Bool {
        version >> 24 == 0x51
            && [version >> 16, version >> 8, version].allSatisfy { (0x30...0x39).contains($0 & 0xFF) }
    }

    static func isKnown(_ version: UInt32) -> Bool {
        version == one || version == two || isGoogle(version) || (0xFF00_0017...0xFF00_0022).contains(version)
    }
}

/// HMAC with SHA-256 (RFC 2104).
enum HMAC {
    private static let blockBytes = 64

    /// The key must not be longer than a block.
    static func sha256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        let digest = Digest(.sha256)
        let padded = key + [UInt8](repeating: 0, count: max(0, blockBytes - key.count))
        let inner = hash(padded.map { $0 ^ 0x36 } + message, digest)
        return hash(padded.map { $0 ^ 0x5C } + inner, digest)
    }

    private static func hash(_ bytes: [UInt8], _ digest: Digest) -> [UInt8] {
        bytes.withUnsafeBytes { digest.hash(Bytes($0)).array }
    }
}
