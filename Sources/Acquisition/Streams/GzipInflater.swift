internal import CZlib
internal import Primitives

/// gzip (RFC 1952), one member or several, by zlib.
///
/// Damage ends the stream, after everything before it was handed out; `problem` says what and where (offset in the
/// compressed file). Zeros behind the last member are padding (tapes, block devices) and pass without a word.
final class GzipInflater {
    private let input: InputBuffer
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private var state = State.inMember
    private(set) var problem: String?

    private enum State {
        case inMember
        case betweenMembers
        case finished
    }

    init(input: InputBuffer) {
        self.input = input
        stream.initialize(to: z_stream())
        // 15 + 16: the largest window, gzip wrapping only.
        let code = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        if code != Z_OK { stop("zlib does not start (code \(code))") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Up to `capacity` decompressed bytes; 0 at the end.
    func read(into target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int {
        let room = min(capacity, Int(UInt32.max))
        var produced = 0
        while produced == 0 && state != .finished && room > 0 {
            if state == .betweenMembers && !startNextMember() { break }
            if !input.need(1) {
                stop("gzip data ends early, at offset \(input.offset)")
                break
            }
            produced = inflateOnce(into: target, room)
        }
        return produced
    }

    private func inflateOnce(into target: UnsafeMutablePointer<UInt8>, _ room: Int) -> Int {
        let available = input.available
        stream.pointee.next_in = UnsafeMutablePointer(mutating: available.start)
        stream.pointee.avail_in = UInt32(available.count)
        stream.pointee.next_out = target
        stream.pointee.avail_out = UInt32(room)
        let code = inflate(stream, Z_NO_FLUSH)
        input.consume(available.count - Int(stream.pointee.avail_in))
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: state = .betweenMembers
        default:
            let detail = stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
            stop("gzip data is damaged at offset \(input.offset) (\(detail))")
        }
        return room - Int(stream.pointee.avail_out)
    }

    /// False at the end of the file, and where what follows is no gzip member.
    private func startNextMember() -> Bool {
        while input.need(1), input.available.start[0] == 0 { skipZeros() }
        guard input.need(1) else {
            state = .finished
            return false
        }
        guard input.need(2), input.available.start[0] == 0x1F, input.available.start[1] == 0x8B else {
            stop("what follows the gzip data at offset \(input.offset) is not gzip and was not read")
            return false
        }
        inflateReset(stream)
        state = .inMember
        return true
    }

    private func skipZeros() {
        let available = input.available
        var count = 0
        while count < available.count && available.start[count] == 0 { count += 1 }
        input.consume(count)
    }

    private func stop(_ message: String) {
        problem = message
        state = .finished
    }
}
