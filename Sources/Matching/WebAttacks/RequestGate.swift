package import Primitives

/// The first look at a request: 16 bytes at a time, whether it has any byte that ordinary requests do without.
package enum RequestGate {
    private typealias Lane = SIMD16<UInt8>

    /// Whether a target is worth reading: a byte that is rare in addresses, an escape, two dots or slashes in a row; in
    /// its query also `/`, `:` and `+`.
    package static func target(_ text: Bytes) -> Bool {
        let query = text.firstIndex(of: ASCII.question) ?? text.count
        return hasTelling(text.start, text.count, pairs: true)
            || (query < text.count && hasAddress(text.start + query, text.count - query))
    }

    /// Whether a referrer is: its own `://` is no reason.
    static func referrer(_ text: Bytes) -> Bool {
        guard text.count > 1 else { return false }
        if !text.starts(with: "http") { return true }
        return hasTelling(text.start, text.count, pairs: false)
    }

    /// Whether an agent is: brackets, semicolons and commas are what agents are made of.
    static func agent(_ text: Bytes) -> Bool {
        guard text.count > 3 else { return false }
        if hasOddAgentByte(text.start, text.count) { return true }
        let first = text.start[0]
        if first == 0x4D { return false }
        // A word in small letters with a space behind it: programs name themselves with a version.
        guard first &- 0x61 < 26 || !ASCII.isAlphanumeric(first) else { return false }
        var end = 0
        while end < text.count, text.start[end] != ASCII.space && text.start[end] != ASCII.slash { end += 1 }
        return end == text.count ? text.firstIndex(of: ASCII.minus) != nil || end < 12 : text.start[end] == ASCII.space
    }

    /// Loads past the end are avoided by looking at the last 16 bytes once more; short texts are looked at one by one.
    @inline(__always) private static func hasTelling(_ start: UnsafePointer<UInt8>, _ count: Int, pairs: Bool) -> Bool {
        if count < 17 { return shortTelling(start, count, pairs: pairs) }
        let raw = UnsafeRawPointer(start)
        var at = 1
        var found = Lane(repeating: 0)
        while at + 16 <= count {
            found |= telling(raw, at, pairs: pairs)
            at += 16
        }
        found |= telling(raw, count - 16, pairs: pairs)
        found |= telling(raw, 1, pairs: pairs)
        return isAny(found) || isTelling(start[0])
    }

    /// `0x00...0x22 $ % ' ( ) * ; < > [ \ ] ^ { | } ~ backtick @ DEL`, and with `pairs` any two of `.` and `/` in a
    /// row.
    @inline(__always) private static func telling(_ raw: UnsafeRawPointer, _ at: Int, pairs: Bool) -> Lane {
        let value = raw.loadUnaligned(fromByteOffset: at, as: Lane.self)
        let folded = value | Lane(repeating: 0x20)
        var hits = mask(value .< Lane(repeating: 0x26)) | mask((value &- Lane(repeating: 0x27)) .< Lane(repeating: 4))
        hits |= mask((folded &- Lane(repeating: 0x7B)) .< Lane(repeating: 4)) & ~mask(value .== Lane(repeating: 0x5F))
        hits |= mask(folded .== Lane(repeating: 0x60)) | mask(value .== Lane(repeating: 0x3B))
        hits |= mask((value | Lane(repeating: 2)) .== Lane(repeating: 0x3E))
        if pairs {
            let before = raw.loadUnaligned(fromByteOffset: at - 1, as: Lane.self)
            let one = Lane(repeating: 1)
            let mark = Lane(repeating: 0x2F)
            hits |= mask((value | one) .== mark) & mask((before | one) .== mark)
        }
        return hits
    }

    @inline(__always) private static func mask(_ bits: SIMDMask<SIMD16<Int8>>) -> Lane {
        unsafeBitCast(bits, to: Lane.self)
    }

    @inline(__always) private static func isAny(_ lane: Lane) -> Bool {
        let halves = unsafeBitCast(lane, to: SIMD2<UInt64>.self)
        return halves[0] | halves[1] != 0
    }

    private static func shortTelling(_ start: UnsafePointer<UInt8>, _ count: Int, pairs: Bool) -> Bool {
        for index in 0..<count {
            if isTelling(start[index]) { return true }
            if pairs, index > 0, start[index] | 1 == 0x2F, start[index - 1] | 1 == 0x2F { return true }
        }
        return false
    }

    @inline(__always) private static func isTelling(_ byte: UInt8) -> Bool {
        let folded = byte | 0x20
        return byte < 0x26 || byte &- 0x27 < 4 || folded &- 0x7B < 4 && byte != 0x5F || folded == 0x60 || byte == 0x3B
            || byte | 2 == 0x3E
    }

    /// `/`, `:` or `+`.
    private static func hasAddress(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        for index in 0..<count {
            let byte = start[index]
            if byte == ASCII.slash || byte == ASCII.colon || byte == ASCII.plus { return true }
        }
        return false
    }

    private static func hasOddAgentByte(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count < 16 {
            for index in 0..<count where isOdd(start[index]) { return true }
            return false
        }
        let raw = UnsafeRawPointer(start)
        var found = Lane(repeating: 0)
        var at = 0
        while at + 16 <= count {
            found |= odd(raw, at)
            at += 16
        }
        return isAny(found | odd(raw, count - 16))
    }

    /// `0x00...0x1F " $ % & ' * < = > \ ^ { | } ~ backtick`.
    @inline(__always) private static func odd(_ raw: UnsafeRawPointer, _ at: Int) -> Lane {
        let value = raw.loadUnaligned(fromByteOffset: at, as: Lane.self)
        var hits = mask(value .< Lane(repeating: 0x20)) | mask((value &- Lane(repeating: 0x24)) .< Lane(repeating: 4))
        hits |= mask(value .== Lane(repeating: 0x22)) | mask(value .== Lane(repeating: 0x2A))
        hits |= mask(value .== Lane(repeating: 0x3D))
        hits |= mask((value | Lane(repeating: 2)) .== Lane(repeating: 0x3E)) | mask(value .== Lane(repeating: 0x5C))
        return hits | mask((value &- Lane(repeating: 0x7B)) .< Lane(repeating: 4))
            | mask(value .== Lane(repeating: 0x60))
    }

    private static func isOdd(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte &- 0x24 < 4 || byte == 0x22 || byte == 0x2A || byte == 0x3D || byte | 2 == 0x3E
            || byte == 0x5C
            || byte &- 0x7B < 4 || byte == 0x60
    }
}
