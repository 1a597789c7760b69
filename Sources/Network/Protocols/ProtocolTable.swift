internal import Events

/// The protocols that are recognised, in the order in which they are tried; one line each.
enum ProtocolTable {
    static func make(_ output: InspectionOutput, _ options: NetworkOptions) -> [ProtocolParser] {
        let transfers = FTPExpectations()
        return [
            HTTPParser(output: output, options: options),
            DNSParser(output: output),
            TLSParser(output: output),
            SSHParser(output: output),
            SMTPParser(output: output, options: options),
            FTPParser(output: output, expectations: transfers),
            FTPDataParser(output: output, options: options, expectations: transfers),
            SIPParser(output: output),
            MQTTParser(output: output),
            PatternProtocol(.pop3, toServer: [], toClient: [Pattern("+OK")]),
            PatternProtocol(.imap, toServer: [], toClient: [Pattern("* OK")]),
            PatternProtocol(
                .smb, toServer: [Pattern([0xFF, 0x53, 0x4D, 0x42], at: 4), Pattern([0xFE, 0x53, 0x4D, 0x42], at: 4)],
                toClient: [Pattern([0xFF, 0x53, 0x4D, 0x42], at: 4), Pattern([0xFE, 0x53, 0x4D, 0x42], at: 4)]),
            PatternProtocol(.http2, toServer: [Pattern("PRI * HTTP/2.0\r\n")], toClient: []),
            PatternProtocol(.rfb, toServer: [], toClient: [Pattern("RFB 00")]),
        ]
    }
}
