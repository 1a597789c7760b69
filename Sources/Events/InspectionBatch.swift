public import Primitives

/// The buffers that signatures look into. The raw value is Suricata's sticky-buffer name.
public enum BufferKind: String, CaseIterable, Sendable {
    case payload = "pkt_data"
    case stream
    case httpMethod = "http.method"
    case httpURI = "http.uri"
    case httpURIRaw = "http.uri.raw"
    case httpRequestLine = "http.request_line"
    case httpProtocol = "http.protocol"
    case httpHeader = "http.header"
    case httpHeaderRaw = "http.header.raw"
    case httpHeaderNames = "http.header_names"
    case httpCookie = "http.cookie"
    case httpUserAgent = "http.user_agent"
    case httpHost = "http.host"
    case httpHostRaw = "http.host.raw"
    case httpAccept = "http.accept"
    case httpAcceptLanguage = "http.accept_lang"
    case httpAcceptEncoding = "http.accept_enc"
    case httpConnection = "http.connection"
    case httpContentType = "http.content_type"
    case httpContentLength = "http.content_len"
    case httpReferer = "http.referer"
    case httpStart = "http.start"
    case httpRequestBody = "http.request_body"
    case httpResponseBody = "http.response_body"
    case httpResponseLine = "http.response_line"
    case httpStatusCode = "http.stat_code"
    case httpStatusMessage = "http.stat_msg"
    case httpServer = "http.server"
    case httpLocation = "http.location"
    case fileData = "file.data"
    case dnsQuery = "dns.query"
    case dnsAnswerName = "dns.answer.name"
    case httpRequestHeader = "http.request_header"
    case httpResponseHeader = "http.response_header"
    case dnsOpcode = "dns.opcode"
    case dnsResponseCode = "dns.rcode"
    case dnsRecordType = "dns.rrtype"
    case dnsQueriesName = "dns.queries.rrname"
    case dnsAnswersName = "dns.answers.rrname"
    case dnsAuthoritiesName = "dns.authorities.rrname"
    case dnsAdditionalsName = "dns.additionals.rrname"
    case fileSize = "filesize"
    case applicationEvent = "app-layer-event"
    case decodeEvent = "decode-event"
    case streamEvent = "stream-event"
    case fileName = "file.name"
    case tlsServerName = "tls.sni"
    case tlsVersion = "tls.version"
    case tlsALPN = "tls.alpn"
    case tlsRandom = "tls.random"
    case tlsRandomTime = "tls.random_time"
    case tlsRandomBytes = "tls.random_bytes"
    case tlsCertificates = "tls.certs"
    case tlsCertSubject = "tls.cert_subject"
    case tlsCertIssuer = "tls.cert_issuer"
    case tlsCertSerial = "tls.cert_serial"
    case tlsCertFingerprint = "tls.cert_fingerprint"
    case tlsCertNotBefore = "tls_cert_notbefore"
    case tlsCertNotAfter = "tls_cert_notafter"
    case tlsCertValidity = "tls_cert_valid"
    case tlsCertChainLength = "tls.cert_chain_len"
    case tlsAlternativeName = "tls.subjectaltname"
    case ja3Hash = "ja3.hash"
    case ja3String = "ja3.string"
    case ja3sHash = "ja3s.hash"
    case ja3sString = "ja3s.string"
    case ja4Hash = "ja4.hash"
    case sshProtocol = "ssh.proto"
    case sshSoftware = "ssh.software"
    case sshHASSH = "ssh.hassh"
    case sshHASSHString = "ssh.hassh.string"
    case sshHASSHServer = "ssh.hassh.server"
    case sshHASSHServerString = "ssh.hassh.server.string"
    case smtpHelo = "smtp.helo"
    case smtpMailFrom = "smtp.mail_from"
    case smtpRecipient = "smtp.rcpt_to"
    case emailFrom = "email.from"
    case emailTo = "email.to"
    case emailCC = "email.cc"
    case emailSubject = "email.subject"
    case emailDate = "email.date"
    case emailMessageID = "email.message_id"
    case emailMailer = "email.x_mailer"
    case emailURL = "email.url"
    case emailReceived = "email.received"
    case emailBodyMD5 = "email.body_md5"
    case ftpCommand = "ftp.command"
    case ftpCommandData = "ftp.command_data"
    case ftpCompletionCode = "ftp.completion_code"
    case ftpReply = "ftp.reply"
    case ftpMode = "ftp.mode"
    case ftpDynamicPort = "ftp.dynamic_port"
    case ftpReplyReceived = "ftp.reply_received"
    case ftpDataCommand = "ftpdata_command"
    case smbNamedPipe = "smb.named_pipe"
    case smbShare = "smb.share"
    case smbNTLMUser = "smb.ntlmssp_user"
    case smbNTLMDomain = "smb.ntlmssp_domain"
    case smbVersion = "smb.version"
    case dcerpcInterface = "dcerpc.iface"
    case dcerpcOperation = "dcerpc.opnum"
    case dcerpcStubData = "dcerpc.stub_data"
    case krb5MessageType = "krb5_msg_type"
    case krb5ErrorCode = "krb5_err_code"
    case krb5Client = "krb5_cname"
    case krb5Service = "krb5_sname"
    case krb5WeakEncryption = "krb5.weak_encryption"
    case krb5TicketEncryption = "krb5.ticket_encryption"
    case snmpVersion = "snmp.version"
    case snmpCommunity = "snmp.community"
    case snmpUser = "snmp.usm"
    case snmpPDUType = "snmp.pdu_type"
    case sipMethod = "sip.method"
    case sipURI = "sip.uri"
    case sipProtocol = "sip.protocol"
    case sipRequestLine = "sip.request_line"
    case sipResponseLine = "sip.response_line"
    case sipStatusCode = "sip.stat_code"
    case sipStatusMessage = "sip.stat_msg"
    case sipFrom = "sip.from"
    case sipTo = "sip.to"
    case sipVia = "sip.via"
    case sipUserAgent = "sip.user_agent"
    case sipContentType = "sip.content_type"
    case sipContentLength = "sip.content_length"
    case sdpOrigin = "sdp.origin"
    case sdpSessionName = "sdp.session_name"
    case sdpSessionInfo = "sdp.session_info"
    case sdpURI = "sdp.uri"
    case sdpEmail = "sdp.email"
    case sdpPhone = "sdp.phone_number"
    case sdpConnection = "sdp.connection_data"
    case sdpBandwidth = "sdp.bandwidth"
    case sdpTime = "sdp.time"
    case sdpRepeatTime = "sdp.repeat_time"
    case sdpTimezone = "sdp.timezone"
    case sdpEncryptionKey = "sdp.encryption_key"
    case sdpAttribute = "sdp.attribute"
    case sdpMedia = "sdp.media.media"
    case sdpMediaInfo = "sdp.media.media_info"
    case sdpMediaConnection = "sdp.media.connection_data"
    case sdpMediaEncryptionKey = "sdp.media.encryption_key"
    case mqttType = "mqtt.type"
    case mqttFlags = "mqtt.flags"
    case mqttQoS = "mqtt.qos"
    case mqttReasonCode = "mqtt.reason_code"
    case mqttProtocolVersion = "mqtt.protocol_version"
    case mqttConnackSessionPresent = "mqtt.connack.session_present"
    case mqttConnectFlags = "mqtt.connect.flags"
    case mqttClientID = "mqtt.connect.clientid"
    case mqttUserName = "mqtt.connect.username"
    case mqttPassword = "mqtt.connect.password"
    case mqttProtocolString = "mqtt.connect.protocol_string"
    case mqttWillTopic = "mqtt.connect.willtopic"
    case mqttWillMessage = "mqtt.connect.willmessage"
    case mqttPublishTopic = "mqtt.publish.topic"
    case mqttPublishMessage = "mqtt.publish.message"
    case mqttSubscribeTopic = "mqtt.subscribe.topic"
    case mqttUnsubscribeTopic = "mqtt.unsubscribe.topic"
    case rfbName = "rfb.name"
    case rfbSecurityType = "rfb.sectype"
    case rfbSecurityResult = "rfb.secresult"
    case ikeInitiatorSPI = "ike.init_spi"
    case ikeResponderSPI = "ike.resp_spi"
    case ikeVendor = "ike.vendor"
    case ikeExchangeType = "ike.exchtype"
    case ikeChosenAttribute = "ike.chosen_sa_attribute"
    case ikeKeyExchange = "ike.key_exchange_payload"
    case ikeNonce = "ike.nonce_payload"
    case ikeKeyExchangeLength = "ike.key_exchange_payload_length"
    case ikeNonceLength = "ike.nonce_payload_length"
    case http2FrameType = "http2.frametype"
    case http2ErrorCode = "http2.errorcode"
    case http2Priority = "http2.priority"
    case http2Window = "http2.window"
    case http2Settings = "http2.settings"
    case http2HeaderName = "http2.header_name"
    case dhcpLeaseTime = "dhcp.leasetime"
    case dhcpRebindingTime = "dhcp.rebinding_time"
    case dhcpRenewalTime = "dhcp.renewal_time"
    case ntpVersion = "ntp.version"
    case ntpMode = "ntp.mode"
    case ntpStratum = "ntp.stratum"
    case ntpReferenceID = "ntp.reference_id"
    case modbus
    case dnp3Function = "dnp3.func"
    case dnp3Indicators = "dnp3.ind"
    case dnp3Object = "dnp3.obj"
    case dnp3Data = "dnp3.data"
    case enipCommand = "enip.command"
    case enipStatus = "enip.status"
    case cipService = "cip_service"
    case quicVersion = "quic.version"
    case quicServerName = "quic.sni"
    case quicUserAgent = "quic.ua"
    case quicFingerprint = "quic.cyu.string"
    case quicFingerprintHash = "quic.cyu.hash"
    case websocketPayload = "websocket.payload"
    case websocketOpcode = "websocket.opcode"
    case websocketFlags = "websocket.flags"
    case websocketMask = "websocket.mask"
    case ldapRequestOperation = "ldap.request.operation"
    case ldapResponseOperation = "ldap.responses.operation"
    case ldapResponseCount = "ldap.responses.count"
    case ldapRequestName = "ldap.request.dn"
    case ldapResponseName = "ldap.responses.dn"
    case ldapResultCode = "ldap.responses.result_code"
    case ldapResponseMessage = "ldap.responses.message"
    /// What `base64_decode` made of another buffer: never part of an item.
    case base64Data = "base64_data"
    case ipSource = "ip.src"
    case ipDestination = "ip.dst"
    case ipv4Header = "ipv4.hdr"
    case ipv6Header = "ipv6.hdr"
    case tcpHeader = "tcp.hdr"
    case udpHeader = "udp.hdr"
    case icmpv4Header = "icmpv4.hdr"
    case icmpv6Header = "icmpv6.hdr"
}

