import Events
import Rules
import Testing

/// Keywords of application protocols: the buffer they look into, and how much they ask of it.
@Test(
    arguments: [
        ("tls.cert_subject; content:\"x\";", .tlsCertSubject, 1),
        ("tls_cert_issuer; content:\"x\";", .tlsCertIssuer, 1),
        ("tls.subject:\"CN=x\";", .tlsCertSubject, 1), ("tls.version:1.2;", .tlsVersion, 1),
        ("ssl_version:!sslv3;", .tlsVersion, 1), ("tls_cert_expired;", .tlsCertValidity, 2),
        ("tls_cert_notafter:>2026-01;", .tlsCertNotAfter, 1),
        ("tls_cert_notbefore:2020<>2026-02-03T04;", .tlsCertNotBefore, 1),
        ("tls.cert_chain_len:>2;", .tlsCertChainLength, 1), ("ja3_hash; content:\"x\";", .ja3Hash, 1),
        ("ja4.hash; content:\"x\";", .ja4Hash, 1), ("ssh.software; content:\"x\";", .sshSoftware, 1),
        ("ssh.softwareversion:\"PuTTY\";", .sshSoftware, 1), ("smtp.helo; content:\"x\";", .smtpHelo, 1),
        ("email.url; content:\"x\";", .emailURL, 1), ("ftp.command; content:\"RETR\";", .ftpCommand, 1),
        ("ftpdata_command:stor;", .ftpDataCommand, 2), ("fileext:\"exe\";", .fileName, 1),
        ("filesize:>100;", .fileSize, 1),
        ("smb.share; content:\"x\";", .smbShare, 1), ("dcerpc.opnum:1,3-4;", .dcerpcOperation, 1),
        ("dce_iface:367abb81-9844-35f1-ad32-98f038001003,=2;", .dcerpcInterface, 2),
        ("sip.method; content:\"x\";", .sipMethod, 1), ("sdp.origin; content:\"x\";", .sdpOrigin, 1),
        ("mqtt.type:PUBLISH;", .mqttType, 2), ("mqtt.flags:retain,!dup;", .mqttFlags, 2),
        ("krb5_msg_type:10;", .krb5MessageType, 1), ("snmp.pdu_type:get_request;", .snmpPDUType, 1),
        ("rfb.secresult:ok;", .rfbSecurityResult, 1), ("dhcp.leasetime:100<>200;", .dhcpLeaseTime, 1),
        ("ntp.mode:3;", .ntpMode, 1), ("ike.vendor; content:\"x\";", .ikeVendor, 1),
        ("dns.rcode:nxdomain;", .dnsResponseCode, 1),
        ("modbus:unit 10, function 8, subfunction 4;", .modbus, 4), ("modbus:function !user;", .modbus, 1),
        ("modbus:access write holding, address 100, value >20;", .modbus, 7), ("dnp3_func:read;", .dnp3Function, 1),
        ("dnp3_ind:need_time,device_restart;", .dnp3Indicators, 1), ("dnp3_obj:20,1;", .dnp3Object, 2),
        ("dnp3_data; content:\"x\";", .dnp3Data, 1), ("enip_command:ListIdentity;", .enipCommand, 1),
        ("cip_service:75,6,1;", .cipService, 5), ("quic.version; content:\"x\";", .quicVersion, 1),
        ("ldap.request.operation:bind_request;", .ldapRequestOperation, 1),
        ("ldap.responses.operation:bind_response,any;", .ldapResponseOperation, 1),
        ("ldap.responses.result_code:success;", .ldapResultCode, 1),
        ("websocket.payload; content:\"x\";", .websocketPayload, 1), ("websocket.opcode:text;", .websocketOpcode, 1),
        ("websocket.flags:fin,!comp;", .websocketFlags, 2),
        ("nfs_procedure:4<>8;", .nfsProcedure, 1), ("nfs.version:>2;", .nfsVersion, 1),
        ("app-layer-event:tls.invalid_record_type;", .applicationEvent, 2),
        ("app-layer-event:http2.invalid_frame_header;", .applicationEvent, 2),
        ("decode-event:ipv4.trunc_pkt;", .decodeEvent, 2), ("stream-event:reassembly_depth_reached;", .streamEvent, 2),
    ] as [(String, BufferKind, Int)])
func readsProtocolKeywords(_ options: String, _ kind: BufferKind, _ steps: Int) throws {
    let result = SignatureParser.parse(text: "alert ip any any -> any any (\(options) sid:1;)", file: "own.rules")
    #expect(result.diagnostics.filter { $0.weight == .error }.map(\.rendered) == [])
    let section = try #require(result.signatures.first?.sections.first)
    #expect(section.view.kind == kind)
    #expect(section.steps.count == steps)
}

@Test(
    arguments: [
        ("app-layer-event:tls.no_such_thing;", "the event \"tls.no_such_thing\" is not raised here"),
        ("tls.version:7;", "\"7\" is no version of TLS"), ("tls_cert_notafter:>soon;", "\"soon\" is no time"),
        ("dcerpc.iface:nonsense;", "\"nonsense\" is no interface's identifier"),
        ("mqtt.flags:what;", "\"mqtt.flags\" does not know the flag \"what\""),
        ("modbus:access write input;", "\"input\" cannot be written"),
        ("modbus:colour red;", "\"modbus\" does not know \"colour\""),
        ("dnp3_obj:300,1;", "\"dnp3_obj\" takes a group and a variation, such as 20,1"),
        (
            "ldap.responses.operation:bind_response,1;",
            "\"ldap.responses.operation\" is asked of any number only, not of certain ones"
        ),
        ("enip.state:active;", "\"active\" is no number from 0 to 9223372036854775807, nor a comparison with one"),
    ] as [(String, String)])
func refusesOddProtocolKeywords(_ options: String, _ message: String) {
    let result = SignatureParser.parse(text: "alert ip any any -> any any (\(options) sid:1;)", file: "own.rules")
    #expect(result.signatures.isEmpty)
    #expect(result.diagnostics.first?.message == message)
}
