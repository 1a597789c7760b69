internal import Primitives

/// Follows the packets of one direction of an SSH connection behind its offers, to the one that takes the new keys into
/// use (RFC 4253 sections 6 and 7.3): what stands behind it is encrypted.
struct SSHPacketWatch {
    private static let newKeys: UInt8 = 21
    private static let headerLength = 6
    private static let maximumPacket = 35_000

    private var walk = HeaderWalk()
    /// What there is of a header: how much of it, and the packet's length.
    private var headerCount = 0
    private var length = 0
    private(set) var isFound = false

    /// `bytes` follow those of the call before.
    mutating func pass(_ bytes: Bytes) {
        var walk = self.walk
        walk.pass(bytes) { take($0) }
        self.walk = walk
    }

    mutating func lose() { walk.end() }

    private mutating func take(_ byte: UInt8) -> HeaderWalk.Step {
        if headerCount < 4 { length = length << 8 | Int(byte) }
        headerCount += 1
        guard headerCount == SSHPacketWatch.headerLength else { return .more }
        isFound = byte == SSHPacketWatch.newKeys
        let body = length - 2
        (headerCount, length) = (0, 0)
        return isFound || body < 0 || body > SSHPacketWatch.maximumPacket - 2 ? .over : .body(body)
    }
}
