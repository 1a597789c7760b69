/// Options of IPv4 and TCP headers: `ipopts`, `tcp.mss`, `tcp.wscale`; `icmpv6.mtu`; `vlan.id`, `vlan.layers`.
enum HeaderOptionKeywords {
    static let table: [String: Keyword] = [
        "ipopts": ipOptions, "tcp.mss": number(.segmentSize, max: 65_535), "tcp.wscale": number(.windowScale, max: 255),
        "icmpv6.mtu": number(.icmpv6MTU, max: Int(UInt32.max)), "vlan.layers": number(.vlanLayers, max: 3),
        "vlan.id": vlan,
    ]

    /// Option numbers of IPv4 by Suricata's names. Source: User Guide, "IP Keywords".
    private static let optionNumbers: [String: UInt8] = [
        "rr": 7, "lsrr": 131, "eol": 0, "nop": 1, "ts": 68, "sec": 130, "ssrr": 137, "satid": 136, "esec": 133,
    ]

    private static let ipOptions: Keyword = { option, builder in
        let name = try option.words()
        if name == "any" {
            builder.signature.tests.append(.ipOption(nil))
            return
        }
        guard let number = optionNumbers[name] else {
            throw option.fault(
                "\"\(name)\" is no IPv4 option", advice: "Use rr, lsrr, eol, nop, ts, sec, esec, ssrr, satid or any.")
        }
        builder.signature.tests.append(.ipOption(number))
    }

    private static func number(_ number: HeaderNumber, max: Int) -> Keyword {
        { option, builder in
            var text = try option.words()
            if option.negated { text = "!" + text }
            let test = try NumberTest.parse(OptionPart(text: text, place: option.valueAt), max: max)
            builder.signature.tests.append(.number(number, test))
        }
    }

    /// `vlan.id:NUMBER[,LAYER]`: any layer, or the outer (0 or -1 of one) or inner (1) one.
    private static let vlan: Keyword = { option, builder in
        let parts = try option.parts()
        let test = try NumberTest.parse(parts[0], max: 4095)
        guard parts.count <= 2 else { throw RuleFault(parts[2].place, "\"vlan.id\" takes an id and a layer") }
        guard parts.count == 2, parts[1].text != "any" else {
            builder.signature.tests.append(.number(.vlanAny, test))
            return
        }
        let layer = try parts[1].number("the layer", in: -1...1)
        builder.signature.tests.append(.number(layer == 0 ? .vlanOuter : .vlanInner, test))
    }
}
