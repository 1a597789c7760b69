/// What is wrong with a filter, where, and what was probably meant.
package struct FilterError: Error, Equatable, Sendable, CustomStringConvertible {
    package var filter: String
    /// In characters, from 0.
    package var offset: Int
    package var length: Int
    package var message: String
    /// May be empty.
    package var advice: String

    package init(filter: String, offset: Int, length: Int = 1, message: String, advice: String = "") {
        self.filter = filter
        self.offset = offset
        self.length = length
        self.message = message
        self.advice = advice
    }

    /// The message, the filter with a caret under the word at fault, and the advice.
    package var description: String {
        let shown = filter.map { $0.isNewline || $0 == "\t" ? " " : $0 }
        let before = shown.prefix(offset).reduce(0) { $0 + TerminalText.width(of: TerminalText.escaped(String($1))) }
        let caret = String(repeating: " ", count: before) + "^" + String(repeating: "~", count: max(0, length - 1))
        let text = "filter: \(message)\n  \(TerminalText.escaped(String(shown)))\n  \(caret)"
        return advice.isEmpty ? text : text + "\n  \(TerminalText.escaped(advice))"
    }
}

enum Spelling {
    /// The candidate that `word` was probably meant to be: at most a third of its letters off (Damerau-Levenshtein,
    /// optimal string alignment).
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let word = word.lowercased()
        let scored = candidates.map { (distance($0, word), $0) }.filter { $0.0 <= max(1, word.count / 3) }
        return scored.min { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1 < $1.1 }?.1
    }

    static func distance(_ left: String, _ right: String) -> Int {
        let first = Array(left.unicodeScalars.prefix(64))
        let second = Array(right.unicodeScalars.prefix(64))
        var beforeLast = [Int](repeating: 0, count: second.count + 1)
        var last = Array(0...second.count)
        for (row, letter) in first.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                var cost = min(last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == second[column - 1], first[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[second.count]
    }

    static func didYouMean(_ word: String, _ candidates: [String], otherwise: String) -> String {
        nearest(to: word, among: candidates).map { "did you mean \"\($0)\"?" } ?? otherwise
    }
}
