internal import Events

/// `tls.*`, `ja3*`, `ja4.hash` and their older spellings. Source: Suricata User Guide, "SSL/TLS Keywords", "JA
/// Keywords".
enum TLSKeywords {
    static let family = ProtocolFamily(
        applications: [.tls],
        buffers: [
            ProtocolBuffer(.tlsServerName, "tls_sni", way: .toServer),
            ProtocolBuffer(.tlsALPN, several: true),
            ProtocolBuffer(.tlsRandom), ProtocolBuffer(.tlsRandomTime), ProtocolBuffer(.tlsRandomBytes),
            ProtocolBuffer(.tlsCertificates, several: true),
            ProtocolBuffer(.tlsCertSubject, "tls_cert_subject"),
            ProtocolBuffer(.tlsCertIssuer, "tls_cert_issuer"),
            ProtocolBuffer(.tlsCertSerial, "tls_cert_serial"),
            ProtocolBuffer(.tlsCertFingerprint, "tls_cert_fingerprint"),
            ProtocolBuffer(.tlsAlternativeName, several: true),
            ProtocolBuffer(.tlsCertChainLength, form: .number()),
            ProtocolBuffer(.tlsCertNotBefore, form: .own), ProtocolBuffer(.tlsCertNotAfter, form: .own),
            ProtocolBuffer(.tlsCertValidity, form: .own), ProtocolBuffer(.tlsVersion, form: .own),
            ProtocolBuffer(.tlsState, form: .own),
        ],
        keywords: [
            "tls.subject": contains(.tlsCertSubject), "tls.issuerdn": contains(.tlsCertIssuer),
            "tls.fingerprint": contains(.tlsCertFingerprint), "tls.version": version, "ssl_version": versions,
            "tls_cert_expired": validity("expired"), "tls_cert_valid": validity("valid"),
            "tls_cert_notbefore": time(.tlsCertNotBefore), "tls_cert_notafter": time(.tlsCertNotAfter),
        ])

    /// QUIC's hello messages have fingerprints as well.
    static let fingerprints = ProtocolFamily(
        applications: [.tls, .quic],
        buffers: [
            ProtocolBuffer(.ja3Hash, "ja3_hash", way: .toServer),
            ProtocolBuffer(.ja3String, "ja3_string", way: .toServer),
            ProtocolBuffer(.ja3sHash, way: .toClient), ProtocolBuffer(.ja3sString, way: .toClient),
            ProtocolBuffer(.ja4Hash, way: .toServer),
        ],
        keywords: [:])

    /// `tls.subject:"CN=x"`: the text stands somewhere in it.
    private static func contains(_ kind: BufferKind) -> Keyword {
        { option, builder in
            let text = try option.words()
            let section = builder.section(for: BufferView(kind), fresh: false, at: option.valueAt)
            var content = ContentStep(bytes: Array(text.utf8), negated: option.negated)
            content.caseless = kind == .tlsCertFingerprint
            builder.signature.sections[section].steps.append(.content(content))
        }
    }

    private static let numbers: [String: String] = [
        "sslv2": "sslv2", "sslv3": "sslv3", "tls1.0": "1.0", "tls1.1": "1.1", "tls1.2": "1.2", "tls1.3": "1.3",
        "1.0": "1.0", "1.1": "1.1", "1.2": "1.2", "1.3": "1.3",
    ]

    private static let version: Keyword = { option, builder in
        let text = try option.words()
        guard let number = numbers[text.lowercased()] else {
            throw option.fault("\"\(text)\" is no version of TLS", advice: "Versions are 1.0, 1.1, 1.2 and 1.3.")
        }
        try expect([number], negated: option.negated, option, &builder)
    }

    /// `ssl_version:tls1.2,tls1.3`: one of them; with `!` before any, none of them.
    private static let versions: Keyword = { option, builder in
        var wanted: [String] = []
        var refused: [String] = []
        for part in try option.parts() {
            let isRefused = part.text.hasPrefix("!")
            let text = isRefused ? String(part.text.dropFirst()) : part.text
            guard let number = numbers[text.lowercased()] else {
                throw RuleFault(part.place, "\"\(text)\" is no version of SSL or TLS")
            }
            if isRefused { refused.append(number) } else { wanted.append(number) }
        }
        try expect(wanted + refused, negated: !refused.isEmpty, option, &builder)
    }

    private static func expect(
        _ versions: [String], negated: Bool, _ option: RuleOption, _ builder: inout SignatureBuilder
    ) throws(RuleFault) {
        let section = builder.section(for: BufferView(.tlsVersion), fresh: true, at: option.valueAt)
        let place = builder.position(option.valueAt.lowerBound)
        let choices = versions.map { $0.split(separator: ".").joined(separator: "\\.") }.joined(separator: "|")
        let pattern = negated ? "^(?!(?:\(choices))$)" : "^(?:\(choices))$"
        builder.signature.sections[section].steps.append(
            .expression(
                ExpressionStep(
                    pattern: Array(pattern.utf8), options: [.dollarEndOnly], negated: false, relative: false,
                    column: place.column, line: place.line)))
    }

    private static func validity(_ word: String) -> Keyword {
        { option, builder in
            try option.noValue()
            let section = builder.section(for: BufferView(.tlsCertValidity), fresh: true, at: option.nameAt)
            builder.signature.sections[section].steps += ComparingKeywords.equality(
                Array(word.utf8), caseless: false, negated: false, option, builder.position)
        }
    }

    /// `tls_cert_notafter:>2026-01-31T12:00:00`, or a range with `<>`; parts of the time may be left out from the end.
    private static func time(_ kind: BufferKind) -> Keyword {
        { option, builder in
            let text = try option.words().filter { $0 != " " }
            let test: NumberTest
            if text.hasPrefix("<") {
                test = .less(try seconds(String(text.dropFirst()), option))
            } else if text.hasPrefix(">") {
                test = .greater(try seconds(String(text.dropFirst()), option))
            } else if let middle = text.split(separator: "<", maxSplits: 1).last, text.contains("<>") {
                let low = try seconds(String(text.prefix { $0 != "<" }), option)
                test = .between(low, try seconds(String(middle.dropFirst()), option))
            } else {
                test = .equal(try seconds(text, option))
            }
            let section = builder.section(for: BufferView(kind), fresh: true, at: option.valueAt)
            builder.signature.sections[section].steps.append(.number(test))
        }
    }

    /// Seconds since 1970 of `2026`, `2026-01`, ... `2026-01-31T12:00:00`.
    private static func seconds(_ text: String, _ option: RuleOption) throws(RuleFault) -> Int {
        let parts = text.split { $0 == "-" || $0 == ":" || $0 == "T" }.map { Int($0) }
        guard (1...6).contains(parts.count), parts.allSatisfy({ $0 != nil }) else {
            throw option.fault("\"\(text)\" is no time", advice: "Times are written 2026-01-31T12:00:00.")
        }
        let given = parts.compactMap { $0 } + [0, 1, 1, 0, 0, 0].dropFirst(parts.count)
        let shifted = given[1] <= 2 ? given[0] - 1 : given[0]
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (given[1] > 2 ? given[1] - 3 : given[1] + 9) + 2) / 5 + given[2] - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return days * 86_400 + given[3] * 3600 + given[4] * 60 + given[5]
    }
}
