internal import Primitives
internal import Rules

/// Numbers as byte_test and its kin read them.
enum ByteNumber {
    /// The number that `bytes` hold; nil where a written number has no digit.
    static func read(_ bytes: Bytes, _ format: NumberFormat) -> UInt64? {
        var value: UInt64 = 0
        if format.radix == .binary {
            guard bytes.count <= 8 else { return nil }
            for index in 0..<bytes.count {
                let byte = bytes.start[format.littleEndian ? bytes.count - 1 - index : index]
                value = value << 8 | UInt64(byte)
            }
        } else {
            guard let written = written(bytes, UInt64(format.radix.rawValue)) else { return nil }
            value = written
        }
        if let mask = format.bitmask { value = (value & mask) >> UInt64(mask.trailingZeroBitCount) }
        return value
    }

    /// Digits behind optional blanks, a sign and 0x, as C's strtoull reads them; stops at the first other byte.
    private static func written(_ bytes: Bytes, _ radix: UInt64) -> UInt64? {
        var index = 0
        while index < bytes.count, bytes.start[index] == ASCII.space || bytes.start[index] &- 9 < 5 { index += 1 }
        var negative = false
        if index < bytes.count, bytes.start[index] == ASCII.minus || bytes.start[index] == ASCII.plus {
            negative = bytes.start[index] == ASCII.minus
            index += 1
        }
        if radix == 16, index + 2 < bytes.count, bytes.start[index] == ASCII.zero,
            bytes.start[index + 1] | 0x20 == 0x78,
            ASCII.hexValue(bytes.start[index + 2]) != nil
        {
            index += 2
        }
        var value: UInt64 = 0
        var digits = 0
        while index < bytes.count, let digit = ASCII.hexValue(bytes.start[index]), UInt64(digit) < radix {
            let (product, overflowed) = value.multipliedReportingOverflow(by: radix)
            let (sum, carried) = product.addingReportingOverflow(UInt64(digit))
            if overflowed || carried { return .max }
            value = sum
            digits += 1
            index += 1
        }
        guard digits > 0 else { return nil }
        return negative ? 0 &- value : value
    }

    static func holds(_ value: UInt64, _ comparison: ByteTestStep.Operator, _ bound: UInt64) -> Bool {
        switch comparison {
        case .less: value < bound
        case .greater: value > bound
        case .equal: value == bound
        case .lessOrEqual: value <= bound
        case .greaterOrEqual: value >= bound
        case .and: value & bound != 0
        case .xor: value ^ bound != 0
        }
    }

    /// Nil for a division by zero.
    static func compute(_ value: UInt64, _ operation: ByteMathStep.Operator, _ operand: UInt64) -> UInt64? {
        switch operation {
        case .plus: value &+ operand
        case .minus: value &- operand
        case .times: value &* operand
        case .divide: operand == 0 ? nil : value / operand
        case .shiftLeft: operand < 64 ? value << operand : 0
        case .shiftRight: operand < 64 ? value >> operand : 0
        }
    }
}
