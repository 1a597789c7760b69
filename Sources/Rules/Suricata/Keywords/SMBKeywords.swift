internal import Events

/// `smb.*`. Source: Suricata User Guide, "SMB Keywords".
enum SMBKeywords {
    static let family = ProtocolFamily(
        applications: [.smb],
        buffers: [
            ProtocolBuffer(.smbNamedPipe, "smb_named_pipe", way: .toServer),
            ProtocolBuffer(.smbShare, "smb_share", way: .toServer),
            ProtocolBuffer(.smbNTLMUser, way: .toServer), ProtocolBuffer(.smbNTLMDomain, way: .toServer),
            ProtocolBuffer(.smbVersion, form: .number()),
        ])
}

/// `dcerpc.*` and their older spellings. Source: Suricata User Guide, "DCERPC Keywords".
enum DCERPCKeywords {
    static let family = ProtocolFamily(
        applications: [.dcerpc, .smb],
        buffers: [
            ProtocolBuffer(.dcerpcStubData, "dce_stub_data"),
            ProtocolBuffer(.dcerpcInterface, form: .own),
            ProtocolBuffer(.dcerpcOperation, form: .own),
        ],
        keywords: [
            "dcerpc.iface": interface, "dce_iface": interface, "dcerpc.opnum": operations, "dce_opnum": operations,
        ])

    /// `dcerpc.iface:UUID`, perhaps with a version (`=1`, `<2`, `>0`, `!1`) and `any_frag`.
    private static let interface: Keyword = { option, builder in
        let parts = try option.parts()
        let name = parts[0].text.lowercased()
        guard name.count == 36, name.allSatisfy({ $0.isHexDigit || $0 == "-" }) else {
            throw RuleFault(parts[0].place, "\"\(parts[0].text)\" is no interface's identifier")
        }
        var version = "[0-9]+"
        for part in parts.dropFirst() where part.text != "any_frag" {
            version = try versions(part)
        }
        let place = builder.position(option.valueAt.lowerBound)
        let section = builder.section(for: BufferView(.dcerpcInterface), fresh: true, at: option.valueAt)
        var content = ContentStep(bytes: Array(name.utf8), negated: false)
        content.startsWith = true
        builder.signature.sections[section].steps += [
            .content(content),
            .expression(
                ExpressionStep(
                    pattern: Array("^[0-9a-f-]{36}/(?:\(version))$".utf8), options: [.dollarEndOnly], negated: false,
                    relative: false, column: place.column, line: place.line)),
        ]
    }

    /// An expression for the versions that are meant.
    private static func versions(_ part: OptionPart) throws(RuleFault) -> String {
        guard let sign = part.text.first, "=<>!".contains(sign), let number = Int(part.text.dropFirst()),
            (0...65_535).contains(number)
        else { throw RuleFault(part.place, "\"\(part.text)\" is no comparison of an interface's version") }
        switch sign {
        case "=": return String(number)
        case "!": return "(?!\(number)$)[0-9]+"
        default:
            guard number <= 256 else { throw RuleFault(part.place, "versions above 256 cannot be compared") }
            let below = sign == "<" ? number : number + 1
            let smaller = (0..<below).map(String.init).joined(separator: "|")
            return sign == "<" ? (smaller.isEmpty ? "(?!)" : smaller) : "(?!(?:\(smaller))$)[0-9]+"
        }
    }

    /// `dcerpc.opnum:12,15-20`: any of them.
    private static let operations: Keyword = { option, builder in
        let parts = try option.parts()
        var ranges: [String] = []
        var only: NumberTest?
        if parts.count == 1, !parts[0].text.contains("-") {
            only = try NumberTest.parse(parts[0], max: 65_535)
        }
        let section = builder.section(for: BufferView(.dcerpcOperation), fresh: true, at: option.valueAt)
        if let only {
            builder.signature.sections[section].steps.append(.number(only))
            return
        }
        for part in parts {
            let ends = part.text.split(separator: "-").map { Int($0) }
            guard let low = ends.first ?? nil, let high = ends.last ?? nil, (1...2).contains(ends.count), low <= high,
                high <= 65_535, high - low < 1024
            else { throw RuleFault(part.place, "\"\(part.text)\" is no number or range of an operation") }
            for value in low...high {
                let (high, low) = (ComparingKeywords.hex(UInt8(value >> 8)), ComparingKeywords.hex(UInt8(value & 255)))
                ranges.append("\\x\(high)\\x\(low)")
            }
        }
        let place = builder.position(option.valueAt.lowerBound)
        builder.signature.sections[section].steps.append(
            .expression(
                ExpressionStep(
                    pattern: Array("^\\x00{6}(?:\(ranges.joined(separator: "|")))$".utf8),
                    options: [.dollarEndOnly, .dotAll], negated: false, relative: false, column: place.column,
                    line: place.line)))
    }
}
