package import Primitives

/// Finds the values of names in text as programs write it: `name=value`, `"name": "value"`, `name%3Dvalue`,
/// `--name value`. One pass; a name is looked for over at most 64 bytes before its sign.
package enum SecretText {
    private static let maximumNameBytes = 64

    /// Values whose names end in one of `names` (small letters). A short name must be a word of its own, so that
    /// `compass=` holds no `pass`.
    static func values(of names: [[UInt8]], in bytes: Bytes) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var at = 0
        while at < bytes.count {
            let (sign, width) = self.sign(bytes, at)
            guard sign != .none else {
                at += 1
                continue
            }
            let range = hasName(names, bytes, before: at, sign) ? value(bytes, from: at + width, sign) : nil
            if let range { found.append(range) }
            at = max(at + width, range?.upperBound ?? 0)
        }
        return found
    }

    enum Sign {
        case none
        case equals
        case colon
        /// The blank behind an option's name.
        case blank
    }

    private static func sign(_ bytes: Bytes, _ at: Int) -> (Sign, Int) {
        switch bytes.start[at] {
        case UInt8(ascii: "="): return (.equals, at + 1 < bytes.count && bytes.start[at + 1] == 0x3E ? 2 : 1)
        case UInt8(ascii: ":"): return (.colon, 1)
        case UInt8(ascii: " "): return (.blank, 1)
        case UInt8(ascii: "%") where at + 2 < bytes.count && bytes.start[at + 1] == UInt8(ascii: "3"):
            let digit = bytes.start[at + 2] | 0x20
            return digit == UInt8(ascii: "d") ? (.equals, 3) : digit == UInt8(ascii: "a") ? (.colon, 3) : (.none, 0)
        default: return (.none, 0)
        }
    }

    private static func hasName(_ names: [[UInt8]], _ bytes: Bytes, before sign: Int, _ kind: Sign) -> Bool {
        var end = sign
        if kind != .blank {
            while end > 0, sign - end < 3, [0x20, 0x22, 0x27, 0x5C, 0x5D].contains(bytes.start[end - 1]) { end -= 1 }
        }
        var start = end
        while start > 0, end - start < maximumNameBytes, isNameByte(bytes.start[start - 1]) { start -= 1 }
        guard start < end else { return false }
        if kind == .blank && !(end - start > 2 && bytes.start[start] == 0x2D && bytes.start[start + 1] == 0x2D) {
            return false
        }
        return names.contains { ends(bytes, start, end, with: $0) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == 0x5F || byte == 0x2D || byte == 0x2E || byte >= 0x80
    }

    private static func ends(_ bytes: Bytes, _ start: Int, _ end: Int, with name: [UInt8]) -> Bool {
        let from = end - name.count
        guard from >= start else { return false }
        for index in 0..<name.count where ASCII.lower(bytes.start[from + index]) != name[index] { return false }
        if from == start || name.count >= 6 { return true }
        let before = bytes.start[from - 1]
        // `userPwd`, `user_pwd`: a word begins here.
        return !ASCII.isAlphanumeric(before) || (0x41...0x5A).contains(bytes.start[from])
    }

    /// The value of a name that ends at `end`, where a sign follows.
    static func value(_ bytes: Bytes, behindName end: Int) -> Range<Int>? {
        var at = end
        while at < bytes.count, at - end < 3, [0x20, 0x22, 0x27].contains(bytes.start[at]) { at += 1 }
        guard at < bytes.count else { return nil }
        let (sign, width) = self.sign(bytes, at)
        return sign == .none || sign == .blank ? nil : value(bytes, from: at + width, sign)
    }

    /// The value behind a sign, without its quotes; nil where there is none, or nothing but what says so.
    private static func value(_ bytes: Bytes, from start: Int, _ sign: Sign) -> Range<Int>? {
        var at = start
        while at < bytes.count, at - start < 3, bytes.start[at] == 0x20 { at += 1 }
        // What is quoted in JSON that is itself in a JSON text begins with \".
        if at + 1 < bytes.count, bytes.start[at] == 0x5C, bytes.start[at + 1] == 0x22 { at += 1 }
        guard at < bytes.count else { return nil }
        let first = bytes.start[at]
        let isQuoted = first == 0x22 || first == 0x27
        if isQuoted { at += 1 }
        var end = at
        while end < bytes.count {
            let byte = bytes.start[end]
            if isQuoted ? byte == first : isEnd(byte) { break }
            if isQuoted, byte == 0x5C, end + 1 < bytes.count, bytes.start[end + 1] != first { end += 1 }
            // %26 is & in a query within a query.
            let rest = Bytes(start: bytes.start + end, count: bytes.count - end)
            if !isQuoted, byte == 0x25, rest.count > 2, rest.start[1] == 0x32, rest.start[2] == 0x36 { break }
            end += 1
        }
        end = min(end, bytes.count)
        if end > at, isQuoted, bytes.start[end - 1] == 0x5C { end -= 1 }
        guard end > at, bytes.start[at] != 0x3C else { return nil }
        let word = Bytes(start: bytes.start + at, count: end - at).text
        return ["null", "none", "true", "false", "-"].contains(word) ? nil : at..<end
    }

    /// Blanks and what separates values in queries, JSON, settings and prose.
    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F, UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\""),
            UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ")"), UInt8(ascii: "]"),
            UInt8(ascii: "}"), UInt8(ascii: "\\"), UInt8(ascii: "|"):
            true
        default: false
        }
    }

    /// Places of a word (small letters) in text of any case.
    package static func places(of word: [UInt8], in bytes: Bytes) -> [Int] {
        var found: [Int] = []
        guard let first = word.first, bytes.count >= word.count else { return [] }
        for at in 0...(bytes.count - word.count) where ASCII.lower(bytes.start[at]) == first {
            if (1..<word.count).allSatisfy({ ASCII.lower(bytes.start[at + $0]) == word[$0] }) { found.append(at) }
        }
        return found
    }

    /// The end of the run of bytes that `isPart` from `start` on.
    static func run(_ bytes: Bytes, from start: Int, _ isPart: (UInt8) -> Bool) -> Int {
        var end = start
        while end < bytes.count, isPart(bytes.start[end]) { end += 1 }
        return end
    }
}
