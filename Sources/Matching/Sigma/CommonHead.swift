internal import Primitives

/// What stands before the request in a line of the common log format (`EventFlags.commonHead`): an address, dashes and
/// a time. Half of an ordinary line is that, and few keywords can stand there.
package enum CommonHead {
    /// `192.0.2.1 - - [12/Mar/2026:02:58:01 +0700] `: two bytes that follow each other there; `0` is any digit, `a` any
    /// letter.
    private static let pairs: Set<[UInt8]> = Set(
        [
            "00", "0.", ".0", "0 ", " -", "- ", " [", "[0", "0/", "/a", "aa", "a/", "/0", "0:", ":0", " +", "+0", "-0",
            "0]", "] ",
        ].map { Array($0.utf8) })
    private static let months = Array("jan feb mar apr may jun jul aug sep oct nov dec".utf8)

    /// Whether `literal` might be found in such a text, in letters of either case. (Some that cannot be are not told.)
    package static func mayHold(_ literal: [UInt8]) -> Bool {
        let kinds = literal.map { ASCII.isDigit($0) ? UInt8(ascii: "0") : ASCII.isLetter($0) ? UInt8(ascii: "a") : $0 }
        if kinds.count == 1 { return pairs.contains { $0.contains(kinds[0]) } && isOfMonth(literal) }
        for (left, right) in zip(kinds, kinds.dropFirst()) where !pairs.contains([left, right]) { return false }
        let words = literal.split { !ASCII.isLetter($0) }
        return words.allSatisfy { isOfMonth(Array($0)) }
    }

    private static func isOfMonth(_ word: [UInt8]) -> Bool {
        if word.allSatisfy({ !ASCII.isLetter($0) }) { return true }
        let text = word.map { ASCII.lower($0) }
        return months.indices.dropLast(text.count - 1).contains { months[$0...].starts(with: text) }
    }
}
