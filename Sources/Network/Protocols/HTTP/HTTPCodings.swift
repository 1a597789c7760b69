internal import Primitives

/// Words in header values, found as leniently as servers and browsers find them.
enum HTTPWords {
    /// Whether `lowered` stands anywhere in `bytes`, letters folded and NULs passed over.
    static func contain(_ bytes: Bytes, _ lowered: StaticString) -> Bool {
        let wanted = lowered.utf8CodeUnitCount
        var start = 0
        while start < bytes.count {
            var at = start
            var matched = 0
            while at < bytes.count, matched < wanted {
                let byte = bytes.start[at]
                if byte != 0 || matched == 0 {
                    guard ASCII.lower(byte) == lowered.utf8Start[matched] else { break }
                    matched += 1
                }
                at += 1
            }
            if matched == wanted { return true }
            start += 1
        }
        return false
    }

    /// Equality with letters folded and NULs passed over.
    static func equal(_ bytes: Bytes, _ lowered: StaticString) -> Bool {
        var matched = 0
        for index in 0..<bytes.count where bytes.start[index] != 0 {
            guard matched < lowered.utf8CodeUnitCount,
                ASCII.lower(bytes.start[index]) == lowered.utf8Start[matched]
            else { return false }
            matched += 1
        }
        return matched == lowered.utf8CodeUnitCount
    }

    /// Without C's white space at either end.
    static func trimmed(_ bytes: Bytes) -> Bytes {
        var from = 0
        var to = bytes.count
        while from < to, isSpace(bytes.start[from]) { from += 1 }
        while to > from, isSpace(bytes.start[to - 1]) { to -= 1 }
        return bytes.slice(from, to)
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == ASCII.space || byte &- 9 < 5 }
}

/// Where the compressed data of a gzip member begins (RFC 1952 section 2.3), whatever reserved flags and checksums say.
enum GzipHeader {
    /// Nil for what is no gzip, or ends within its header.
    static func length(_ bytes: Bytes) -> Int? {
        guard bytes.count >= 10, bytes.start[0] == 0x1F, bytes.start[1] == 0x8B else { return nil }
        let flags = bytes.start[3]
        var at = 10
        if flags & 4 != 0 {
            guard at + 2 <= bytes.count else { return nil }
            at += 2 + Int(bytes.start[at]) + Int(bytes.start[at + 1]) << 8
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            guard at < bytes.count, let end = bytes.firstIndex(of: 0, from: at) else { return nil }
            at = end + 1
        }
        if flags & 2 != 0 { at += 2 }
        return at < bytes.count ? at : nil
    }
}
