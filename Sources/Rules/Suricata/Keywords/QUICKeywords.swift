internal import Events

/// `quic.*`. Source: Suricata User Guide, "QUIC Keywords".
enum QUICKeywords {
    static let family = ProtocolFamily(
        applications: [.quic],
        buffers: [
            ProtocolBuffer(.quicVersion), ProtocolBuffer(.quicServerName, way: .toServer),
            ProtocolBuffer(.quicUserAgent, way: .toServer), ProtocolBuffer(.quicFingerprint, way: .toServer),
            ProtocolBuffer(.quicFingerprintHash, way: .toServer),
        ])
}
