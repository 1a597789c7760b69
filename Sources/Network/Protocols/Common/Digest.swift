internal import COpenSSL
internal import Primitives

/// Hashes by libcrypto. The algorithm and its context are fetched once; hashing allocates nothing of ours.
final class Digest {
    enum Kind {
        case md5
        case sha1
        case sha256

        fileprivate var name: String {
            switch self {
            case .md5: "MD5"
            case .sha1: "SHA1"
            case .sha256: "SHA256"
            }
        }
    }

    static let maximumBytes = 32

    private let context = EVP_MD_CTX_new()
    private let algorithm: OpaquePointer?
    private let result = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
    private let digits = UnsafeMutablePointer<UInt8>.allocate(capacity: 128)

    init(_ kind: Kind) { algorithm = EVP_MD_fetch(nil, kind.name, nil) }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
        result.deallocate()
        digits.deallocate()
    }

    /// The hash of `bytes`; valid until the next call.
    func hash(_ bytes: Bytes) -> Bytes {
        var length: UInt32 = 0
        guard EVP_DigestInit_ex(context, algorithm, nil) == 1,
            EVP_DigestUpdate(context, bytes.start, bytes.count) == 1,
            EVP_DigestFinal_ex(context, result, &length) == 1
        else { return .empty }
        return Bytes(start: result, count: Int(length))
    }

    /// The hash in lower-case hexadecimal; valid until the next call.
    func hex(_ bytes: Bytes) -> Bytes {
        let hash = hash(bytes)
        for index in 0..<hash.count {
            digits[2 * index] = HexDigits.lower(hash.start[index] >> 4)
            digits[2 * index + 1] = HexDigits.lower(hash.start[index] & 15)
        }
        return Bytes(start: digits, count: 2 * hash.count)
    }
}

/// Hexadecimal digits of nibbles.
enum HexDigits {
    @inline(__always) static func lower(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
    @inline(__always) static func upper(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
}

extension ScratchBuffer {
    /// Appends bytes as hexadecimal digits, with `separator` between bytes where there is one.
    mutating func appendHex(_ bytes: Bytes, separator: UInt8? = nil, upper: Bool = false) {
        guard reserve(bytes.count * 3) else { return }
        for index in 0..<bytes.count {
            if let separator, index > 0 { push(separator) }
            let byte = bytes.start[index]
            push(upper ? HexDigits.upper(byte >> 4) : HexDigits.lower(byte >> 4))
            push(upper ? HexDigits.upper(byte & 15) : HexDigits.lower(byte & 15))
        }
    }

    mutating func appendText(_ text: StaticString) {
        _ = append(Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Everything in it.
    var everything: Bytes { bytes(0, count) }
}
