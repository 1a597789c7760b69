/// Numbers of the packet's headers: ttl, tos, id, seq, ack, window, itype, icode, icmp_id, icmp_seq, ip_proto, sameip,
/// l3_proto.
enum HeaderKeywords {
    static let table: [String: Keyword] = [
        "ttl": number(.ttl, max: 255), "tos": number(.tos, max: 255), "id": number(.ipID, max: 65_535),
        "seq": number(.sequence, max: Int(UInt32.max)), "tcp.seq": number(.sequence, max: Int(UInt32.max)),
        "ack": number(.acknowledgement, max: Int(UInt32.max)),
        "tcp.ack": number(.acknowledgement, max: Int(UInt32.max)), "window": number(.window, max: 65_535),
        "tcp.window": number(.window, max: 65_535), "itype": number(.icmpType, max: 255),
        "icode": number(.icmpCode, max: 255), "icmp_id": number(.icmpID, max: 65_535),
        "icmp_seq": number(.icmpSequence, max: 65_535), "ip_proto": ipProtocol, "sameip": sameAddress,
        "l3_proto": network,
    ]

    private static let network: Keyword = { option, builder in
        switch try option.words().lowercased() {
        case "ip4", "ipv4": builder.signature.transport.network = .v4
        case "ip6", "ipv6": builder.signature.transport.network = .v6
        default: throw option.fault("\"l3_proto\" is ip4 or ip6")
        }
    }

    private static func number(_ number: HeaderNumber, max: Int) -> Keyword {
        { option, builder in
            var text = try option.words()
            if option.negated { text = "!" + text }
            let test = try NumberTest.parse(OptionPart(text: text, place: option.valueAt), max: max)
            builder.signature.tests.append(.number(number, test))
        }
    }

    /// Names from IANA's "Protocol Numbers", as in /etc/protocols.
    private static let protocolNumbers: [String: Int] = [
        "ip": 0, "icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "egp": 8, "igp": 9, "udp": 17, "ipv6": 41, "rsvp": 46,
        "gre": 47, "esp": 50, "ah": 51, "ipv6-icmp": 58, "icmpv6": 58, "ospf": 89, "pim": 103, "sctp": 132,
    ]

    private static let ipProtocol: Keyword = { option, builder in
        let text = try option.words()
        let name = text.drop { $0 == "!" || $0 == " " }.lowercased()
        if let number = protocolNumbers[name] {
            let negated = option.negated || text.hasPrefix("!")
            builder.signature.tests.append(.ipProtocol(negated ? .notEqual(number) : .equal(number)))
            return
        }
        let test = try NumberTest.parse(OptionPart(text: text, place: option.valueAt), max: 255)
        builder.signature.tests.append(.ipProtocol(test))
    }

    private static let sameAddress: Keyword = { option, builder in
        try option.noValue()
        builder.signature.tests.append(.sameAddress)
    }
}
