internal import Events

/// `krb5_*` and `krb5.*`. Source: Suricata User Guide, "Kerberos Keywords".
enum KerberosKeywords {
    static let family = ProtocolFamily(
        applications: [.krb5],
        buffers: [
            ProtocolBuffer(.krb5MessageType, form: .number()), ProtocolBuffer(.krb5ErrorCode, form: .number()),
            ProtocolBuffer(.krb5Client, "krb5.cname", way: .toClient, several: true),
            ProtocolBuffer(.krb5Service, "krb5.sname", way: .toClient, several: true),
            ProtocolBuffer(.krb5WeakEncryption, form: .own), ProtocolBuffer(.krb5TicketEncryption, form: .own),
        ],
        keywords: ["krb5.weak_encryption": weak, "krb5.ticket_encryption": ticket])

    /// IANA, "Kerberos Encryption Type Numbers".
    private static let ciphers: [String: Int] = [
        "des-cbc-crc": 1, "des-cbc-md4": 2, "des-cbc-md5": 3, "des3-cbc-md5": 5, "des3-cbc-sha1": 7,
        "dsawithsha1-cmsoid": 9, "md5withrsaencryption-cmsoid": 10, "sha1withrsaencryption-cmsoid": 11,
        "rc2cbc-envoid": 12, "rsaencryption-envoid": 13, "rsaes-oaep-env-oid": 14, "des-ede3-cbc-env-oid": 15,
        "des3-cbc-sha1-kd": 16, "aes128-cts-hmac-sha1-96": 17, "aes256-cts-hmac-sha1-96": 18,
        "aes128-cts-hmac-sha256-128": 19, "aes256-cts-hmac-sha384-192": 20, "rc4-hmac": 23, "rc4-hmac-exp": 24,
        "camellia128-cts-cmac": 25, "camellia256-cts-cmac": 26,
    ]
    /// What is not broken: AES and Camellia (RFC 8429 has the others deprecated).
    private static let strong = [17, 18, 19, 20, 25, 26]

    /// `krb5.ticket_encryption:weak`, `23,-133,rc4-hmac`: one of these; with `!` none of them.
    private static let ticket: Keyword = { option, builder in
        var text = try option.words()
        let isNegated = option.negated || text.hasPrefix("!")
        if text.hasPrefix("!") { text.removeFirst() }
        var values: [Int] = []
        var isWeak = false
        for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            if word.lowercased() == "weak" {
                isWeak = true
            } else if let number = ciphers[word.lowercased()] ?? Int32(word).map({ Int($0) }) {
                values.append(number)
            } else {
                throw option.fault("\"\(word)\" is no encryption type of Kerberos")
            }
        }
        let section = builder.section(for: BufferView(.krb5TicketEncryption), fresh: true, at: option.valueAt)
        builder.signature.sections[section].steps.append(
            expression(isWeak ? strong : values, negated: isWeak != isNegated, option, builder.position))
    }

    /// The number in eight bytes is one of these, or none of them.
    private static func expression(
        _ values: [Int], negated: Bool, _ option: RuleOption,
        _ position: (Int) -> (line: Int, column: Int, source: String)
    ) -> InspectionStep {
        let choices = values.map { value in
            (0..<8).reversed().map { "\\x" + ComparingKeywords.hex(UInt8(truncatingIfNeeded: value >> ($0 * 8))) }
                .joined()
        }
        let place = position(option.valueAt.lowerBound)
        let pattern = (negated ? "^(?!(?:" : "^(?:(?:") + choices.joined(separator: "|") + ")$)"
        return .expression(
            ExpressionStep(
                pattern: Array(pattern.utf8), options: [.dollarEndOnly, .dotAll], negated: false, relative: false,
                column: place.column, line: place.line))
    }

    private static let weak: Keyword = { option, builder in
        try option.noValue()
        let section = builder.section(for: BufferView(.krb5WeakEncryption), fresh: true, at: option.nameAt)
        builder.signature.sections[section].steps += ComparingKeywords.equality(
            Array("yes".utf8), caseless: false, negated: false, option, builder.position)
    }
}

