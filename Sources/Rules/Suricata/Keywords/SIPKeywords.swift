internal import Events

/// `sip.*` and `sdp.*`. Source: Suricata User Guide, "SIP Keywords", "SDP Keywords".
enum SIPKeywords {
    static let family = ProtocolFamily(
        applications: [.sip],
        buffers: [
            ProtocolBuffer(.sipMethod, way: .toServer), ProtocolBuffer(.sipURI, way: .toServer),
            ProtocolBuffer(.sipRequestLine, way: .toServer), ProtocolBuffer(.sipResponseLine, way: .toClient),
            ProtocolBuffer(.sipStatusCode, way: .toClient), ProtocolBuffer(.sipStatusMessage, way: .toClient),
            ProtocolBuffer(.sipProtocol), ProtocolBuffer(.sipFrom, several: true),
            ProtocolBuffer(.sipTo, several: true), ProtocolBuffer(.sipVia, several: true),
            ProtocolBuffer(.sipUserAgent, several: true), ProtocolBuffer(.sipContentType, several: true),
            ProtocolBuffer(.sipContentLength, several: true),
            ProtocolBuffer(.sdpOrigin), ProtocolBuffer(.sdpSessionName), ProtocolBuffer(.sdpSessionInfo),
            ProtocolBuffer(.sdpURI), ProtocolBuffer(.sdpEmail), ProtocolBuffer(.sdpPhone),
            ProtocolBuffer(.sdpConnection), ProtocolBuffer(.sdpBandwidth, several: true),
            ProtocolBuffer(.sdpTime, several: true), ProtocolBuffer(.sdpRepeatTime, several: true),
            ProtocolBuffer(.sdpTimezone), ProtocolBuffer(.sdpEncryptionKey),
            ProtocolBuffer(.sdpAttribute, several: true), ProtocolBuffer(.sdpMedia, several: true),
            ProtocolBuffer(.sdpMediaInfo, several: true), ProtocolBuffer(.sdpMediaConnection, several: true),
            ProtocolBuffer(.sdpMediaEncryptionKey, several: true),
        ])
}
