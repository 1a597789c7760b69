internal import Events

/// `hostbits:set,name[,src|dst|both]` and `xbits:set,name,track ip_src[,expire N]`.
enum HostbitsKeyword {
    static let table: [String: Keyword] = ["hostbits": hostbits, "xbits": xbits]

    /// Suricata's default life of a bit.
    private static let lifeSeconds = 300

    private static let hostbits: Keyword = { option, builder in
        let parts = try option.parts()
        if parts.count == 1, parts[0].text == "noalert" {
            builder.signature.isSilent = true
            return
        }
        var command = try command(option, parts)
        if parts.count > 2 {
            switch parts[2].text {
            case "src": command.track = .source
            case "dst": command.track = .destination
            case "both": command.track = .pair
            default: throw RuleFault(parts[2].place, "the host is src, dst or both")
            }
        }
        guard parts.count <= 3 else { throw RuleFault(parts[3].place, "\"hostbits\" takes no more than this") }
        builder.signature.hostbits.append(command)
    }

    private static let xbits: Keyword = { option, builder in
        let parts = try option.parts()
        if parts.count == 1, parts[0].text == "noalert" {
            builder.signature.isSilent = true
            return
        }
        var command = try command(option, parts)
        var tracked = false
        for part in parts.dropFirst(2) {
            if let track = part.argument(of: "track") {
                tracked = true
                switch track.text {
                case "ip_src": command.track = .source
                case "ip_dst": command.track = .destination
                case "ip_pair": command.track = .pair
                default: throw RuleFault(part.place, "xbits cannot track \"\(track.text)\"")
                }
            } else if let expire = part.argument(of: "expire") {
                command.expireSeconds = try expire.number("expire", in: 1...Int(UInt32.max))
            } else {
                throw RuleFault(part.place, "\"xbits\" does not know \"\(part.text)\"")
            }
        }
        guard tracked else { throw option.fault("\"xbits\" needs track ip_src, ip_dst or ip_pair") }
        builder.signature.hostbits.append(command)
    }

    private static func command(_ option: RuleOption, _ parts: [OptionPart]) throws(RuleFault) -> HostbitCommand {
        guard parts.count >= 2, !parts[1].text.isEmpty else {
            throw option.fault("\"\(option.name)\" needs a verb and a name, or noalert")
        }
        guard let verb = FlowbitCommand.Verb(rawValue: parts[0].text) else {
            throw RuleFault(parts[0].place, "\"\(option.name)\" does not know \"\(parts[0].text)\"")
        }
        return HostbitCommand(verb: verb, name: parts[1].text, track: .source, expireSeconds: lifeSeconds)
    }
}
