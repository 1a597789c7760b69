/// `ipv4-csum`, `tcpv4-csum`, ...: whether a header's checksum is right. Source: Suricata's `decoder-events.rules`.
enum ChecksumKeywords {
    static let table: [String: Keyword] = [
        "ipv4-csum": keyword(.ipv4), "tcpv4-csum": keyword(.tcpv4), "tcpv6-csum": keyword(.tcpv6),
        "udpv4-csum": keyword(.udpv4), "udpv6-csum": keyword(.udpv6), "icmpv4-csum": keyword(.icmpv4),
        "icmpv6-csum": keyword(.icmpv6),
    ]

    private static func keyword(_ layer: ChecksumLayer) -> Keyword {
        { option, builder in
            switch try option.words() {
            case "valid": builder.signature.tests.append(.checksum(layer, isValid: true))
            case "invalid": builder.signature.tests.append(.checksum(layer, isValid: false))
            default: throw option.fault("\"\(option.name)\" is valid or invalid")
            }
        }
    }
}
