internal import CZstd
internal import Primitives

/// Zstandard (RFC 8878), one frame or several, by libzstd.
///
/// Damage ends the stream, after everything before it was handed out; `problem` says what and where (offset in the
/// compressed file). Frames that need a window of more than 128 MiB are refused: memory stays bounded.
final class ZstdInflater {
    static let windowLogarithm: Int32 = 27

    private let input: InputBuffer
    private let context = ZSTD_createDCtx()
    private var inFrame = false
    /// The last call filled the output to the brim, so the decoder may hold more without further input.
    private var mayHoldMore = false
    private var finished = false
    private(set) var problem: String?

    init(input: InputBuffer) {
        self.input = input
        if let context {
            ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZstdInflater.windowLogarithm)
        } else {
            stop("libzstd does not start: out of memory")
        }
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Up to `capacity` decompressed bytes; 0 at the end.
    func read(into target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int {
        var produced = 0
        while produced == 0 && !finished && capacity > 0 {
            let hasInput = input.need(1)
            if !hasInput && !mayHoldMore {
                if inFrame { stop("zstd data ends early, at offset \(input.offset)") }
                finished = true
                break
            }
            produced = decompressOnce(into: target, capacity)
        }
        return produced
    }

    private func decompressOnce(into target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int {
        let available = input.available
        var source = ZSTD_inBuffer(src: available.start, size: available.count, pos: 0)
        var sink = ZSTD_outBuffer(dst: target, size: capacity, pos: 0)
        let answer = ZSTD_decompressStream(context, &sink, &source)
        input.consume(source.pos)
        mayHoldMore = sink.pos == capacity
        if ZSTD_isError(answer) != 0 {
            let detail = ZSTD_getErrorName(answer).map { String(cString: $0) } ?? "error"
            stop("zstd data is damaged at offset \(input.offset) (\(detail))")
        } else {
            inFrame = answer != 0
        }
        return sink.pos
    }

    private func stop(_ message: String) {
        problem = message
        finished = true
    }
}
