package import Events
package import Primitives

/// Whether checksums are judged (Suricata: `pcap-file.checksum-checks`).
package enum ChecksumMode: String, Sendable, CaseIterable {
    /// Judged until, after 1,000 packets, more than a tenth proved wrong: then the capturing host's network card
    /// computes them, and they are ignored from there on.
    case auto
    case none
    case all
}

/// Which copy of a byte counts when segments or fragments overlap. Bytes already delivered never change.
package enum OverlapPolicy: Sendable {
    /// The copy that came first.
    case first
    /// The stored copy, unless the newcomer begins before it (BSD, and Suricata's default for hosts it does not know).
    case bsd
    /// The copy that came last.
    case last
}

/// Idle times, in seconds of packet time, after which a flow is over (Suricata: `flow-timeouts`).
package struct FlowTimeouts: Sendable {
    package var tcpNew = 60
    package var tcpEstablished = 600
    package var tcpClosed = 60
    package var udpNew = 30
    package var udpEstablished = 300
    package var icmpNew = 30
    package var icmpEstablished = 300
    package var otherNew = 30
    package var otherEstablished = 300

    package init() {}
}

/// How captures are decoded. The defaults are those of Suricata's shipped configuration.
package struct NetworkOptions: Sendable {
    package var checksums: ChecksumMode
    /// Pick up TCP sessions whose handshake was not seen (Suricata: `stream.midstream`).
    package var midstream: Bool
    /// Follow sessions of which the capture has one side only (Suricata: `stream.async-oneside`); nil: where sessions
    /// are picked up midstream.
    package var followsOneSided: Bool?
    var oneSided: Bool { followsOneSided ?? midstream }
    /// Upper bounds in bytes of the flow table and of all data waiting to be put together.
    package var flowBytes: Int
    package var reassemblyBytes: Int
    /// Bytes of each direction of a TCP session that are put together (Suricata: `stream.reassembly.depth`); 0: all.
    package var streamDepth: Int
    /// Bytes that gather before a run of raw stream data is inspected (Suricata: `toserver-chunk-size`).
    package var streamChunk: Int
    package var overlap: OverlapPolicy
    package var timeouts = FlowTimeouts()
    /// Seconds after which an incomplete datagram is given up (Suricata: `defrag.timeout`).
    package var fragmentTimeoutSeconds = 60
    /// Bytes of a body that are inspected (Suricata: `request-body-limit`, `response-body-limit`).
    package var httpBodyLimit = 100 << 10
    /// Records that are made of what the capture shows, beside events and inspection items.
    package var records: RecordKinds = []
    /// Frames that are kept for inspection: a bit for each number of `FrameKind`.
    package var frames: UInt64 = 0
    /// Whether events of flows have fields: nobody may ask for them.
    package var tellsFlows = true
    /// Proxies whose `X-Forwarded-For` counts.
    package var trustedProxies: [IPNetwork] = []
    /// Objects of a DNP3 message that are in order (Suricata: `max-objects`).
    package var dnp3Objects = 2048
    /// Of these, payloads are searched even where they are encrypted (Suricata: `encryption-handling: full`).
    package var looksIntoEncrypted: Set<ApplicationProtocol> = []
    /// Bytes of a request or response head that are kept.
    package var httpHeadLimit = 64 << 10

    package init(
        checksums: ChecksumMode = .auto, midstream: Bool = false,
        flowBytes: Int = MemoryBudget.standard.flowBytes,
        reassemblyBytes: Int = MemoryBudget.standard.reassemblyBytes, streamDepth: Int = 1 << 20,
        streamChunk: Int = 2560, overlap: OverlapPolicy = .bsd
    ) {
        self.checksums = checksums
        self.midstream = midstream
        self.flowBytes = flowBytes
        self.reassemblyBytes = reassemblyBytes
        self.streamDepth = streamDepth
        self.streamChunk = streamChunk
        self.overlap = overlap
    }
}
