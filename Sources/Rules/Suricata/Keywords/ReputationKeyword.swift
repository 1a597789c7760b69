/// `iprep:dst,CnC,>,30`, `iprep:any,BadHosts,isset`. Source: Suricata User Guide, "IP Reputation Keyword".
enum ReputationKeyword {
    static let table: [String: Keyword] = ["iprep": reputation]

    private static let reputation: Keyword = { option, builder in
        let parts = try option.parts()
        guard (3...4).contains(parts.count) else {
            throw option.fault("\"iprep\" needs a side, a category, a comparison and a score")
        }
        guard let side = AddressSide(rawValue: parts[0].text) else {
            throw RuleFault(parts[0].place, "the side is any, src, dst or both")
        }
        let known = builder.options.reputation
        guard known.knows(parts[1].text) else {
            throw RuleFault(
                parts[1].place, "no reputation file has the category \"\(parts[1].text)\"",
                advice: "Name reputation-categories-file and reputation-files in a suricata.yaml (--suricata-config).")
        }
        let isNegated = parts.count == 3 && parts[2].text == "isnotset"
        let test = try test(parts, option)
        let found = known.addresses(in: parts[1].text) { isNegated || test.holds($0) }
        let addresses = isNegated ? AddressSet(found.numbers.complement) : found
        builder.signature.addressTests.append(AddressTest(side: side, addresses: addresses))
    }

    private static func test(_ parts: [OptionPart], _ option: RuleOption) throws(RuleFault) -> NumberTest {
        if parts.count == 3 {
            guard parts[2].text == "isset" || parts[2].text == "isnotset" else {
                throw RuleFault(parts[2].place, "a score is missing behind \"\(parts[2].text)\"")
            }
            return .greater(0)
        }
        guard ["<", "<=", ">", ">=", "=", "!="].contains(parts[2].text) else {
            throw RuleFault(parts[2].place, "\"\(parts[2].text)\" is none of < <= > >= = !=")
        }
        return try NumberTest.parse(
            OptionPart(text: parts[2].text + parts[3].text, place: parts[3].place), max: 127)
    }
}
