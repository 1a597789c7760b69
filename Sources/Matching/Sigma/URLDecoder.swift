internal import Primitives

/// Percent-decoding of URLs (RFC 3986 section 2.1; `+` for a space in queries, as HTML forms write it).
enum URLDecoder {
    /// Worth decoding: it has a `%` or a `+`.
    static func isCandidate(_ bytes: Bytes) -> Bool {
        let raw = UnsafeRawPointer(bytes.start)
        let percents = SIMD16<UInt8>(repeating: ASCII.percent)
        let pluses = SIMD16<UInt8>(repeating: ASCII.plus)
        var at = 0
        while at + 16 <= bytes.count {
            let part = raw.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self)
            let hits = unsafeBitCast((part .== percents) .| (part .== pluses), to: SIMD2<UInt64>.self)
            if hits[0] | hits[1] != 0 { return true }
            at += 16
        }
        while at < bytes.count {
            let byte = bytes.start[at]
            if byte == ASCII.percent || byte == ASCII.plus { return true }
            at += 1
        }
        return false
    }

    /// Writes the decoded form of `bytes` to `out`, which has room for as many bytes. Answers the length, or -1 where
    /// nothing changed. Incomplete escapes stay as they are. `spaces`: `+` behind the first `?` (or anywhere, where
    /// there is no `?`) becomes a space.
    static func decode(_ bytes: Bytes, spaces: Bool, into out: UnsafeMutablePointer<UInt8>) -> Int {
        let count = bytes.count
        let from = bytes.start
        let query = spaces ? bytes.firstIndex(of: ASCII.question) ?? 0 : count
        var read = 0
        var write = 0
        var changed = false
        while read < count {
            var byte = from[read]
            if byte == ASCII.percent, read + 2 < count, let high = ASCII.hexValue(from[read + 1]),
                let low = ASCII.hexValue(from[read + 2])
            {
                byte = high << 4 | low
                read += 3
                changed = true
            } else {
                if byte == ASCII.plus && read >= query {
                    byte = ASCII.space
                    changed = true
                }
                read += 1
            }
            out[write] = byte
            write += 1
        }
        return changed ? write : -1
    }
}
