/// `asn1:oversize_length 10000, absolute_offset 0`. Source: Suricata User Guide, "ASN.1 Keyword"; a `relative_offset`
/// counts from the end of the content match before it.
enum ASN1Keyword {
    static let table: [String: Keyword] = ["asn1": asn1]

    private static let asn1: Keyword = { option, builder in
        var step = ASN1Step()
        var words = try words(option)[...]
        while let word = words.popFirst() {
            switch word.text {
            case "oversize_length":
                step.oversizeBytes = UInt32(try argument(of: word, &words, in: 0...Int(UInt32.max)))
            case "bitstring_overflow": step.bitStringOverflow = true
            case "double_overflow": step.doubleOverflow = true
            case "absolute_offset": step.offset = try argument(of: word, &words, in: 0...65_535)
            case "relative_offset": step.relativeOffset = try argument(of: word, &words, in: -65_535...65_535)
            default: throw RuleFault(word.place, "\"asn1\" does not know \"\(word.text)\"")
            }
        }
        guard step.oversizeBytes != nil || step.bitStringOverflow || step.doubleOverflow else {
            throw option.fault(
                "\"asn1\" looks for nothing",
                advice: "Write oversize_length and a number, bitstring_overflow or double_overflow.")
        }
        builder.append(.asn1(step), relative: false, at: option.valueAt)
    }

    /// Words between blanks and commas, each with its place.
    private static func words(_ option: RuleOption) throws(RuleFault) -> [OptionPart] {
        var words: [OptionPart] = []
        for part in try option.parts() {
            var at = part.place.lowerBound
            for piece in part.text.split(separator: " ", omittingEmptySubsequences: false) {
                let end = at + piece.utf8.count
                if !piece.isEmpty { words.append(OptionPart(text: String(piece), place: at..<end)) }
                at = end + 1
            }
        }
        return words
    }

    private static func argument(
        of word: OptionPart, _ words: inout ArraySlice<OptionPart>, in range: ClosedRange<Int>
    ) throws(RuleFault) -> Int {
        guard let next = words.popFirst() else { throw RuleFault(word.place, "\"\(word.text)\" needs a number") }
        return try next.number(word.text, in: range)
    }
}