/// One named run of bytes that belongs to an inspection item.
public struct InspectionBuffer: Sendable {
    public var kind: BufferKind
    /// `.input`: in the packet batch; `.scratch`: in the inspection batch's own memory.
    public var region: ValueRegion
    public var offset: UInt32
    public var length: UInt32
    /// Offset of the first byte within its stream or body, for a buffer that continues an earlier one.
    public var streamOffset: UInt64

    public init(_ kind: BufferKind, _ region: ValueRegion, offset: Int, length: Int, streamOffset: UInt64 = 0) {
        self.kind = kind
        self.region = region
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
        self.streamOffset = streamOffset
    }
}

/// State of a flow at the moment of an inspection item (Suricata's `flow` keyword reads it).
public struct FlowState: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// TCP: handshake complete (or midstream pick-up). Others: data seen in both directions.
    public static var established: FlowState { FlowState(rawValue: 1) }
    public static var midstream: FlowState { FlowState(rawValue: 2) }
    public static var closed: FlowState { FlowState(rawValue: 4) }
    /// The first item of this flow.
    public static var isNew: FlowState { FlowState(rawValue: 8) }
    /// The packet's payload was taken into its TCP stream: `.stream` items carry it (Suricata: PKT_STREAM_ADD).
    public static var streamed: FlowState { FlowState(rawValue: 16) }
    /// The flow's packets have IPv6 headers: an address alone does not tell, for IPv6 maps IPv4's.
    public static var ipv6: FlowState { FlowState(rawValue: 32) }
}

