internal import COpenSSL

/// The first 128 bits of a SHA-256: how inputs, events, detections and incidents are named after their content.
public struct ContentID: Hashable, Sendable, Comparable, CustomStringConvertible {
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    public static func < (left: ContentID, right: ContentID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// 32 hexadecimal digits, lower case.
    public var description: String {
        let hex = { (half: UInt64) in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return hex(high) + hex(low)
    }

    /// Reads what `description` writes; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
            let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(high: high, low: low)
    }
}

/// SHA-256 over parts fed one after the other. Each `add` of a variable-length part is preceded by its length, so that
/// ("ab", "c") and ("a", "bc") differ.
public struct ContentHasher: ~Copyable {
    private let context: OpaquePointer?

    public init() {
        context = EVP_MD_CTX_new()
        EVP_DigestInit_ex(context, Digest.fetchedSHA256, nil)
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func add(_ bytes: Bytes) {
        add(UInt64(bytes.count))
        EVP_DigestUpdate(context, bytes.start, bytes.count)
    }

    public mutating func add(_ text: String) { text.withBytes { add($0) } }

    public mutating func add(_ number: UInt64) {
        var bigEndian = number.bigEndian
        EVP_DigestUpdate(context, &bigEndian, 8)
    }

    public mutating func add(_ id: ContentID) {
        add(id.high)
        add(id.low)
    }

    public consuming func finish() -> ContentID {
        var digest: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &digest) { raw in
            _ = EVP_DigestFinal_ex(context, raw.baseAddress?.assumingMemoryBound(to: UInt8.self), nil)
        }
        return ContentID(high: UInt64(bigEndian: digest.0), low: UInt64(bigEndian: digest.1))
    }
}
