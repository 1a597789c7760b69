/// `entropy: bytes 64, offset 8, value >= 7.2`. Source: Suricata User Guide, "Payload Keywords".
enum EntropyKeyword {
    static let table: [String: Keyword] = ["entropy": entropy]

    private static let entropy: Keyword = { option, builder in
        var step: EntropyStep?
        var (offset, bytes) = (0, 0)
        for part in try option.parts() {
            if let argument = part.argument(of: "bytes") {
                bytes = try argument.number("bytes", in: 0...65_535)
            } else if let argument = part.argument(of: "offset") {
                offset = try argument.number("offset", in: 0...65_535)
            } else if let argument = part.argument(of: "value") {
                step = try comparison(argument)
            } else {
                throw RuleFault(part.place, "\"entropy\" knows bytes, offset and value, not \"\(part.text)\"")
            }
        }
        guard var step else { throw option.fault("\"entropy\" needs a value", advice: "Write value >= 7.") }
        step.offset = offset
        step.bytes = bytes == 0 ? nil : bytes
        builder.append(.entropy(step), relative: false, at: option.valueAt)
    }

    private static func comparison(_ part: OptionPart) throws(RuleFault) -> EntropyStep {
        let signs: [(String, EntropyStep.Comparison)] = [
            (">=", .greaterOrEqual), ("<=", .lessOrEqual), ("!=", .notEqual), ("==", .equal), (">", .greater),
            ("<", .less), ("=", .equal), ("!", .notEqual), ("", .equal),
        ]
        let text = part.text.filter { $0 != " " }
        for (sign, comparison) in signs where text.hasPrefix(sign) {
            guard let value = Double(text.dropFirst(sign.count)), (0...8).contains(value) else { break }
            return EntropyStep(comparison: comparison, value: value)
        }
        throw RuleFault(part.place, "\"\(part.text)\" compares with no number from 0 to 8")
    }
}
