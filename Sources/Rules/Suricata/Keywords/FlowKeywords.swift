internal import Events

/// `flow` and what is counted of a flow; `app-layer-protocol`.
enum FlowKeywords {
    static let table: [String: Keyword] = [
        "flow": flow, "app-layer-protocol": application, "flow.age": counter(.ageSeconds),
        "flow.pkts_toserver": counter(.packetsToServer), "flow.pkts_toclient": counter(.packetsToClient),
        "flow.bytes_toserver": counter(.bytesToServer), "flow.bytes_toclient": counter(.bytesToClient),
        "flow.pkts": sided(.packetsToServer, .packetsToClient, .packetsEither),
        "flow.bytes": sided(.bytesToServer, .bytesToClient, .bytesEither),
    ]

    private static let flow: Keyword = { option, builder in
        for part in try option.parts() { try word(part, &builder.signature.flow) }
        let flow = builder.signature.flow
        if flow.onlyStream && flow.noStream { throw option.fault("only_stream and no_stream cannot both be given") }
        if flow.onlyFragments && flow.noFragments { throw option.fault("only_frag and no_frag cannot both be given") }
    }

    private static func word(_ part: OptionPart, _ flow: inout FlowCondition) throws(RuleFault) {
        switch part.text.lowercased() {
        case "to_server", "from_client": try direction(.toServer, part, &flow)
        case "to_client", "from_server": try direction(.toClient, part, &flow)
        case "established": try state(true, part, &flow)
        case "not_established": try state(false, part, &flow)
        case "stateless":
            if flow.established != nil { throw RuleFault(part.place, "a flow cannot be stateless and have a state") }
            flow.stateless = true
        case "only_stream": flow.onlyStream = true
        case "no_stream": flow.noStream = true
        case "only_frag": flow.onlyFragments = true
        case "no_frag": flow.noFragments = true
        default: throw RuleFault(part.place, "\"flow\" does not know \"\(part.text)\"")
        }
    }

    private static func direction(
        _ direction: FlowDirection, _ part: OptionPart, _ flow: inout FlowCondition
    ) throws(RuleFault) {
        if let known = flow.direction {
            throw RuleFault(
                part.place, known == direction ? "the direction is given twice" : "both directions are given")
        }
        flow.direction = direction
    }

    private static func state(_ state: Bool, _ part: OptionPart, _ flow: inout FlowCondition) throws(RuleFault) {
        if flow.established != nil || flow.stateless {
            throw RuleFault(part.place, "the state of the flow is given twice")
        }
        flow.established = state
    }

    private static let application: Keyword = { option, builder in
        var parts = try option.parts()
        let negated = option.negated || parts[0].text.hasPrefix("!")
        if parts[0].text.hasPrefix("!") { parts[0].text.removeFirst() }
        guard parts.count <= 2 else { throw RuleFault(parts[2].place, "\"app-layer-protocol\" takes one mode") }
        guard let mode = parts.count == 1 ? .direction : ApplicationTest.Mode(rawValue: parts[1].text) else {
            throw RuleFault(
                parts[1].place, "the mode is to_server, to_client, final, original, either or direction")
        }
        guard let application = SignatureProtocol.application(parts[0].text) else {
            throw RuleFault(parts[0].place, "\"\(parts[0].text)\" is no application protocol that is known here")
        }
        var test = ApplicationTest(application: application, negated: negated, mode: mode)
        switch parts[0].text {
        case "http": test.second = .http2
        case "http2", "dns": test.second = .doh2
        case "doh2": (test.second, test.third) = (.http2, .dns)
        case "dcerpc": test.second = .smb
        default: break
        }
        builder.signature.applications.append(test)
    }

    private static func counter(_ number: HeaderNumber) -> Keyword {
        { option, builder in
            let part = OptionPart(text: try option.words(), place: option.valueAt)
            builder.signature.tests.append(.number(number, try NumberTest.parse(part, max: Int.max)))
        }
    }

    /// `flow.pkts:toserver,>100`
    private static func sided(_ server: HeaderNumber, _ client: HeaderNumber, _ either: HeaderNumber) -> Keyword {
        { option, builder in
            let parts = try option.parts()
            guard parts.count == 2 else { throw option.fault("\"\(option.name)\" needs a direction and a number") }
            let number: HeaderNumber
            switch parts[0].text {
            case "toserver": number = server
            case "toclient": number = client
            case "either": number = either
            case "both":
                let test = try NumberTest.parse(parts[1], max: Int.max)
                builder.signature.tests += [.number(server, test), .number(client, test)]
                return
            default: throw RuleFault(parts[0].place, "the direction is toserver, toclient, either or both")
            }
            builder.signature.tests.append(.number(number, try NumberTest.parse(parts[1], max: Int.max)))
        }
    }
}
