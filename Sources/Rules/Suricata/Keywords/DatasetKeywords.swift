internal import Events
internal import Primitives

/// `dataset:isset,NAME,type string,load FILE` and `datarep:NAME,>,200,load FILE,type string`.
enum DatasetKeywords {
    static let table: [String: Keyword] = ["dataset": dataset, "datarep": reputation]

    private static let dataset: Keyword = { option, builder in
        let parts = try option.parts()
        guard parts.count >= 2 else { throw option.fault("\"dataset\" needs a verb and a name") }
        let verbs: [String: DatasetStep.Verb] = [
            "isset": .isSet, "isnotset": .isNotSet, "set": .set, "unset": .unset,
        ]
        guard let verb = verbs[parts[0].text] else {
            throw RuleFault(parts[0].place, "\"\(parts[0].text)\" is none of isset, isnotset, set, unset")
        }
        let set = try find(parts[1], parts.dropFirst(2), option, builder)
        try append(DatasetStep(dataset: set, verb: verb), option, &builder)
    }

    private static let reputation: Keyword = { option, builder in
        let parts = try option.parts()
        guard parts.count >= 3 else { throw option.fault("\"datarep\" needs a name, a comparison and a number") }
        let sign = parts[1].text == "=" ? "" : parts[1].text
        guard ["", "<", ">"].contains(sign) else {
            throw RuleFault(parts[1].place, "\"\(parts[1].text)\" is none of < > =")
        }
        let number = OptionPart(text: sign + parts[2].text, place: parts[2].place)
        let test = try NumberTest.parse(number, max: 65_535)
        let set = try find(parts[0], parts.dropFirst(3), option, builder)
        try append(DatasetStep(dataset: set, verb: .reputation(test)), option, &builder)
    }

    private static func append(
        _ step: DatasetStep, _ option: RuleOption, _ builder: inout SignatureBuilder
    ) throws(RuleFault) {
        if builder.looksAtPayload {
            throw RuleFault(option.nameAt, "\"\(option.name)\" needs a sticky buffer before it")
        }
        builder.append(.dataset(step), relative: false, at: option.valueAt)
    }

    /// What follows a dataset's name. Sizes and what is saved have no meaning here, where nothing is written.
    private struct Settings {
        var kind: Dataset.Kind?
        var file: OptionPart?
        var format = DatasetFormat()

        mutating func read(_ part: OptionPart, _ option: RuleOption) throws(RuleFault) {
            if let argument = part.argument(of: "type") {
                guard let known = Dataset.Kind(rawValue: argument.text == "ipv6" ? "ip" : argument.text) else {
                    throw RuleFault(part.place, "the type of a dataset is string, md5, sha256, ipv4 or ip")
                }
                kind = known
            } else if let argument = part.argument(of: "load") ?? part.argument(of: "state") {
                file = argument
            } else if let argument = part.argument(of: "format") {
                guard let layout = DatasetFormat.Layout(rawValue: argument.text) else {
                    throw RuleFault(part.place, "the format of a dataset is csv, json, ndjson or jsonline")
                }
                format.layout = layout
            } else if let argument = part.argument(of: "value_key") {
                format.valueKey = argument.text
            } else if let argument = part.argument(of: "array_key") {
                format.arrayKey = argument.text
            } else {
                let passed = ["save", "memcap", "hashsize", "context_key"]
                guard part.text == "remove_key" || passed.contains(where: { part.argument(of: $0) != nil }) else {
                    throw RuleFault(part.place, "\"\(option.name)\" does not know \"\(part.text)\"")
                }
            }
        }
    }

    private static func find(
        _ name: OptionPart, _ parts: ArraySlice<OptionPart>, _ option: RuleOption, _ builder: SignatureBuilder
    ) throws(RuleFault) -> Dataset {
        guard !name.text.isEmpty, !name.text.contains(" ") else {
            throw RuleFault(name.place, "a dataset needs a name without blanks")
        }
        var settings = Settings()
        for part in parts { try settings.read(part, option) }
        let library = builder.options.datasets
        if let known = library.find(name.text) {
            if let kind = settings.kind, kind != known.kind {
                throw RuleFault(name.place, "the dataset \"\(name.text)\" is of type \(known.kind.rawValue)")
            }
            return known
        }
        guard let kind = settings.kind else {
            throw RuleFault(name.place, "the dataset \"\(name.text)\" is not defined: its type is missing")
        }
        var file = DatasetFile(kind: kind, format: settings.format)
        if let path = settings.file {
            let isState = parts.contains { $0.argument(of: "state") != nil }
            let problem = file.read(resolved(path.text, builder.signature.info.origin.file))
            // A state that was never saved is empty.
            if let problem, !isState { throw RuleFault(path.place, problem) }
        }
        let made = Dataset(name: name.text, kind: kind, values: file.values)
        library.add(made)
        return made
    }

    /// A relative path lies beside the rule file.
    private static func resolved(_ path: String, _ ruleFile: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let slash = ruleFile.lastIndex(of: "/") else { return path }
        return ruleFile[...slash] + path
    }
}
