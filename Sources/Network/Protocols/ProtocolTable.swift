internal import Events

/// The protocols that are recognised, in the order in which they are tried; one line each.
enum ProtocolTable {
    static func make(_ output: InspectionOutput, _ options: NetworkOptions) -> [ProtocolParser] {
        [
            HTTPParser(output: output, options: options),
            DNSParser(output: output),
            PatternProtocol(.tls, toServer: [Pattern([0x16, 0x03])], toClient: [Pattern([0x16, 0x03])]),
            PatternProtocol(.ssh, toServer: [Pattern("SSH-")], toClient: [Pattern("SSH-")]),
            PatternProtocol(
                .smtp, toServer: [Pattern("EHLO "), Pattern("HELO "), Pattern("ehlo "), Pattern("helo ")],
                toClient: []),
            PatternProtocol(
                .ftp, toServer: [Pattern("USER "), Pattern("FEAT\r\n"), Pattern("AUTH TLS\r\n")], toClient: []),
            PatternProtocol(
                .smb, toServer: [Pattern([0xFF, 0x53, 0x4D, 0x42], at: 4), Pattern([0xFE, 0x53, 0x4D, 0x42], at: 4)],
                toClient: [Pattern([0xFF, 0x53, 0x4D, 0x42], at: 4), Pattern([0xFE, 0x53, 0x4D, 0x42], at: 4)]),
            PatternProtocol(.http2, toServer: [Pattern("PRI * HTTP/2.0\r\n")], toClient: []),
            PatternProtocol(.rfb, toServer: [], toClient: [Pattern("RFB 00")]),
        ]
    }
}
