internal import Primitives

/// Follows the packets of one direction of an SSH connection behind its offers, by their headers alone, to the one that
/// takes the new keys into use (RFC 4253 sections 6 and 7.3): what stands behind it is encrypted.
struct SSHPacketWatch {
    private static let newKeys: UInt8 = 21
    private static let headerLength = 6
    private static let maximumPacket = 35_000

    /// Bytes of the packet at hand that are still to come.
    private var left = 0
    /// What there is of a header: how much of it, and the packet's length.
    private var headerCount = 0
    private var length = 0
    private(set) var isFound = false
    private var isLost = false

    /// `bytes` follow those of the call before.
    mutating func pass(_ bytes: Bytes) {
        var at = 0
        while !isLost, !isFound, at < bytes.count {
            if left > 0 {
                let passed = min(left, bytes.count - at)
                left -= passed
                at += passed
                continue
            }
            take(bytes[at])
            at += 1
        }
    }

    mutating func lose() { isLost = true }

    private mutating func take(_ byte: UInt8) {
        if headerCount < 4 { length = length << 8 | Int(byte) }
        headerCount += 1
        guard headerCount == SSHPacketWatch.headerLength else { return }
        isFound = byte == SSHPacketWatch.newKeys
        isLost = length < 2 || length > SSHPacketWatch.maximumPacket
        left = length - 2
        (headerCount, length) = (0, 0)
    }
}
