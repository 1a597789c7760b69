/// A number as a rule or a record writes it. Whole numbers of 64 bits are compared as such: a double has 53 bits for
/// them (IEEE 754 binary64), and two record ids side by side beyond that would count as equal.
public struct ExactNumber: Sendable, Hashable {
    /// 0 where the number is no whole one of 64 bits.
    private let whole: Int
    private let isWhole: Bool
    /// The nearest double.
    public let double: Double

    public init(_ whole: Int) {
        self.whole = whole
        isWhole = true
        double = Double(whole)
    }

    public init(_ number: Double) {
        let exact = Int(exactly: number)
        whole = exact ?? 0
        isWhole = exact != nil
        double = number
    }

    /// Decimal digits with an optional sign, fraction and exponent; nil for anything else.
    public init?(_ text: Bytes) {
        if let whole = text.decimal {
            self.init(whole)
        } else if text.count > 1, text.start[0] == ASCII.minus, let whole = text.slice(1, text.count).decimal {
            self.init(-whole)
        } else if let number = text.decimalFraction {
            self.init(number)
        } else {
            return nil
        }
    }

    /// Nil for a fraction, and for what 64 bits do not hold.
    public var asWhole: Int? { isWhole ? whole : nil }

    public static func == (left: ExactNumber, right: ExactNumber) -> Bool {
        left.isWhole && right.isWhole ? left.whole == right.whole : left.double == right.double
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(double) }
}

extension ExactNumber: Comparable {
    /// A whole number beyond 53 bits beside a fraction is judged right, too: a fraction lies within 53 bits.
    public static func < (left: ExactNumber, right: ExactNumber) -> Bool {
        left.isWhole && right.isWhole ? left.whole < right.whole : left.double < right.double
    }
}

extension ExactNumber: CustomStringConvertible {
    public var description: String { isWhole ? String(whole) : String(double) }
}
