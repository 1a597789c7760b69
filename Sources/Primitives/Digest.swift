internal import COpenSSL

/// Digests of bytes, written raw. MD5 and SHA-1 are what signatures and file hashes are written in, not protection.
public enum Digest: Sendable {
    case md5
    case sha1
    case sha256

    /// Fetched once: looking an algorithm up costs as much as hashing a log line.
    nonisolated(unsafe) static let fetchedSHA256 = EVP_MD_fetch(nil, "SHA256", nil)

    /// Bytes that `write` writes.
    public var length: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256: 32
        }
    }

    /// Writes the digest of `bytes` into `output`; false where libcrypto refuses (an algorithm switched off).
    public func write(_ bytes: Bytes, into output: UnsafeMutablePointer<UInt8>) -> Bool {
        let algorithm =
            switch self {
            case .md5: EVP_md5()
            case .sha1: EVP_sha1()
            case .sha256: Digest.fetchedSHA256
            }
        return EVP_Digest(bytes.start, bytes.count, output, nil, algorithm, nil) == 1
    }
}
