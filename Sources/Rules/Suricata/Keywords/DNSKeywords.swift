internal import Events

/// `dns.opcode`, `dns.rcode`, `dns.rrtype` and the names of a message's sections. Source: Suricata User Guide, "DNS
/// Keywords".
enum DNSKeywords {
    private static let codes: [String: Int] = [
        "noerror": 0, "formerr": 1, "servfail": 2, "nxdomain": 3, "notimp": 4, "refused": 5, "yxdomain": 6,
        "yxrrset": 7, "nxrrset": 8, "notauth": 9, "notzone": 10,
    ]
    private static let types: [String: Int] = [
        "a": 1, "ns": 2, "cname": 5, "soa": 6, "null": 10, "ptr": 12, "mx": 15, "txt": 16, "aaaa": 28, "srv": 33,
        "opt": 41, "any": 255,
    ]

    static let family = ProtocolFamily(
        applications: [.dns],
        buffers: [
            ProtocolBuffer(.dnsOpcode, form: .number()), ProtocolBuffer(.dnsResponseCode, form: .number(words: codes)),
            ProtocolBuffer(.dnsRecordType, several: true, form: .number(words: types)),
            ProtocolBuffer(.dnsQueriesName, "dns.query.name", several: true),
            ProtocolBuffer(.dnsAnswersName, several: true),
            ProtocolBuffer(.dnsAuthoritiesName, several: true), ProtocolBuffer(.dnsAdditionalsName, several: true),
            ProtocolBuffer(.dnsResponseName, way: .toClient, several: true),
        ])

    /// `mdns.*`: the same of multicast DNS, which is a protocol of its own.
    static let multicast = ProtocolFamily(
        applications: [.mdns],
        buffers: [
            ProtocolBuffer(.mdnsQueriesName, several: true), ProtocolBuffer(.mdnsAnswersName, several: true),
            ProtocolBuffer(.mdnsAuthoritiesName, several: true), ProtocolBuffer(.mdnsAdditionalsName, several: true),
            ProtocolBuffer(.mdnsResponseName, several: true),
        ])
}

/// Each header field of a message by itself. Source: Suricata User Guide, "HTTP Keywords".
enum HTTPKeywords {
    static let family = ProtocolFamily(
        applications: [.http, .http2],
        buffers: [
            ProtocolBuffer(.httpRequestHeader, way: .toServer, several: true),
            ProtocolBuffer(.httpResponseHeader, way: .toClient, several: true),
        ])
}