public enum InspectionKind: UInt8, Sendable {
    /// A packet by itself: header keywords and its payload.
    case packet
    /// A run of reassembled stream data in one direction.
    case stream
    /// (Part of) one request or response: its protocol's buffers.
    case transaction
    /// The flow is over; whatever is kept for it can go.
    case flowEnd
}

/// Header values of a packet, for signatures' header keywords. What a packet does not have is 0, with `has` telling.
public struct PacketHeader: Sendable {
    public struct Layers: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static var ipv4: Layers { Layers(rawValue: 1) }
        public static var ipv6: Layers { Layers(rawValue: 2) }
        public static var tcp: Layers { Layers(rawValue: 4) }
        public static var udp: Layers { Layers(rawValue: 8) }
        public static var icmp: Layers { Layers(rawValue: 16) }
        public static var fragment: Layers { Layers(rawValue: 32) }
        /// The IPv4 or transport checksum is wrong (and checksums are judged).
        public static var badChecksum: Layers { Layers(rawValue: 64) }
        public static var sctp: Layers { Layers(rawValue: 128) }
    }
    public var has: Layers = []
    public var source = IPAddress(v4: 0)
    public var destination = IPAddress(v4: 0)
    public var sourcePort: UInt16 = 0
    public var destinationPort: UInt16 = 0
    public var ipProtocol: UInt8 = 0
    public var ttl: UInt8 = 0
    public var tos: UInt8 = 0
    /// IPv4 flags and fragment offset as on the wire.
    public var fragmentField: UInt16 = 0
    public var ipID: UInt32 = 0
    public var tcpFlags: UInt8 = 0
    public var sequence: UInt32 = 0
    public var acknowledgement: UInt32 = 0
    public var window: UInt16 = 0
    public var icmpType: UInt8 = 0
    public var icmpCode: UInt8 = 0
    public var icmpID: UInt16 = 0
    public var icmpSequence: UInt16 = 0
    /// Payload behind the transport header, bytes.
    public var payloadLength: UInt32 = 0
    /// Bytes from the network header's start, and from the transport header's, to the payload: they lie right before
    /// the payload in memory. 0 where there is no such header.
    public var networkLength: UInt16 = 0
    public var transportLength: UInt16 = 0

    @inlinable public init() {}
}

