internal import Primitives

/// `byte_test`, `byte_jump`, `byte_extract`: numbers in the bytes.
enum ByteKeywords {
    static let table: [String: Keyword] = [
        "byte_test": byteTest, "byte_jump": byteJump, "byte_extract": byteExtract,
    ]

    static let offsets = -65_535...65_535

    private static let byteTest: Keyword = { option, builder in
        let parts = try option.parts()
        guard parts.count >= 4 else {
            throw option.fault("\"byte_test\" needs bytes, an operator, a value and an offset")
        }
        var sign = parts[1].text
        let negated = sign.hasPrefix("!")
        if negated { sign = String(sign.dropFirst()).trimmed }
        guard let comparison = ByteTestStep.Operator(rawValue: sign.isEmpty && negated ? "=" : sign) else {
            throw RuleFault(parts[1].place, "\"\(parts[1].text)\" is no operator", advice: "Use < > = <= >= & or ^.")
        }
        var step = ByteTestStep(
            format: try format(parts[0], builder), comparison: comparison, negated: negated,
            value: try builder.value(parts[2], "the value", in: -0x8000_0000...Int.max),
            offset: try builder.value(parts[3], "the offset", in: offsets))
        var settings = NumberSettings(format: step.format)
        for part in parts.dropFirst(4) {
            guard try settings.read(part) else { throw unknown(option, part) }
        }
        step.format = try settings.checked(option)
        step.relative = settings.relative
        builder.append(.byteTest(step), relative: step.relative, at: option.valueAt)
    }

    private static let byteJump: Keyword = { option, builder in
        let parts = try option.parts()
        guard parts.count >= 2 else { throw option.fault("\"byte_jump\" needs bytes and an offset") }
        var step = ByteJumpStep(
            format: try format(parts[0], builder), offset: try builder.value(parts[1], "the offset", in: offsets))
        var settings = NumberSettings(format: step.format)
        for part in parts.dropFirst(2) {
            if try settings.read(part) { continue }
            if let argument = part.argument(of: "multiplier") {
                step.multiplier = try argument.number("the multiplier", in: 1...65_535)
            } else if let argument = part.argument(of: "post_offset") {
                step.postOffset = try builder.value(argument, "post_offset", in: offsets)
            } else if part.text == "align" {
                step.align = true
            } else if part.text == "from_beginning" {
                step.fromBeginning = true
            } else if part.text == "from_end" {
                step.fromEnd = true
            } else {
                throw unknown(option, part)
            }
        }
        if step.fromBeginning && step.fromEnd {
            throw option.fault("from_beginning and from_end cannot both be given")
        }
        step.format = try settings.checked(option)
        step.relative = settings.relative
        builder.append(.byteJump(step), relative: step.relative, at: option.valueAt)
    }

    private static let byteExtract: Keyword = { option, builder in
        let parts = try option.parts()
        guard parts.count >= 3 else { throw option.fault("\"byte_extract\" needs bytes, an offset and a name") }
        guard let first = parts[2].text.utf8.first, ASCII.isLetter(first) else {
            throw RuleFault(parts[2].place, "a name must begin with a letter")
        }
        var step = ByteExtractStep(
            format: try format(parts[0], builder), offset: try builder.value(parts[1], "the offset", in: offsets),
            result: 0)
        var settings = NumberSettings(format: step.format)
        for part in parts.dropFirst(3) {
            if try settings.read(part) { continue }
            if let argument = part.argument(of: "multiplier") {
                step.multiplier = try argument.number("the multiplier", in: 1...65_535)
            } else if let argument = part.argument(of: "align") {
                step.align = try argument.number("align", in: 2...4)
            } else {
                throw unknown(option, part)
            }
        }
        step.format = try settings.checked(option)
        step.relative = settings.relative
        step.result = builder.define(parts[2].text)
        builder.append(.byteExtract(step), relative: step.relative, at: option.valueAt)
    }

    static func format(_ part: OptionPart, _ builder: SignatureBuilder) throws(RuleFault) -> NumberFormat {
        NumberFormat(bytes: try builder.value(part, "the number of bytes", in: 0...23))
    }

    static func unknown(_ option: RuleOption, _ part: OptionPart) -> RuleFault {
        RuleFault(part.place, "\"\(option.name)\" does not know \"\(part.text)\"")
    }
}

/// The arguments that all keywords for numbers share.
struct NumberSettings {
    var format: NumberFormat
    var relative = false
    private var isText = false

    init(format: NumberFormat) { self.format = format }

    /// False where the word is none of these.
    mutating func read(_ part: OptionPart) throws(RuleFault) -> Bool {
        switch part.text {
        case "relative": relative = true
        case "big": format.littleEndian = false
        case "little": format.littleEndian = true
        case "string":
            isText = true
            if format.radix == .binary { format.radix = .decimal }
        case "hex": format.radix = .hexadecimal
        case "dec": format.radix = .decimal
        case "oct": format.radix = .octal
        case "dce": throw RuleFault(part.place, "byte order by DCERPC (\"dce\") is not supported")
        default: return try argument(part)
        }
        return true
    }

    private mutating func argument(_ part: OptionPart) throws(RuleFault) -> Bool {
        if let mask = part.argument(of: "bitmask") {
            format.bitmask = UInt64(try mask.number("the mask", in: 1...0xFFFF_FFFF))
            return true
        }
        if let order = part.argument(of: "endian") {
            guard order.text == "big" || order.text == "little" else {
                throw RuleFault(order.place, "the byte order is big or little")
            }
            format.littleEndian = order.text == "little"
            return true
        }
        if let radix = part.argument(of: "string") {
            isText = true
            return try read(radix)
        }
        return false
    }

    /// Binary numbers have up to 8 bytes, written ones up to 23.
    func checked(_ option: RuleOption) throws(RuleFault) -> NumberFormat {
        if format.radix != .binary && !isText {
            throw option.fault("hex, dec and oct need \"string\"")
        }
        if format.radix == .binary, let bytes = format.bytes.number, bytes > 8 {
            throw option.fault("a binary number has 8 bytes at most")
        }
        return format
    }
}

extension OptionPart {
    /// The rest behind `name` and a blank, as in `multiplier 4`; nil where the part does not begin so.
    func argument(of name: String) -> OptionPart? {
        guard text.hasPrefix(name + " ") else { return nil }
        return OptionPart(text: String(text.dropFirst(name.count)).trimmed, place: place)
    }
}

extension String {
    /// Without blanks and tabs at either end.
    var trimmed: String { withBytes { $0.trimmed.text } }
}
