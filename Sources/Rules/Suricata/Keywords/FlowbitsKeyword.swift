internal import Events

/// `flowbits:set,name;` and its other verbs.
enum FlowbitsKeyword {
    static let table: [String: Keyword] = ["flowbits": parse]

    private static let parse: Keyword = { option, builder in
        let parts = try option.parts()
        if parts.count == 1, parts[0].text == "noalert" {
            builder.signature.isSilent = true
            return
        }
        guard parts.count == 2, !parts[1].text.isEmpty else {
            throw option.fault("\"flowbits\" needs a verb and a name, or noalert")
        }
        guard let verb = FlowbitCommand.Verb(rawValue: parts[0].text) else {
            throw RuleFault(parts[0].place, "\"flowbits\" does not know \"\(parts[0].text)\"")
        }
        let names = parts[1].text.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed }
        if names.contains("") || names.contains(where: { $0.contains(" ") }) {
            throw RuleFault(parts[1].place, "a flowbit's name has no blanks and is not empty")
        }
        if names.count > 1 && verb != .isSet && verb != .isNotSet {
            throw RuleFault(parts[1].place, "several names joined by | are for isset and isnotset only")
        }
        builder.signature.flowbits.append(FlowbitCommand(verb: verb, names: names))
    }
}