/// One thing that signatures are tried on.
public struct InspectionItem: Sendable {
    public var kind: InspectionKind
    public var direction: FlowDirection = .toServer
    public var state: FlowState = []
    public var application: ApplicationProtocol = .unknown
    /// Number of the packet that brought this about (`pcap_cnt`), its time and its place in the packet batch.
    /// `packetIndex` is -1 where the packet came in an earlier batch (time-outs, end of capture).
    public var packetNumber: UInt64
    public var packetIndex: Int32 = -1
    public var time: Timestamp
    /// The flow's number within the capture (from 1; 0: no flow), never reused. Flowbits hang on it.
    public var flow: UInt64 = 0
    public var key: FlowKey
    public var flowStart: Timestamp
    public var packetsToServer: UInt32 = 0
    public var packetsToClient: UInt32 = 0
    public var bytesToServer: UInt64 = 0
    public var bytesToClient: UInt64 = 0
    /// TCP: sequence numbers that each side has used, from its first (Suricata's `stream_size`).
    public var streamToServer: UInt32 = 0
    public var streamToClient: UInt32 = 0
    /// Of the transaction within its flow, from 0.
    public var transaction: UInt32 = 0
    /// The request (or response) is whole: no more of it will come.
    public var complete = false
    /// The event of this transaction in the event batch of the same call, -1 where there is none (yet).
    public var event: Int32 = -1
    public var header = PacketHeader()
    /// Range of its buffers in `InspectionBatch.buffers`.
    public var firstBuffer: UInt32 = 0
    public var bufferCount: UInt16 = 0

    @inlinable
    public init(kind: InspectionKind, packetNumber: UInt64, time: Timestamp, key: FlowKey, flowStart: Timestamp) {
        self.kind = kind
        self.packetNumber = packetNumber
        self.time = time
        self.key = key
        self.flowStart = flowStart
    }
}

/// What `Network` hands to `Matching` for one packet batch: items in packet order, with their buffers. Reused.
public final class InspectionBatch: @unchecked Sendable {
    /// The packet batch's bytes, alive while this batch is read.
    @exclusivity(unchecked) public private(set) var input: Bytes = .empty
    @exclusivity(unchecked) public var items: [InspectionItem] = []
    @exclusivity(unchecked) public var buffers: [InspectionBuffer] = []
    /// Records for those who write what a capture shows, in packet order, and their values.
    @exclusivity(unchecked) public var records: [CaptureRecord] = []
    @exclusivity(unchecked) public var recordValues: [RecordValue] = []
    @exclusivity(unchecked) public var scratch = ScratchBuffer(capacity: 1 << 20, limit: 256 << 20)

    public init() {
        items.reserveCapacity(16_384)
        buffers.reserveCapacity(32_768)
    }

    public func reset(input: Bytes) {
        self.input = input
        items.removeAll(keepingCapacity: true)
        buffers.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        recordValues.removeAll(keepingCapacity: true)
        scratch.removeAll()
    }

    public func bytes(of buffer: InspectionBuffer) -> Bytes {
        let from = Int(buffer.offset)
        let length = Int(buffer.length)
        return buffer.region == .input ? input.slice(from, from + length) : scratch.bytes(from, length)
    }

    public func bytes(of value: RecordValue) -> Bytes { scratch.bytes(Int(value.offset), Int(value.length)) }

    public func values(of record: CaptureRecord) -> ArraySlice<RecordValue> {
        recordValues[Int(record.firstValue)..<Int(record.firstValue + record.valueCount)]
    }
}
