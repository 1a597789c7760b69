/// `PATH@START-END`: a file and the part of it to read, in bytes of its content; END may be left out ("to the end").
///
/// Ranges that meet (`@0-100`, `@100-200`) read every record exactly once: a record belongs to the range in which its
/// first byte lies.
enum ByteRangeSuffix {
    /// Splits `text` at its last `@`; nil where what follows is no range, or START is not before END.
    static func split(_ text: String) -> (path: String, range: Range<Int64>)? {
        guard let at = text.lastIndex(of: "@"), at != text.startIndex else { return nil }
        let bounds = text[text.index(after: at)...].split(
            separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard bounds.count == 2, let start = number(bounds[0]) else { return nil }
        let end = bounds[1].isEmpty ? Int64.max : number(bounds[1])
        guard let end, start < end else { return nil }
        return (String(text[..<at]), start..<end)
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return Int64(text)
    }
}
