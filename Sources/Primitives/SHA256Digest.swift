/// A SHA-256 (FIPS 180-4): what evidence is sealed with.
public struct SHA256Digest: Hashable, Sendable {
    public static let length = 32

    /// Eight bytes each, the first in the highest bits.
    private let first, second, third, fourth: UInt64

    public init(of bytes: Bytes) {
        self.init { output in _ = Digest.sha256.write(bytes, into: output) }
    }

    /// One that is stored; nil where `bytes` are not 32.
    public init?(stored bytes: Bytes) {
        guard bytes.count == SHA256Digest.length else { return nil }
        self.init { output in output.update(from: bytes.start, count: SHA256Digest.length) }
    }

    private init(_ write: (UnsafeMutablePointer<UInt8>) -> Void) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { raw in
            if let base = raw.baseAddress { write(base.assumingMemoryBound(to: UInt8.self)) }
        }
        first = UInt64(bigEndian: words.0)
        second = UInt64(bigEndian: words.1)
        third = UInt64(bigEndian: words.2)
        fourth = UInt64(bigEndian: words.3)
    }

    /// 64 hexadecimal digits.
    public var hex: String {
        String(unsafeUninitializedCapacity: 2 * SHA256Digest.length) { text in
            var at = 0
            for word in [first, second, third, fourth] {
                for shift in stride(from: UInt64(60), through: 0, by: -4) {
                    let digit = UInt8(truncatingIfNeeded: word >> shift & 15)
                    text[at] = digit + (digit < 10 ? 0x30 : 0x57)
                    at += 1
                }
            }
            return at
        }
    }

    /// The 32 bytes.
    public func append(to bytes: inout [UInt8]) {
        let words = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
        withUnsafeBytes(of: words) { bytes.append(contentsOf: $0) }
    }
}

/// SHA-256 of `bytes`, as 64 hexadecimal digits.
public func sha256Hex(_ bytes: Bytes) -> String { SHA256Digest(of: bytes).hex }

/// SHA-256 of `bytes`, 32 bytes.
public func sha256Digest(_ bytes: Bytes) -> [UInt8] {
    var digest: [UInt8] = []
    digest.reserveCapacity(SHA256Digest.length)
    SHA256Digest(of: bytes).append(to: &digest)
    return digest
}