/// `snmp.*`. Source: Suricata User Guide, "SNMP Keywords".
enum SNMPKeywords {
    private static let types: [String: Int] = [
        "get_request": 0, "get_next_request": 1, "get_response": 2, "response": 2, "set_request": 3, "trap_v1": 4,
        "get_bulk_request": 5, "inform_request": 6, "trap_v2": 7, "report": 8,
    ]

    /// RFC 1157 section 4.1.6.
    private static let traps: [String: Int] = [
        "cold_start": 0, "warm_start": 1, "link_down": 2, "link_up": 3, "authentication_failure": 4,
        "egp_neighbor_loss": 5, "enterprise_specific": 6,
    ]

    static let family = ProtocolFamily(
        applications: [.snmp],
        buffers: [
            ProtocolBuffer(.snmpVersion, form: .number()), ProtocolBuffer(.snmpCommunity),
            ProtocolBuffer(.snmpUser), ProtocolBuffer(.snmpPDUType, form: .number(words: types)),
            ProtocolBuffer(.snmpTrapType, form: .number(words: traps)),
        ])
}

/// `rfb.*`. Source: Suricata User Guide, "RFB Keywords".
enum RFBKeywords {
    static let family = ProtocolFamily(
        applications: [.rfb],
        buffers: [
            ProtocolBuffer(.rfbName, way: .toClient), ProtocolBuffer(.rfbSecurityType, form: .number()),
            ProtocolBuffer(.rfbSecurityResult, form: .number(words: ["ok": 0, "fail": 1, "toomany": 2])),
        ])
}

/// `ike.*`. Source: Suricata User Guide, "IKE Keywords".
enum IKEKeywords {
    static let family = ProtocolFamily(
        applications: [.ike],
        buffers: [
            ProtocolBuffer(.ikeInitiatorSPI), ProtocolBuffer(.ikeResponderSPI),
            ProtocolBuffer(.ikeVendor, several: true), ProtocolBuffer(.ikeExchangeType, form: .number()),
            ProtocolBuffer(.ikeKeyExchange), ProtocolBuffer(.ikeNonce),
            ProtocolBuffer(.ikeKeyExchangeLength, form: .number()), ProtocolBuffer(.ikeNonceLength, form: .number()),
            ProtocolBuffer(.ikeChosenAttribute, several: true, form: .own),
        ],
        keywords: ["ike.chosen_sa_attribute": chosen])

    private static let attributes: Set<String> = [
        "alg_enc", "alg_hash", "alg_auth", "alg_dh", "alg_prf", "sa_group_type", "sa_life_type", "sa_life_duration",
        "sa_key_length", "sa_field_size",
    ]

    /// `alg_enc=7`: an attribute of the transform that the responder chose.
    private static let chosen: Keyword = { option, builder in
        let text = try option.words().filter { $0 != " " }
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, attributes.contains(String(parts[0])), let value = UInt32(parts[1]) else {
            throw option.fault("\"\(option.name)\" takes an attribute and its number, such as alg_hash=2")
        }
        let section = builder.section(for: BufferView(.ikeChosenAttribute), fresh: true, at: option.valueAt)
        builder.signature.sections[section].steps += ComparingKeywords.equality(
            Array("\(parts[0])=\(value)".utf8), caseless: false, negated: false, option, builder.position)
    }
}

/// `dhcp.*`. Source: Suricata User Guide, "DHCP Keywords".
enum DHCPKeywords {
    static let family = ProtocolFamily(
        applications: [.dhcp],
        buffers: [
            ProtocolBuffer(.dhcpLeaseTime, form: .number()), ProtocolBuffer(.dhcpRebindingTime, form: .number()),
            ProtocolBuffer(.dhcpRenewalTime, form: .number()),
        ])
}

/// `ntp.*`. Source: Suricata User Guide, "NTP Keywords".
enum NTPKeywords {
    static let family = ProtocolFamily(
        applications: [.ntp],
        buffers: [
            ProtocolBuffer(.ntpVersion, form: .number()), ProtocolBuffer(.ntpMode, form: .number(words: modes)),
            ProtocolBuffer(.ntpStratum, form: .number()), ProtocolBuffer(.ntpReferenceID),
        ])

    /// RFC 5905 section 7.3.
    private static let modes = [
        "reserved": 0, "symmetric_active": 1, "symmetric_passive": 2, "client": 3, "server": 4, "broadcast": 5,
        "control": 6, "private": 7,
    ]
}
