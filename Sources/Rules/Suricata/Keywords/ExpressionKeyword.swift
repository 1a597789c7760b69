internal import Events
internal import Primitives

/// `pcre:"/expression/flags"`.
enum ExpressionKeyword {
    static let table: [String: Keyword] = ["pcre": parse]

    /// Flags that name a buffer. Source: Suricata User Guide, "Suricata's modifiers" of pcre.
    private static let buffers: [(UInt8, BufferKind)] = [
        (0x55, .httpURI), (0x49, .httpURIRaw), (0x50, .httpRequestBody), (0x51, .fileData), (0x48, .httpHeader),
        (0x44, .httpHeaderRaw), (0x4D, .httpMethod), (0x43, .httpCookie), (0x53, .httpStatusCode),
        (0x59, .httpStatusMessage), (0x56, .httpUserAgent), (0x57, .httpHost), (0x5A, .httpHostRaw),
    ]

    private static let options: [(UInt8, ExpressionStep.Options)] = [
        (0x69, .caseless), (0x73, .dotAll), (0x6D, .multiline), (0x78, .extended), (0x41, .anchored),
        (0x45, .dollarEndOnly), (0x47, .ungreedy),
    ]

    private static let parse: Keyword = { option, builder in
        guard option.quoted, let value = option.value else {
            throw option.fault("the expression of \"pcre\" must stand in quotes")
        }
        guard value.count > 2, value[0] == ASCII.slash, let end = value.lastIndex(of: ASCII.slash), end > 0 else {
            throw option.fault("\"pcre\" is written \"/expression/flags\"")
        }
        let position = builder.position(option.valueAt.lowerBound + 1)
        var step = ExpressionStep(
            pattern: Array(value[1..<end]), options: [], negated: option.negated, relative: false,
            column: position.column, line: position.line)
        var kind: BufferKind?
        let flags = value[(end + 1)...].prefix { $0 != ASCII.comma }
        let captures = ExpressionGroups.captures(value[1..<end], options: value[flags.endIndex...])
        step.captures = captures.kept
        if captures.isForAlert {
            builder.warnings.append(
                RuleFault(
                    option.valueAt, "what the groups of this pcre catch for the alert is not kept",
                    advice: "the signature finds what it would find without their names"))
        }
        for index in flags.indices {
            let place = option.valueAt.lowerBound + index..<option.valueAt.lowerBound + index + 1
            try flag(value[index], place, &step, &kind)
        }
        try place(step, kind, option, &builder)
    }

    private static func flag(
        _ letter: UInt8, _ place: Range<Int>, _ step: inout ExpressionStep, _ kind: inout BufferKind?
    ) throws(RuleFault) {
        if let known = options.first(where: { $0.0 == letter }) {
            step.options.insert(known.1)
        } else if let known = buffers.first(where: { $0.0 == letter }) {
            if kind != nil { throw RuleFault(place, "a pcre looks into one buffer only") }
            kind = known.1
        } else if letter == 0x52 {
            step.relative = true
        } else if letter != 0x42 && letter != 0x4F {
            let name = String(decoding: [letter], as: UTF8.self)
            throw RuleFault(place, "\"\(name)\" is no flag of pcre")
        }
    }

    private static func place(
        _ step: ExpressionStep, _ kind: BufferKind?, _ option: RuleOption, _ builder: inout SignatureBuilder
    ) throws(RuleFault) {
        guard let kind else {
            builder.last = builder.append(.expression(step), relative: step.relative, at: option.valueAt)
            return
        }
        // "Q" is the response body, under either of its names.
        let twin: BufferKind = kind == .fileData ? .httpResponseBody : kind
        guard builder.looksAtPayload || builder.looks(at: kind) || builder.looks(at: twin) else {
            throw option.fault("this pcre's flag names another buffer than the sticky buffer it stands in")
        }
        if !builder.looksAtPayload {
            builder.last = builder.append(.expression(step), relative: step.relative, at: option.valueAt)
            return
        }
        let section = builder.section(for: BufferView(kind), fresh: false, at: option.valueAt)
        if step.relative { builder.anchorNext(section, before: builder.signature.sections[section].steps.count) }
        builder.signature.sections[section].steps.append(.expression(step))
        builder.last = StepPlace(section: section, step: builder.signature.sections[section].steps.count - 1)
    }
}
