/// `geoip:src,CN,RU`, `geoip:!US`: the country of an address. Source: Suricata User Guide, "geoip".
enum CountryKeyword {
    static let table: [String: Keyword] = ["geoip": country]

    private static let country: Keyword = { option, builder in
        var parts = try option.parts()
        var side = AddressSide.any
        if let first = parts.first, let named = AddressSide(rawValue: first.text) {
            side = named
            parts.removeFirst()
        }
        guard let first = parts.first else { throw option.fault("\"geoip\" needs a country: two letters") }
        let known = builder.options.countries
        if known.isEmpty {
            throw option.fault(
                "there is no database of countries",
                advice: "Name geoip-database, a MaxMind DB of countries, in a suricata.yaml (--suricata-config).")
        }
        let isNegated = first.text.hasPrefix("!")
        var codes: [String] = []
        for (place, part) in parts.enumerated() {
            let code = place == 0 && isNegated ? String(part.text.dropFirst()) : part.text
            guard code.utf8.count == 2, code.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
                throw RuleFault(part.place, "\"\(part.text)\" is no country: two capital letters (ISO 3166)")
            }
            codes.append(code)
        }
        let addresses = isNegated ? known.addresses(notOf: codes) : known.addresses(of: codes)
        builder.signature.addressTests.append(AddressTest(side: side, addresses: addresses))
    }
}
