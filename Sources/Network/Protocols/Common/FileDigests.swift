internal import Glibc
internal import Primitives

/// The digests that are made of files. The same files come again and again: of one whose SHA-256 is known, the other
/// two are looked up, which together take most of the time.
final class FileDigests {
    private static let places = 2048
    private static let digitCount = 2 * (32 + 20 + 16)

    private let md5 = Digest(.md5)
    private let sha1 = Digest(.sha1)
    private let sha256 = Digest(.sha256)
    /// In each place the digits of one file: SHA-256, SHA-1, MD5; a place that holds none begins with 0.
    /// From the system all zero, and not touched before it is used.
    private let known = calloc(FileDigests.places, FileDigests.digitCount)

    deinit { free(known) }

    /// Lower-case hexadecimal; valid until the next call.
    struct Digits {
        let sha256: Bytes
        let sha1: Bytes
        let md5: Bytes
    }

    /// Of a file as a whole. Another file's digests are written over where both fall into one place.
    func digits(_ content: Bytes) -> Digits? {
        let hash = sha256.hash(content)
        guard hash.count == 32, let known else { return nil }
        let number = Int(hash.littleEndian16(at: 0)) % FileDigests.places
        let place = (known + number * FileDigests.digitCount).assumingMemoryBound(to: UInt8.self)
        let found = Digits(
            sha256: Bytes(start: place, count: 64), sha1: Bytes(start: place + 64, count: 40),
            md5: Bytes(start: place + 104, count: 32))
        if isKnown(hash, place) { return found }
        write(hash, to: place)
        write(sha1.hash(content), to: place + 64)
        write(md5.hash(content), to: place + 104)
        return found
    }

    private func isKnown(_ hash: Bytes, _ place: UnsafeMutablePointer<UInt8>) -> Bool {
        for index in 0..<hash.count {
            let byte = hash[index]
            if place[2 * index] != HexDigits.lower(byte >> 4) { return false }
            if place[2 * index + 1] != HexDigits.lower(byte & 15) { return false }
        }
        return true
    }

    private func write(_ hash: Bytes, to place: UnsafeMutablePointer<UInt8>) {
        for index in 0..<hash.count {
            place[2 * index] = HexDigits.lower(hash[index] >> 4)
            place[2 * index + 1] = HexDigits.lower(hash[index] & 15)
        }
    }
}
