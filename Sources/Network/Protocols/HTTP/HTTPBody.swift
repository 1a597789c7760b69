internal import CZlib
internal import Glibc
internal import Primitives

/// Undoes the content codings of a body (RFC 9110 section 8.4.1): gzip and deflate, one over the other.
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
    func decode(_ body: Bytes, _ head: HTTPHead) -> Bytes {
        guard !body.isEmpty else { return body }
        var current = body
        var layers = 0
        // Codings are listed in the order in which they were applied: undone from the last.
        for index in (0..<head.fieldCount).reversed() where head.isNamed(index, "content-encoding") {
            var rest = head.value(index)
            while !rest.isEmpty, layers < HTTPBodyDecoder.maximumLayers {
                let comma = rest.lastIndex(of: ASCII.comma)
                let word = comma.map { rest.dropping($0 + 1) } ?? rest
                rest = comma.map { rest.slice(0, $0) } ?? .empty
                guard word.holds("gzip") || word.holds("deflate") else { continue }
                // What is not coded as it says is taken as it is.
                guard let decoded = undo(current, into: layers & 1 == 0 ? first : second) else { continue }
                current = decoded
                layers += 1
            }
        }
        return current
    }

    private static let maximumLayers = 8

    /// Whatever of the formats it is: zlib or gzip by its header (15 + 32), neither, as many servers send "deflate"
    /// (-15), or a gzip header that zlib does not take.
    private func undo(_ body: Bytes, into target: UnsafeMutablePointer<UInt8>) -> Bytes? {
        if let decoded = inflate(body, windowBits: 15 + 32, into: target) { return decoded }
        if let behind = HTTPBodyDecoder.gzipHeader(body), behind < body.count {
            return inflate(body.dropping(behind), windowBits: -15, into: target)
        }
        return inflate(body, windowBits: -15, into: target, isStrict: true)
    }

    /// Length of a gzip header (RFC 1952 section 2.3), reserved flags ignored; nil where there is none.
    private static func gzipHeader(_ body: Bytes) -> Int? {
        guard body.count > 10, body[0] == 0x1F, body[1] == 0x8B else { return nil }
        let flags = body[3]
        var at = 10
        if flags & 4 != 0 {
            guard body.count > at + 2 else { return nil }
            at += 2 + Int(body[at]) + Int(body[at + 1]) << 8
        }
        for bit: UInt8 in [8, 16] where flags & bit != 0 {
            guard let end = body.firstIndex(of: 0, from: at) else { return nil }
            at = end + 1
        }
        if flags & 2 != 0 { at += 2 }
        return at
    }

    /// What can be decoded before damage (unless `isStrict`) or the limit; nil where that is nothing.
    private func inflate(
        _ body: Bytes, windowBits: Int32, into target: UnsafeMutablePointer<UInt8>, isStrict: Bool = false
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
        // Any bytes begin like a stream without a header: those that are none end in an error.
        if isStrict && status == Z_DATA_ERROR { return nil }
        let length = limit - Int(stream.avail_out)
        return length > 0 ? Bytes(start: target, count: length) : nil
    }
}
