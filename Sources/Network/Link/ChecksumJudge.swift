internal import Events

/// Decides which checksums count. In `auto` mode the first 1,000 packets tell whether the capturing host's network card
/// computes them after the capture: if those of more than a tenth are TCP segments with a wrong one, checksums are
/// ignored from then on (as Suricata does).
struct ChecksumJudge {
    private let mode: ChecksumMode
    private var seen = 0
    private var wrong = 0
    private(set) var bad: Int64 = 0
    private(set) var ignored = false

    init(_ mode: ChecksumMode) { self.mode = mode }

    private static let sampleCount = 1000
    private static let tolerated = 10

    /// False where a TCP segment's checksum counts and is wrong: it takes no part in its stream. Wrong checksums of any
    /// layer are told in the packet's header.
    @inline(__always) mutating func judge(_ packet: inout PacketView) -> Bool {
        if mode == .none || ignored { return true }
        var headerHolds = true
        var holds = true
        if packet.header.has.contains(.ipv4) && packet.region == .input { headerHolds = IPv4.checksumHolds(&packet) }
        if !packet.header.has.contains(.fragment) { holds = Checksum.transportHolds(&packet) }
        if !holds || !headerHolds {
            bad += 1
            packet.header.has.insert(.badChecksum)
        }
        let usable = holds || !packet.header.has.contains(.tcp)
        if mode == .auto { sample(usable) }
        return usable
    }

    @inline(__always) private mutating func sample(_ holds: Bool) {
        seen += 1
        if !holds { wrong += 1 }
        if seen == ChecksumJudge.sampleCount && wrong > 0 && seen / wrong < ChecksumJudge.tolerated { ignored = true }
    }
}
