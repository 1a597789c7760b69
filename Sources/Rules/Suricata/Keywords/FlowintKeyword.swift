internal import Primitives

/// `flowint:name,operator,value`: numbers kept with the flow. Source: Suricata User Guide, "Flowint".
enum FlowintKeyword {
    static let table: [String: Keyword] = ["flowint": parse]

    private static let parse: Keyword = { option, builder in
        let parts = try option.parts()
        guard parts.count >= 2, !parts[0].text.isEmpty else {
            throw option.fault("\"flowint\" needs a name and an operator, then mostly a value")
        }
        guard let verb = FlowintCommand.Verb(rawValue: parts[1].text) else {
            throw RuleFault(
                parts[1].place, "\"flowint\" does not know \"\(parts[1].text)\"",
                advice: "Use = + - < > <= >= == != isset, isnotset or notset.")
        }
        var command = FlowintCommand(verb: verb, name: parts[0].text, operand: .number(0))
        if verb == .isSet || verb == .isNotSet || verb == .notSet {
            guard parts.count == 2 else { throw RuleFault(parts[2].place, "\"\(parts[1].text)\" takes no value") }
        } else {
            guard parts.count == 3 else { throw option.fault("\"flowint\" needs a name, an operator and a value") }
            if let first = parts[2].text.utf8.first, ASCII.isLetter(first) {
                command.operand = .name(parts[2].text)
            } else {
                command.operand = .number(UInt32(try parts[2].number("the value", in: 0...Int(UInt32.max))))
            }
        }
        builder.signature.flowints.append(command)
    }
}
