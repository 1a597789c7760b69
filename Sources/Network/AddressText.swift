internal import Primitives

/// Addresses as text, written without a `String`: dotted decimal, and RFC 5952 for IPv6.
enum AddressText {
    /// False where the scratch memory is at its limit.
    static func append(_ address: IPAddress, to scratch: inout ScratchBuffer) -> Bool {
        guard scratch.reserve(48) else { return false }
        if let v4 = address.v4 {
            for part in 0..<4 {
                if part > 0 { scratch.push(ASCII.dot) }
                _ = scratch.appendDecimal(Int(v4 >> UInt32(24 - 8 * part) & 255))
            }
            return true
        }
        appendV6(address, to: &scratch)
        return true
    }

    /// The same, with nothing of an IPv6 address left out: eight groups of four digits.
    static func appendWhole(_ address: IPAddress, to scratch: inout ScratchBuffer) -> Bool {
        if address.v4 != nil { return append(address, to: &scratch) }
        guard scratch.reserve(48) else { return false }
        for index in 0..<8 {
            if index > 0 { scratch.push(ASCII.colon) }
            for shift in [UInt16(12), 8, 4, 0] {
                scratch.push(HexDigits.lower(UInt8(truncatingIfNeeded: group(address, index) >> shift & 15)))
            }
        }
        return true
    }

    private static func group(_ address: IPAddress, _ index: Int) -> UInt16 {
        let half = index < 4 ? address.high : address.low
        return UInt16(truncatingIfNeeded: half >> UInt64(48 - 16 * (index & 3)))
    }

    private static func appendV6(_ address: IPAddress, to scratch: inout ScratchBuffer) {
        let gap = longestZeroRun(address)
        var index = 0
        while index < 8 {
            if index == gap.from && gap.length > 1 {
                scratch.push(ASCII.colon)
                scratch.push(ASCII.colon)
                index += gap.length
                continue
            }
            if index > 0 && !(gap.length > 1 && index == gap.from + gap.length) { scratch.push(ASCII.colon) }
            appendHex(group(address, index), to: &scratch)
            index += 1
        }
    }

    private static func longestZeroRun(_ address: IPAddress) -> (from: Int, length: Int) {
        var best = (from: 8, length: 0)
        var from = 0
        while from < 8 {
            var to = from
            while to < 8, group(address, to) == 0 { to += 1 }
            if to - from > best.length { best = (from, to - from) }
            from = max(to, from + 1)
        }
        return best
    }

    private static func appendHex(_ value: UInt16, to scratch: inout ScratchBuffer) {
        var started = false
        var shift: UInt16 = 16
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            if digit == 0 && !started && shift > 0 { continue }
            started = true
            scratch.push(digit < 10 ? digit + 0x30 : digit + 0x57)
        }
    }
}
