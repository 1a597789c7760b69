/// Suricata's keywords that are known but refused: what they look at is not decoded (yet). Source: Suricata User
/// Guide 8.0, "Suricata Rules".
enum UnsupportedKeywords {
    static let names: Set<String> = Set(
        [packets, protocols, files, state, transforms].joined(separator: " ")
            .split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))

    private static let packets = """
        decode-event stream-event app-layer-event app-layer-state rpc asn1 ftpbounce l3_proto replace ether.hdr
        """

    private static let protocols = """
        tls.cert_subject tls.cert_issuer tls.cert_serial tls.cert_fingerprint tls.cert_notbefore tls.cert_notafter
        tls.certs tls.version tls.subject tls.issuerdn tls.fingerprint tls.store tls.random tls.random_time
        tls.random_bytes tls.cert_chain_len tls.alpn tls.subjectaltname tls_cert_subject tls_cert_issuer tls_cert_serial
        tls_cert_notbefore tls_cert_notafter tls_cert_expired tls_cert_valid ssl_state ssl_version ja3.hash ja3.string
        ja3s.hash ja3s.string ja3_hash ja3_string ja4.hash ssh.proto ssh.software ssh.protoversion ssh.softwareversion
        ssh_proto ssh_software ssh.hassh ssh.hassh.string ssh.hassh.server ssh.hassh.server.string dns.opcode dns.rcode
        dns.rrtype dns.queries.rrname dns.answers.rrname dns.additionals.rrname dns.authorities.rrname dns.response.rrname
        mdns.queries.rrname mdns.answers.rrname mdns.additionals.rrname mdns.authorities.rrname mdns.response.rrname
        smb.named_pipe smb.share smb_named_pipe smb_share smb.ntlmssp_user smb.ntlmssp_domain smb.version dcerpc.iface
        dcerpc.opnum dcerpc.stub_data dce_iface dce_opnum dce_stub_data ftp.command ftp.command_data ftp.completion_code
        ftp.dynamic_port ftp.mode ftp.reply ftp.reply_received ftpdata_command ftpdata.command smtp.helo smtp.mail_from
        smtp.rcpt_to email.from email.to email.cc email.subject email.date email.message_id email.x_mailer email.url
        email.received email.body_md5 sip.method sip.uri sip.request_line sip.stat_code sip.stat_msg sip.response_line
        sip.protocol sip.from sip.to sip.via sip.user_agent sip.content_type sip.content_length krb5_cname krb5_sname
        krb5_msg_type krb5_err_code krb5.weak_encryption krb5.ticket_encryption krb5.cname krb5.sname snmp.version
        snmp.community snmp.usm snmp.pdu_type mqtt.type mqtt.flags mqtt.qos mqtt.protocol_version mqtt.reason_code
        mqtt.connect.clientid mqtt.connect.username mqtt.connect.password mqtt.publish.topic mqtt.publish.message
        mqtt.subscribe.topic mqtt.unsubscribe.topic rfb.name rfb.secresult rfb.sectype ike.init_spi ike.resp_spi
        ike.chosen_sa_attribute ike.exchtype ike.vendor quic.version quic.sni quic.ua quic.cyu.hash quic.cyu.string
        http2.frametype http2.errorcode http2.priority http2.window http2.size_update http2.settings http2.header_name
        modbus dnp3_func dnp3_ind dnp3_obj dnp3_data cip_service enip_command nfs_procedure nfs.version dhcp.leasetime
        dhcp.rebinding_time dhcp.renewal_time frame websocket.opcode websocket.payload ntp.mode ntp.stratum
        ntp.version ntp.reference_id ldap.request.operation ldap.responses.operation pgsql.query xff
        """

    private static let files = """
        file.magic file.name filename fileext filemagic filemd5 filesha1 filesha256 filesize filestore file.ext
        """

    private static let state = """
        iprep geoip lua luaxform ndpi-protocol ndpi-risk config bypass tls.random flow.memuse
        """

    private static let transforms = """
        domain tld luaxform
        """
}
