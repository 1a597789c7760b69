internal import COpenSSL

/// Ed25519 signatures (RFC 8032), by libcrypto, with keys in the PEM forms that `openssl` writes (RFC 8410).
public enum Ed25519 {
    public static let keyLength = 32
    public static let signatureLength = 64
    private static let privatePrefix: [UInt8] = [
        0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ]
    private static let publicPrefix: [UInt8] = [0x30, 0x2A, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 3, 0x21, 0]

    /// A new private key, from the system's random source.
    public static func newKey() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<keyLength).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// The public key of a private one; nil where it is no key.
    public static func publicKey(of key: [UInt8]) -> [UInt8]? {
        guard key.count == keyLength, let handle = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, key, key.count)
        else { return nil }
        defer { EVP_PKEY_free(handle) }
        var result = [UInt8](repeating: 0, count: keyLength)
        var length = keyLength
        return EVP_PKEY_get_raw_public_key(handle, &result, &length) == 1 ? result : nil
    }

    public static func sign(_ message: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == keyLength, let handle = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, key, key.count),
            let context = EVP_MD_CTX_new()
        else { return nil }
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(handle)
        }
        var signature = [UInt8](repeating: 0, count: signatureLength)
        var length = signatureLength
        guard EVP_DigestSignInit(context, nil, nil, nil, handle) == 1,
            EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        else { return nil }
        return signature
    }

    public static func verify(_ signature: [UInt8], of message: [UInt8], publicKey key: [UInt8]) -> Bool {
        guard key.count == keyLength, signature.count == signatureLength,
            let handle = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, key, key.count),
            let context = EVP_MD_CTX_new()
        else { return false }
        defer {
            EVP_MD_CTX_free(context)
            EVP_PKEY_free(handle)
        }
        return EVP_DigestVerifyInit(context, nil, nil, nil, handle) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    public static func privatePEM(_ key: [UInt8]) -> String { pem("PRIVATE KEY", privatePrefix + key) }
    public static func publicPEM(_ key: [UInt8]) -> String { pem("PUBLIC KEY", publicPrefix + key) }

    /// The private key in a PEM text; nil for anything else.
    public static func privateKey(pem text: String) -> [UInt8]? { key(text, "PRIVATE KEY", privatePrefix) }
    public static func publicKey(pem text: String) -> [UInt8]? { key(text, "PUBLIC KEY", publicPrefix) }

    private static func pem(_ name: String, _ der: [UInt8]) -> String {
        "-----BEGIN \(name)-----\n\(Base64.encode(der))\n-----END \(name)-----\n"
    }

    private static func key(_ text: String, _ name: String, _ prefix: [UInt8]) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline)
        guard lines.count >= 3, lines.first == "-----BEGIN \(name)-----", lines.last == "-----END \(name)-----" else {
            return nil
        }
        let body = lines.dropFirst().dropLast().joined()
        guard let der = Base64.decode(Array(body.utf8)), der.count == prefix.count + keyLength, der.starts(with: prefix)
        else {
            return nil
        }
        return Array(der.suffix(keyLength))
    }
}
