internal import Events

/// The protocols that are recognised, in the order in which they are tried; one line each.
enum ProtocolTable {
    static func make(_ output: InspectionOutput, _ options: NetworkOptions) -> [ProtocolParser] {
        let transfers = FTPExpectations()
        let http = HTTPParser(output: output, options: options)
        let http2 = HTTP2Parser(output: output, options: options)
        let websocket = WebSocketParser(output: output)
        http.successors = [http2, websocket]
        return [
            http,
            DNSParser(output: output),
            DNSParser(output: output, isMulticast: true),
            TLSParser(output: output, options: options),
            SSHParser(output: output, options: options),
            SMTPParser(output: output, options: options),
            FTPParser(output: output, expectations: transfers),
            FTPDataParser(output: output, options: options, expectations: transfers),
            SIPParser(output: output),
            MQTTParser(output: output),
            POP3Parser(output: output),
            IMAPParser(output: output),
            BitTorrentParser(output: output),
            SMBParser(output: output, options: options),
            DCERPCParser(output: output),
            http2,
            RFBParser(output: output),
            KerberosParser(output: output),
            LDAPParser(output: output),
            PgSQLParser(output: output),
            RDPParser(output: output),
            ModbusParser(output: output),
            DNP3Parser(output: output, options: options),
            ENIPParser(output: output),
            NFSParser(output: output, options: options),
            QUICParser(output: output),
            websocket,
            SNMPParser(output: output),
            DHCPParser(output: output),
            NTPParser(output: output),
            TFTPParser(output: output),
            IKEParser(output: output),
        ]
    }
}
