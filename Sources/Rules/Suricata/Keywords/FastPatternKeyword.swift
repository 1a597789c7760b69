/// `fast_pattern`, `fast_pattern:only`, `fast_pattern:OFFSET,LENGTH`.
enum FastPatternKeyword {
    static let table: [String: Keyword] = ["fast_pattern": parse]

    private static let parse: Keyword = { option, builder in
        guard let last = builder.last,
            case .content(let content) = builder.signature.sections[last.section].steps[last.step]
        else { throw RuleFault(option.nameAt, "\"fast_pattern\" needs a content before it") }
        guard builder.signature.fastPattern == nil else {
            throw RuleFault(option.nameAt, "a signature has one fast_pattern only")
        }
        var fast = FastPattern(section: last.section, step: last.step)
        if option.value != nil { try arguments(option, content, into: &fast) }
        builder.signature.fastPattern = fast
    }

    private static func arguments(
        _ option: RuleOption, _ content: ContentStep, into fast: inout FastPattern
    ) throws(RuleFault) {
        let parts = try option.parts()
        if parts.count == 1, parts[0].text == "only" {
            fast.only = true
            return
        }
        guard parts.count == 2 else {
            throw option.fault("\"fast_pattern\" takes nothing, \"only\", or an offset and a length")
        }
        let offset = try parts[0].number("the offset", in: 0...65_535)
        let length = try parts[1].number("the length", in: 1...65_535)
        guard offset + length <= content.bytes.count else {
            throw option.fault(
                "the content has \(content.bytes.count) bytes; bytes \(offset) to \(offset + length) are asked for")
        }
        fast.chop = offset..<offset + length
    }
}
