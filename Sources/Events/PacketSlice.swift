public import Primitives

/// The packets of a flow around a hit, kept when it was found: proof that opens in any packet tool.
public struct PacketSlice: Sendable {
    /// The detection it belongs to.
    public var detection: ContentID
    /// Number of the packet that was hit, from 1 within the capture.
    public var hit: UInt64
    /// Packets that the flow has in the capture.
    public var flowPackets: Int
    /// Some of them, in the order of the capture.
    public var packets: [KeptPacket]

    public init(detection: ContentID, hit: UInt64, flowPackets: Int, packets: [KeptPacket]) {
        self.detection = detection
        self.hit = hit
        self.flowPackets = flowPackets
        self.packets = packets
    }
}

/// One captured frame, copied.
public struct KeptPacket: Sendable, Hashable {
    /// From 1 within the capture.
    public var number: UInt64
    public var time: Timestamp
    /// Length on the wire, bytes.
    public var wireLength: UInt32
    /// As in https://www.tcpdump.org/linktypes.html.
    public var linkType: UInt16
    /// The frame, cut at `maximumBytes`.
    public var bytes: [UInt8]

    public static let maximumBytes = 4096

    public init(number: UInt64, time: Timestamp, wireLength: UInt32, linkType: UInt16, bytes: [UInt8]) {
        self.number = number
        self.time = time
        self.wireLength = wireLength
        self.linkType = linkType
        self.bytes = bytes
    }
}
