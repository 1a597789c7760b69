internal import Primitives

/// Numbers of fields as whole thousandths: exact sums, and the same answer in any order.
enum Thousandths {
    /// Nil where the text is no number, or one beyond 10^15.
    static func of(_ text: String) -> Int? {
        guard let number = text.withBytes({ $0.decimalFraction }), abs(number) < 1e15 else { return nil }
        return Int((number * 1000).rounded())
    }
}
