internal import Primitives

/// Payment card numbers: 13 to 19 digits (ISO/IEC 7812), in groups parted by one kind of sign or none, with an issuer's
/// beginning and a check digit that holds (Luhn).
enum CardMask {
    static func find(_ bytes: Bytes) -> [Range<Int>] {
        DigitRuns.find(bytes, separators: true).compactMap { run in
            (13...19).contains(run.digits.count) && hasIssuer(run.digits) && isLuhn(run.digits) ? run.range : nil
        }
    }

    /// Visa, Mastercard, American Express, JCB, Discover, UnionPay and NAPAS (Vietnam).
    static func hasIssuer(_ digits: [UInt8]) -> Bool {
        let head = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
        switch head {
        case 4000...4999: return [13, 16, 19].contains(digits.count)
        case 5100...5599, 2221...2720: return digits.count == 16
        case 3400...3499, 3700...3799: return digits.count == 15
        case 3528...3589, 6011, 6440...6599: return digits.count >= 16
        case 6200...6299: return digits.count >= 16
        case 9704: return digits.count == 16 || digits.count == 19
        default: return false
        }
    }

    static func isLuhn(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = Int(digit) * (index % 2 == 1 ? 2 : 1)
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }
}

/// Runs of digits that stand for themselves: no letter, digit or point touches them.
enum DigitRuns {
    struct Run {
        var range: Range<Int>
        var digits: [UInt8]
    }

    private static let maximumDigits = 24

    /// - Parameter separators: whether single blanks or hyphens, all of one kind, may stand between digits
    static func find(_ bytes: Bytes, separators: Bool) -> [Run] {
        var runs: [Run] = []
        var at = 0
        while at < bytes.count {
            guard isDigit(bytes.start[at]) else {
                at += 1
                continue
            }
            let run = read(bytes, from: at, separators)
            if run.digits.count <= maximumDigits, standsAlone(bytes, run.range) { runs.append(run) }
            at = run.range.upperBound
        }
        return runs
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func read(_ bytes: Bytes, from start: Int, _ separators: Bool) -> Run {
        var digits: [UInt8] = []
        var separator: UInt8?
        var at = start
        while at < bytes.count {
            let byte = bytes.start[at]
            if isDigit(byte) {
                if digits.count <= maximumDigits { digits.append(byte - 0x30) }
                at += 1
                continue
            }
            guard separators, byte == 0x20 || byte == 0x2D, separator == nil || separator == byte, at + 1 < bytes.count,
                isDigit(bytes.start[at + 1]), digits.count % 4 == 0 || digits.count == 10
            else { break }
            separator = byte
            at += 1
        }
        return Run(range: start..<at, digits: digits)
    }

    private static func standsAlone(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
        if range.lowerBound > 0 {
            let before = bytes.start[range.lowerBound - 1]
            if ASCII.isAlphanumeric(before) || before == 0x2E || before == 0x5F { return false }
        }
        guard range.upperBound < bytes.count else { return true }
        let behind = bytes.start[range.upperBound]
        if behind == 0x2E, range.upperBound + 1 < bytes.count { return !isDigit(bytes.start[range.upperBound + 1]) }
        return !ASCII.isAlphanumeric(behind) && behind != 0x5F
    }
}
