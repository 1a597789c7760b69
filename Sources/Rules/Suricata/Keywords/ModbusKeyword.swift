internal import Events

/// `modbus`: what a request asks for. Source: Suricata User Guide, "Modbus Keyword". Compares the record that the
/// parser makes of each request: unit, function, subfunction (2 bytes) and whether there is one, category, access, a
/// spare byte, whether there are addresses, first and last address (2 each), whether a value is written, the value (2).
enum ModbusKeyword {
    static let family = ProtocolFamily(
        applications: [.modbus], buffers: [ProtocolBuffer(.modbus, way: .toServer, several: true, form: .own)],
        keywords: ["modbus": modbus])

    private static let categories: [String: Int] = [
        "unassigned": 1, "assigned": 2, "public": 3, "user": 4, "reserved": 8, "all": 15,
    ]
    private static let tables: [String: Int] = ["discretes": 4, "coils": 8, "input": 16, "holding": 32]

    private static let modbus: Keyword = { option, builder in
        var steps: [ByteTestStep] = []
        for part in try option.parts() {
            let words = part.text.lowercased().split(separator: " ").map(String.init)
            guard words.count >= 2 else { throw RuleFault(part.place, "\"\(part.text)\" lacks a value") }
            steps += try condition(words, part, option)
        }
        let section = builder.section(for: BufferView(.modbus), fresh: true, at: option.valueAt)
        builder.signature.sections[section].steps += steps.map { .byteTest($0) }
    }

    private static func condition(
        _ words: [String], _ part: OptionPart, _ option: RuleOption
    ) throws(RuleFault) -> [ByteTestStep] {
        let value = OptionPart(text: words.dropFirst().joined(), place: part.place)
        switch words[0] {
        case "unit": return try compare(value, 1, at: 0, option)
        case "function": return try function(value)
        case "subfunction":
            return [step(.equal, 1, 1, at: 4)] + (try compare(value, 2, at: 2, option))
        case "access": return try access(Array(words.dropFirst()), part)
        case "address": return [step(.equal, 1, 1, at: 8)] + (try addresses(value, option))
        case "value": return [step(.equal, 1, 1, at: 13)] + (try compare(value, 2, at: 14, option))
        default: throw RuleFault(part.place, "\"modbus\" does not know \"\(words[0])\"")
        }
    }

    private static func function(_ value: OptionPart) throws(RuleFault) -> [ByteTestStep] {
        let isNegated = value.text.hasPrefix("!")
        let name = isNegated ? String(value.text.dropFirst()) : value.text
        if let mask = categories[name] { return [step(.and, isNegated ? 15 & ~mask : mask, 1, at: 5)] }
        guard let number = Int(name), (0...255).contains(number) else {
            throw RuleFault(value.place, "\"\(name)\" is neither a function's number nor a category")
        }
        return [step(.equal, number, 1, at: 1, negated: isNegated)]
    }

    private static func access(_ words: [String], _ part: OptionPart) throws(RuleFault) -> [ByteTestStep] {
        guard let verb = words.first, verb == "read" || verb == "write" else {
            throw RuleFault(part.place, "access is read or write")
        }
        var steps = [step(.and, verb == "read" ? 1 : 2, 1, at: 6)]
        guard words.count > 1 else { return steps }
        guard let table = tables[words[1]], words.count == 2 else {
            throw RuleFault(part.place, "\"\(words[1])\" is no table: discretes, coils, input or holding")
        }
        if verb == "write" && (table == 4 || table == 16) {
            throw RuleFault(part.place, "\"\(words[1])\" cannot be written")
        }
        steps.append(step(.and, table, 1, at: 6))
        return steps
    }

    private static func compare(
        _ value: OptionPart, _ bytes: Int, at offset: Int, _ option: RuleOption
    ) throws(RuleFault) -> [ByteTestStep] {
        switch try NumberTest.parse(value, max: 65_535) {
        case .equal(let number): [step(.equal, number, bytes, at: offset)]
        case .notEqual(let number): [step(.equal, number, bytes, at: offset, negated: true)]
        case .less(let bound): [step(.less, bound, bytes, at: offset)]
        case .lessOrEqual(let bound): [step(.lessOrEqual, bound, bytes, at: offset)]
        case .greater(let bound): [step(.greater, bound, bytes, at: offset)]
        case .greaterOrEqual(let bound): [step(.greaterOrEqual, bound, bytes, at: offset)]
        case .between(let low, let high):
            [step(.greater, low, bytes, at: offset), step(.less, high, bytes, at: offset)]
        case .notBetween, .masked, .notMasked:
            throw option.fault("\"\(option.name)\" is compared with a number, a bound or a range")
        }
    }

    /// The addresses of a request and those of the signature have some in common.
    private static func addresses(_ value: OptionPart, _ option: RuleOption) throws(RuleFault) -> [ByteTestStep] {
        switch try NumberTest.parse(value, max: 65_535) {
        case .equal(let number): [step(.lessOrEqual, number, 2, at: 9), step(.greaterOrEqual, number, 2, at: 11)]
        case .less(let bound): [step(.less, bound, 2, at: 9)]
        case .greater(let bound): [step(.greater, bound, 2, at: 11)]
        case .between(let low, let high): [step(.greater, low, 2, at: 11), step(.less, high, 2, at: 9)]
        default: throw option.fault("an address is a number, a bound or a range")
        }
    }

    private static func step(
        _ comparison: ByteTestStep.Operator, _ value: Int, _ bytes: Int, at offset: Int, negated: Bool = false
    ) -> ByteTestStep {
        ByteTestStep(
            format: NumberFormat(bytes: .number(bytes)), comparison: comparison, negated: negated,
            value: .number(value), offset: .number(offset))
    }
}
