/// Why a frame, or the packet inside it, could not be read to its transport header; the raw value is what the ledger
/// prints.
package enum UnreadPacketReason: String, CaseIterable, Sendable {
    case unknownLinkType = "link type not supported"
    case truncatedLink = "link header cut short"
    case damagedLink = "link header damaged"
    case notIP = "not an IP packet"
    case arp = "ARP"
    case encrypted = "802.11 frame encrypted"
    case controlFrame = "802.11 management or control frame"
    case tooManyLayers = "too many layers"
    case truncatedIPv4 = "IPv4 header cut short"
    case badIPv4Version = "IPv4 version wrong"
    case badIPv4HeaderLength = "IPv4 header length wrong"
    case badIPv4TotalLength = "IPv4 total length wrong"
    case cutIPv4 = "IPv4 packet cut short"
    case truncatedIPv6 = "IPv6 header cut short"
    case badIPv6Version = "IPv6 version wrong"
    case cutIPv6 = "IPv6 packet cut short"
    case badIPv6Extension = "IPv6 extension header damaged"
    case badFragment = "fragment damaged"
    case truncatedTCP = "TCP header cut short"
    case badTCPHeaderLength = "TCP header length wrong"
    case truncatedUDP = "UDP header cut short"
    case badUDPLength = "UDP length wrong"
    case truncatedICMP = "ICMP header cut short"
    case truncatedICMPv6 = "ICMPv6 header cut short"
    case truncatedSCTP = "SCTP header cut short"
}

/// Counts by reason, in one flat array made once.
struct ReasonCounts {
    private var counts = [Int64](repeating: 0, count: UnreadPacketReason.allCases.count)

    /// The compiler numbers the cases of a payload-free enumeration in order.
    mutating func count(_ reason: UnreadPacketReason) { counts[Int(unsafeBitCast(reason, to: UInt8.self))] += 1 }

    var byName: [String: Int64] {
        var names: [String: Int64] = [:]
        for (index, reason) in UnreadPacketReason.allCases.enumerated() where counts[index] > 0 {
            names[reason.rawValue] = counts[index]
        }
        return names
    }
}

/// The account of one capture. `packets == decoded + unread (all reasons)`.
package struct CaptureCounters: Sendable {
    /// Frames seen, and those of them that were read to their transport header (or as far as a fragment goes).
    package var packets: Int64 = 0
    package var decoded: Int64 = 0
    /// Frames not read, by reason.
    package var unread: [String: Int64] = [:]
    /// Packets inside tunnels (and datagrams put together) that could not be read, by reason.
    package var unreadInner: [String: Int64] = [:]
    package var innerPackets: Int64 = 0
    package var badChecksums: Int64 = 0
    /// Checksums were found to be computed by the network card and were ignored from some packet on.
    package var checksumsIgnored = false

    package var flows: Int64 = 0
    package var transactions: Int64 = 0
    package var fragments: Int64 = 0
    package var datagramsReassembled: Int64 = 0
    package var fragmentsTimedOut: Int64 = 0
    package var segmentsOutOfWindow: Int64 = 0
    package var segmentsOverlapping: Int64 = 0
    package var streamGaps: Int64 = 0
    package var streamGapBytes: Int64 = 0
    package var streamsPastDepth: Int64 = 0
    /// Bytes that found no room in inspection memory, and items left out for that.
    package var inspectionBytesDropped: Int64 = 0
    /// Entries that had to go because a memory share was used up, by table name.
    package var evictions: [String: Int64] = [:]

    package init() {}
}
