package import Primitives

/// Lists of numbers and words, as the values of aggregated observations: written and read byte by byte, since every
/// aggregate of every drain has one.
package struct TextListWriter {
    private var bytes: [UInt8] = []

    package init(capacity: Int) { bytes.reserveCapacity(capacity) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// As `String(value, radix: base)` has it; `base`: 2 to 36.
    package mutating func number(_ value: Int64, base: UInt64 = 10) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        number(value.magnitude, base: base)
    }

    package mutating func number(_ value: UInt64, base: UInt64) {
        let start = bytes.count
        var rest = value
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % base)
            bytes.append(digit < 10 ? digit &+ 48 : digit &+ 87)
            rest /= base
        } while rest > 0
        bytes[start...].reverse()
    }

    package mutating func append(_ byte: UInt8) { bytes.append(byte) }

    /// A separator, where something stands before.
    package mutating func separate(_ separator: UInt8) {
        if !bytes.isEmpty { bytes.append(separator) }
    }
}

/// The parts of such a list.
package enum TextList {
    package static let blank = UInt8(ascii: " ")
    /// Between words that may have blanks in them.
    package static let unit: UInt8 = 0x1F

    /// Calls `body` with each part of `text`, empty ones too; of an empty text there is one.
    package static func forEach(_ text: Bytes, _ separator: UInt8, _ body: (Bytes) -> Void) {
        var rest = text
        while let end = rest.firstIndex(of: separator) {
            body(rest.prefix(end))
            rest = rest.dropping(end + 1)
        }
        body(rest)
    }

    package static func strings(_ text: Bytes, _ separator: UInt8 = unit) -> [String] {
        var parts: [String] = []
        forEach(text, separator) { parts.append($0.text) }
        return parts
    }

    /// Numbers with blanks between; 0 where something is none.
    package static func numbers(_ text: String) -> [Int64] {
        if text.isEmpty { return [] }
        var numbers: [Int64] = []
        text.withBytes { bytes in
            forEach(bytes, blank) { numbers.append(number($0, base: 10) ?? 0) }
        }
        return numbers
    }

    /// A number as `TextListWriter.number` writes it; nil for anything else.
    package static func number(_ text: Bytes, base: UInt64) -> Int64? {
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        guard let magnitude = magnitude(isNegative ? text.dropping(1) : text, base: base) else { return nil }
        if !isNegative { return Int64(exactly: magnitude) }
        return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }

    package static func magnitude(_ text: Bytes, base: UInt64) -> UInt64? {
        if text.isEmpty { return nil }
        var value: UInt64 = 0
        for index in 0..<text.count {
            guard let digit = digit(text[index]), digit < base else { return nil }
            let (product, overflows) = value.multipliedReportingOverflow(by: base)
            let (sum, carries) = product.addingReportingOverflow(digit)
            if overflows || carries { return nil }
            value = sum
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case 48...57: UInt64(byte - 48)
        case 97...122: UInt64(byte - 87)
        case 65...90: UInt64(byte - 55)
        default: nil
        }
    }
}
