internal import Primitives

/// `byte_math:bytes 4, offset 0, oper +, rvalue 8, result name`.
enum ByteMathKeyword {
    static let table: [String: Keyword] = ["byte_math": parse]

    private struct Words {
        var bytes: StepValue?
        var offset: StepValue?
        var operation: ByteMathStep.Operator?
        var operand: StepValue?
        var name: String?
    }

    private static let parse: Keyword = { option, builder in
        var words = Words()
        var settings = NumberSettings(format: NumberFormat(bytes: .number(1)))
        for part in try option.parts() {
            if try settings.read(part) { continue }
            try read(part, option, builder, into: &words)
        }
        guard let bytes = words.bytes, let offset = words.offset, let operation = words.operation,
            let operand = words.operand, let name = words.name
        else { throw option.fault("\"byte_math\" needs bytes, offset, oper, rvalue and result") }
        settings.format.bytes = bytes
        builder.append(
            .byteMath(
                ByteMathStep(
                    format: try settings.checked(option), offset: offset, operation: operation, operand: operand,
                    relative: settings.relative, result: builder.define(name))),
            relative: settings.relative, at: option.valueAt)
    }

    private static func read(
        _ part: OptionPart, _ option: RuleOption, _ builder: SignatureBuilder, into words: inout Words
    ) throws(RuleFault) {
        if let argument = part.argument(of: "bytes") {
            words.bytes = try builder.value(argument, "the number of bytes", in: 1...10)
        } else if let argument = part.argument(of: "offset") {
            words.offset = try builder.value(argument, "the offset", in: ByteKeywords.offsets)
        } else if let argument = part.argument(of: "oper") {
            words.operation = ByteMathStep.Operator(rawValue: argument.text)
            if words.operation == nil { throw RuleFault(part.place, "\"\(argument.text)\" is no operator") }
        } else if let argument = part.argument(of: "rvalue") {
            words.operand = try builder.value(argument, "rvalue", in: 0...0xFFFF_FFFF)
        } else if let argument = part.argument(of: "result") {
            words.name = argument.text
        } else {
            throw ByteKeywords.unknown(option, part)
        }
    }
}
