internal import Primitives

/// The grammar of numbers in JSON (RFC 8259 section 6).
enum JSONNumber {
    static func isValid(_ text: Bytes) -> Bool {
        var index = 0
        func digits() -> Int {
            let from = index
            while index < text.count, ASCII.isDigit(text.start[index]) { index += 1 }
            return index - from
        }
        if text.count > 0, text.start[0] == ASCII.minus { index = 1 }
        let first = index
        let whole = digits()
        guard whole > 0, whole == 1 || text.start[first] != ASCII.zero else { return false }
        if index < text.count, text.start[index] == ASCII.dot {
            index += 1
            if digits() == 0 { return false }
        }
        if index < text.count, text.start[index] | 0x20 == 0x65 {
            index += 1
            if index < text.count, text.start[index] == ASCII.plus || text.start[index] == ASCII.minus { index += 1 }
            if digits() == 0 { return false }
        }
        return index == text.count
    }
}
