internal import Events

/// Names of DNS parameters (https://www.iana.org/assignments/dns-parameters), one line each.
enum DNSTypes {
    private static let types: [(number: UInt16, name: ConstantText)] = [
        (1, ConstantText("A")), (2, ConstantText("NS")), (5, ConstantText("CNAME")), (6, ConstantText("SOA")),
        (10, ConstantText("NULL")), (12, ConstantText("PTR")), (13, ConstantText("HINFO")),
        (15, ConstantText("MX")), (16, ConstantText("TXT")), (17, ConstantText("RP")), (18, ConstantText("AFSDB")),
        (24, ConstantText("SIG")), (25, ConstantText("KEY")), (28, ConstantText("AAAA")), (29, ConstantText("LOC")),
        (33, ConstantText("SRV")), (35, ConstantText("NAPTR")), (36, ConstantText("KX")),
        (37, ConstantText("CERT")), (39, ConstantText("DNAME")), (41, ConstantText("OPT")),
        (43, ConstantText("DS")), (44, ConstantText("SSHFP")), (45, ConstantText("IPSECKEY")),
        (46, ConstantText("RRSIG")), (47, ConstantText("NSEC")), (48, ConstantText("DNSKEY")),
        (50, ConstantText("NSEC3")), (51, ConstantText("NSEC3PARAM")), (52, ConstantText("TLSA")),
        (59, ConstantText("CDS")), (60, ConstantText("CDNSKEY")), (61, ConstantText("OPENPGPKEY")),
        (64, ConstantText("SVCB")), (65, ConstantText("HTTPS")), (99, ConstantText("SPF")),
        (249, ConstantText("TKEY")), (250, ConstantText("TSIG")), (251, ConstantText("IXFR")),
        (252, ConstantText("AXFR")), (255, ConstantText("ANY")), (256, ConstantText("URI")),
        (257, ConstantText("CAA")),
    ]

    private static let classes: [(number: UInt16, name: ConstantText)] = [
        (1, ConstantText("IN")), (3, ConstantText("CH")), (4, ConstantText("HS")), (254, ConstantText("NONE")),
        (255, ConstantText("ANY")),
    ]

    private static let codes = [
        "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
        "NOTZONE",
    ].map { ConstantText($0) }

    private static let opcodes = ["QUERY", "IQUERY", "STATUS", "RESERVED", "NOTIFY", "UPDATE"].map { ConstantText($0) }

    static func name(ofType number: UInt16) -> ConstantText? { types.first { $0.number == number }?.name }
    static func name(ofClass number: UInt16) -> ConstantText? { classes.first { $0.number == number }?.name }
    static func name(ofCode number: Int) -> ConstantText? { number < codes.count ? codes[number] : nil }
    static func name(ofOpcode number: Int) -> ConstantText? { number < opcodes.count ? opcodes[number] : nil }
    static func isKnown(_ type: UInt16) -> Bool { types.contains { $0.number == type } }
}
