internal import CZlib
internal import Glibc
internal import Primitives

/// Undoes the content codings of a body (RFC 9110 section 8.4.1): gzip and deflate, one over the other at most twice.
///
/// Output never passes the limit, so a bomb costs no more than an ordinary body of that size.
final class HTTPBodyDecoder {
    private let limit: Int
    private let first: UnsafeMutablePointer<UInt8>
    private let second: UnsafeMutablePointer<UInt8>

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
        guard let coding, !body.isEmpty else { return body }
        var rest = coding
        var current = body
        var layers = 0
        // Codings are listed in the order in which they were applied: undone from the last.
        while !rest.isEmpty, layers < 2 {
            let comma = rest.lastIndex(of: ASCII.comma)
            let word = comma.map { rest.dropping($0 + 1).trimmed } ?? rest.trimmed
            rest = comma.map { rest.slice(0, $0) } ?? .empty
            if word.isEmpty || word.equalsIgnoringCase("identity") { continue }
            guard let decoded = undo(word, current, into: layers == 0 ? first : second) else { return current }
            current = decoded
            layers += 1
        }
        return current
    }

    private func undo(_ word: Bytes, _ body: Bytes, into target: UnsafeMutablePointer<UInt8>) -> Bytes? {
        // 15 + 32: zlib or gzip header, whichever is there. -15: neither, as many servers send "deflate".
        if word.equalsIgnoringCase("gzip") || word.equalsIgnoringCase("x-gzip") {
            return inflate(body, windowBits: 15 + 32, into: target)
        }
        if word.equalsIgnoringCase("deflate") {
            return inflate(body, windowBits: 15 + 32, into: target) ?? inflate(body, windowBits: -15, into: target)
        }
        return nil
    }

    /// What can be decoded before damage or the limit; nil where that is nothing.
    private func inflate(_ body: Bytes, windowBits: Int32, into target: UnsafeMutablePointer<UInt8>) -> Bytes? {
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
        return length > 0 ? Bytes(start: target, count: length) : nil
    }
}
