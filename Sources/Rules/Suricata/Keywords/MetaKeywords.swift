internal import Events
internal import Primitives

/// Keywords that say what a signature is, not what it looks for: msg, sid, gid, rev, classtype, priority, reference,
/// metadata, target, noalert, tag, rawbytes, prefilter.
enum MetaKeywords {
    static let table: [String: Keyword] = [
        "msg": message, "sid": sid, "gid": gid, "rev": revision, "classtype": classType, "priority": priority,
        "reference": reference, "metadata": metadata, "target": target, "noalert": noAlert, "alert": alert, "tag": tag,
        "prefilter": prefilter,
    ]

    private static let message: Keyword = { option, builder in
        try builder.once(option)
        guard option.quoted else { throw option.fault("the text of \"msg\" must stand in quotes") }
        var text: [UInt8] = []
        var escaped = false
        for byte in option.value ?? [] {
            if byte == ASCII.backslash && !escaped {
                escaped = true
                continue
            }
            text.append(byte)
            escaped = false
        }
        builder.message = String(decoding: text, as: UTF8.self)
    }

    private static let sid: Keyword = { option, builder in
        try builder.once(option)
        builder.sid = try number(option, "sid", in: 1...Int(UInt32.max))
        builder.sidAt = option.valueAt
    }

    private static let gid: Keyword = { option, builder in
        try builder.once(option)
        builder.gid = try number(option, "gid", in: 0...Int(UInt32.max))
    }

    private static let revision: Keyword = { option, builder in
        try builder.once(option)
        builder.revision = try number(option, "rev", in: 0...Int(UInt32.max))
    }

    private static let priority: Keyword = { option, builder in
        try builder.once(option)
        builder.priority = try number(option, "priority", in: 1...255)
    }

    private static let classType: Keyword = { option, builder in
        try builder.once(option)
        let name = try option.words()
        builder.classType = name
        let known = builder.options.classifications
        if !known.isEmpty && known[name] == nil {
            builder.warnings.append(
                option.fault(
                    "the class type \"\(name)\" is not in the classification file",
                    advice: "Its priority is taken as 3."))
        }
    }

    private static let reference: Keyword = { option, builder in
        let parts = try option.parts()
        guard let kind = parts.first, parts.count > 1 else {
            throw option.fault(
                "\"reference\" needs a kind and a value", advice: "For example: reference:cve,2021-44228;")
        }
        let value = parts[1...].map(\.text).joined(separator: ",")
        builder.signature.info.references.append(builder.options.references.link(kind: kind.text, value: value))
        if kind.text == "cve" { builder.signature.info.tags.append("cve." + value.lowercased()) }
    }

    private static let metadata: Keyword = { option, builder in
        for part in try option.parts() where !part.text.isEmpty {
            let words = part.text.split(separator: " ", maxSplits: 1)
            let value = words.count > 1 ? words[1].drop { $0 == " " } : ""
            builder.metadata.append((key: String(words[0]), value: String(value)))
        }
    }

    private static let target: Keyword = { option, builder in
        switch try option.words() {
        case "src_ip": builder.signature.target = .source
        case "dest_ip": builder.signature.target = .destination
        default: throw option.fault("\"target\" is src_ip or dest_ip")
        }
    }

    private static let noAlert: Keyword = { option, builder in
        try option.noValue()
        builder.signature.isSilent = true
    }

    private static let alert: Keyword = { option, _ in try option.noValue() }

    /// `tag` asks for further packets to be logged, which does not change what is found.
    private static let tag: Keyword = { option, _ in
        let parts = try option.parts()
        guard parts[0].text == "session" || parts[0].text == "host" else {
            throw RuleFault(parts[0].place, "\"tag\" is for a session or a host")
        }
    }

    /// Where to begin searching is decided here anyway; only the spelling is checked.
    private static let prefilter: Keyword = { option, _ in try option.noValue() }

    static func number(_ option: RuleOption, _ what: String, in range: ClosedRange<Int>) throws(RuleFault) -> Int {
        let part = OptionPart(text: try option.words(), place: option.valueAt)
        return try part.number("\"\(what)\"", in: range)
    }
}
