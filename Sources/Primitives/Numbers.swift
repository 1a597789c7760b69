extension Bytes {
    /// The whole run as an unsigned decimal number; nil when empty, not all digits, or beyond `Int.max`.
    public var decimal: Int? {
        guard count > 0 else { return nil }
        var value = 0
        // So few digits cannot overflow.
        if count <= 18 {
            for index in 0..<count {
                let digit = start[index] &- 0x30
                guard digit < 10 else { return nil }
                value = value &* 10 &+ Int(digit)
            }
            return value
        }
        for index in 0..<count {
            let digit = start[index] &- 0x30
            guard digit < 10 else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int(digit))
            if overflowed || carried { return nil }
            value = sum
        }
        return value
    }

    /// The whole run as a decimal number with an optional sign and fraction; nil for anything else. Cold paths.
    public var decimalFraction: Double? {
        guard count > 0, count <= 40 else { return nil }
        for index in 0..<count {
            let byte = start[index]
            guard
                ASCII.isDigit(byte) || byte == ASCII.dot || byte == ASCII.minus || byte == ASCII.plus
                    || byte | 0x20 == 0x65
            else { return nil }
        }
        return Double(text)
    }

    /// `length` digits at `offset` as a number; nil unless all of them are there. For fixed-width stamps.
    public func digits(at offset: Int, _ length: Int) -> Int? {
        guard offset >= 0, offset + length <= count else { return nil }
        var value = 0
        for index in offset..<offset + length {
            let digit = start[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Big-endian numbers as network headers hold them. Trap outside the run, so check the length first.
    public func bigEndian16(at offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset + 2 <= count, "read past the end")
        return UInt16(start[offset]) << 8 | UInt16(start[offset + 1])
    }

    public func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(bigEndian16(at: offset)) << 16 | UInt32(bigEndian16(at: offset + 2))
    }

    public func littleEndian32(at offset: Int) -> UInt32 { bigEndian32(at: offset).byteSwapped }
    public func littleEndian16(at offset: Int) -> UInt16 { bigEndian16(at: offset).byteSwapped }
}
