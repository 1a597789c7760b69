internal import CZlib
internal import Glibc
internal import Primitives

/// Undoes the content codings of a body (RFC 9110 section 8.4.1): gzip and deflate, a few over one another.
///
/// Output never passes the limit, so a bomb costs no more than an ordinary body of that size.
final class HTTPBodyDecoder {
    private static let maximumLayers = 3

    private let limit: Int
    private let first: UnsafeMutablePointer<UInt8>
    private let second: UnsafeMutablePointer<UInt8>

    /// The last body claims a coding, and is not of it.
    @exclusivity(unchecked) private(set) var isDamaged = false

    init(limit: Int) {
        self.limit = limit
        first = .allocate(capacity: max(limit, 1))
        second = .allocate(capacity: max(limit, 1))
    }

    deinit {
        first.deallocate()
        second.deallocate()
    }

    /// The decoded body, valid until the next call; `body` itself where nothing is to be undone or it cannot be.
    func decode(_ body: Bytes, coding: Bytes?) -> Bytes {
        isDamaged = false
        guard let coding, !body.isEmpty else { return body }
        var rest = coding
        var current = body
        var layers = 0
        // Codings are listed in the order in which they were applied: undone from the last.
        while !rest.isEmpty, layers < HTTPBodyDecoder.maximumLayers {
            let comma = rest.lastIndex(of: ASCII.comma)
            let word = comma.map { rest.dropping($0 + 1) } ?? rest
            rest = comma.map { rest.slice(0, $0) } ?? .empty
            guard HTTPWords.contain(word, "gzip") || HTTPWords.contain(word, "deflate") else { continue }
            // Servers confuse the two, and browsers know: what the data is says how it is undone.
            guard let decoded = undo(current, into: layers & 1 == 0 ? first : second) else {
                isDamaged = true
                continue
            }
            current = decoded
            layers += 1
        }
        return current
    }

    private func undo(_ body: Bytes, into target: UnsafeMutablePointer<UInt8>) -> Bytes? {
        if let header = GzipHeader.length(body) {
            return inflate(body.dropping(header), windowBits: -15, mayBreak: true, into: target)
        }
        // zlib's own header or none, as many servers send "deflate".
        return inflate(body, windowBits: 15, mayBreak: true, into: target)
            ?? inflate(body, windowBits: -15, mayBreak: false, into: target)
    }

    /// What can be decoded before damage or the limit; nil where that is nothing.
    /// Without `mayBreak`, damage means that it was nothing compressed at all.
    private func inflate(
        _ body: Bytes, windowBits: Int32, mayBreak: Bool, into target: UnsafeMutablePointer<UInt8>
    ) -> Bytes? {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: body.start)
        stream.avail_in = UInt32(truncatingIfNeeded: body.count)
        stream.next_out = target
        stream.avail_out = UInt32(truncatingIfNeeded: limit)
        var status = Z_OK
        repeat { status = CZlib.inflate(&stream, Z_SYNC_FLUSH) } while status == Z_OK && stream.avail_out > 0
        let length = limit - Int(stream.avail_out)
        if !mayBreak && status != Z_STREAM_END && status != Z_OK && status != Z_BUF_ERROR { return nil }
        return length > 0 ? Bytes(start: target, count: length) : nil
    }
}
