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
    /// Codings over one another blow the last body up beyond any use.
    @exclusivity(unchecked) private(set) var isBomb = false
    /// More than this, from less than one byte in so many, is a bomb (Suricata: `compression-bomb-limit`, and a
    /// constant of its parser). One coding alone does not get so far; beyond the bytes that are counted nobody looks.
    private static let bombBytes = 1 << 20
    private static let bombRatio = 2048
    private static let countedBytes = 8 << 20

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
        isBomb = false
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
            if layers > 0, decoded.count == limit { judge(current, from: body.count) }
            current = decoded
            layers += 1
        }
        return current
    }

    /// How long a body that fills its limit would become.
    private func judge(_ coded: Bytes, from count: Int) {
        let data = GzipHeader.length(coded).map { coded.dropping($0) } ?? coded
        let isBare = data.count < coded.count
        var stream = z_stream()
        guard
            inflateInit2_(&stream, isBare ? -15 : 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: data.start)
        stream.avail_in = UInt32(truncatingIfNeeded: data.count)
        var total = 0
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16 << 10) { room in
            var status = Z_OK
            while status == Z_OK, total < HTTPBodyDecoder.countedBytes {
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                status = CZlib.inflate(&stream, Z_SYNC_FLUSH)
                total += room.count - Int(stream.avail_out)
            }
        }
        isBomb = total > HTTPBodyDecoder.bombBytes && total > HTTPBodyDecoder.bombRatio * count
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
