internal import Events
internal import Primitives

/// `content`, `uricontent` and the modifiers behind a content.
enum ContentKeywords {
    static let table: [String: Keyword] = [
        "content": content, "uricontent": uriContent, "nocase": noCase, "depth": depth, "offset": offset,
        "distance": distance, "within": within, "startswith": startsWith, "endswith": endsWith, "rawbytes": rawBytes,
    ]

    /// Numbers of modifiers lie within a mebibyte.
    static let bounds = -1_048_576...1_048_576

    private static let content: Keyword = { option, builder in
        builder.last = try append(option, &builder)
    }

    private static let uriContent: Keyword = { option, builder in
        builder.last = try append(option, &builder)
        try builder.moveLastContent(option, to: BufferView(.httpURI))
    }

    private static func append(_ option: RuleOption, _ builder: inout SignatureBuilder) throws(RuleFault) -> StepPlace {
        guard let value = option.value, !value.isEmpty else {
            throw RuleFault(option.nameAt, "\"\(option.name)\" needs a value")
        }
        guard option.quoted else { throw option.fault("the value of \"\(option.name)\" must stand in quotes") }
        let bytes = try ContentText.decode(value, at: option.valueAt.lowerBound)
        let step = ContentStep(bytes: bytes, negated: option.negated)
        return builder.append(.content(step), relative: false, at: option.valueAt)
    }

    private static let noCase: Keyword = { option, builder in
        try option.noValue()
        try builder.changeContent(option) { content in
            if content.caseless { throw RuleFault(option.nameAt, "this content has \"nocase\" already") }
            content.caseless = true
        }
    }

    private static let rawBytes: Keyword = { option, builder in
        try option.noValue()
        try builder.changeContent(option) { _ in }
    }

    private static let depth: Keyword = { option, builder in
        let value = try builder.value(single(option), "\"depth\"", in: 0...bounds.upperBound)
        try builder.changeContent(option) { content in
            try absolute(option, content)
            if content.depth != nil { throw RuleFault(option.nameAt, "this content has \"depth\" already") }
            if let number = value.number, number < content.bytes.count {
                throw option.fault("a depth of \(number) has no room for this content of \(content.bytes.count) bytes")
            }
            content.depth = value
        }
    }

    private static let offset: Keyword = { option, builder in
        let value = try builder.value(single(option), "\"offset\"", in: 0...65_535)
        try builder.changeContent(option) { content in
            try absolute(option, content)
            if content.offset != nil { throw RuleFault(option.nameAt, "this content has \"offset\" already") }
            content.offset = value
        }
    }

    private static let distance: Keyword = { option, builder in
        let value = try builder.value(single(option), "\"distance\"", in: bounds)
        try builder.changeContent(option) { content in
            try relative(option, content)
            if content.distance != nil { throw RuleFault(option.nameAt, "this content has \"distance\" already") }
            content.distance = value
        }
        anchorPrevious(option, &builder)
    }

    private static let within: Keyword = { option, builder in
        let value = try builder.value(single(option), "\"within\"", in: bounds)
        try builder.changeContent(option) { content in
            try relative(option, content)
            if content.within != nil { throw RuleFault(option.nameAt, "this content has \"within\" already") }
            if let number = value.number, number < content.bytes.count {
                throw option.fault("within \(number) has no room for this content of \(content.bytes.count) bytes")
            }
            content.within = value
        }
        anchorPrevious(option, &builder)
    }

    private static let startsWith: Keyword = { option, builder in
        try option.noValue()
        try builder.changeContent(option) { content in
            if content.startsWith || content.depth != nil || content.offset != nil || content.isRelative {
                throw RuleFault(
                    option.nameAt, "\"startswith\" cannot be combined with depth, offset, distance or within")
            }
            content.startsWith = true
        }
    }

    private static let endsWith: Keyword = { option, builder in
        try option.noValue()
        try builder.changeContent(option) { content in
            if content.endsWith { throw RuleFault(option.nameAt, "this content has \"endswith\" already") }
            content.endsWith = true
        }
    }

    private static func single(_ option: RuleOption) throws(RuleFault) -> OptionPart {
        OptionPart(text: try option.words(), place: option.valueAt)
    }

    private static func absolute(_ option: RuleOption, _ content: ContentStep) throws(RuleFault) {
        if content.isRelative {
            throw RuleFault(option.nameAt, "\"\(option.name)\" cannot be combined with distance or within")
        }
        if content.startsWith {
            throw RuleFault(option.nameAt, "\"\(option.name)\" cannot be combined with startswith")
        }
    }

    private static func relative(_ option: RuleOption, _ content: ContentStep) throws(RuleFault) {
        if content.depth != nil || content.offset != nil {
            throw RuleFault(option.nameAt, "\"\(option.name)\" cannot be combined with depth or offset")
        }
        if content.startsWith {
            throw RuleFault(option.nameAt, "\"\(option.name)\" cannot be combined with startswith")
        }
    }

    private static func anchorPrevious(_ option: RuleOption, _ builder: inout SignatureBuilder) {
        guard let last = builder.last else { return }
        builder.anchorNext(last.section, before: last.step)
    }
}

/// The text of a content: `\` escapes `"`, `;`, `:`, `\`; `|41 42|` gives bytes.
enum ContentText {
    static func decode(_ text: [UInt8], at place: Int) throws(RuleFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case 0x7C:
                guard let end = text[(index + 1)...].firstIndex(of: 0x7C) else {
                    throw RuleFault(
                        place + index..<place + text.count, "no closing | for this hexadecimal run",
                        advice: "A | itself is written |7C|.")
                }
                try hexadecimal(text[(index + 1)..<end], at: place, into: &bytes)
                index = end + 1
            case ASCII.backslash:
                guard index + 1 < text.count,
                    [ASCII.quote, ASCII.semicolon, ASCII.colon, ASCII.backslash]
                        .contains(text[index + 1])
                else {
                    throw RuleFault(
                        place + index..<place + min(index + 2, text.count),
                        "only \\\" \\; \\: and \\\\ are escapes here",
                        advice: "Write other bytes in hexadecimal, such as |0D 0A|.")
                }
                bytes.append(text[index + 1])
                index += 2
            default:
                bytes.append(text[index])
                index += 1
            }
        }
        guard !bytes.isEmpty else { throw RuleFault(place..<place + text.count, "this content is empty") }
        return bytes
    }

    private static func hexadecimal(
        _ text: ArraySlice<UInt8>, at place: Int, into bytes: inout [UInt8]
    ) throws(RuleFault) {
        var high: UInt8?
        for index in text.indices where text[index] != ASCII.space {
            guard let digit = ASCII.hexValue(text[index]) else {
                throw RuleFault(place + index..<place + index + 1, "this is no hexadecimal digit")
            }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        if high != nil {
            throw RuleFault(place + text.startIndex..<place + text.endIndex, "an odd number of hexadecimal digits")
        }
    }
}
