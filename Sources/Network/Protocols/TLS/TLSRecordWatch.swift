internal import Primitives

/// Follows the records of one direction of a TLS connection after its handshake, by their headers alone, to the first
/// one with application data (RFC 8446 section 5.1).
struct TLSRecordWatch {
    static let applicationData: UInt8 = 23
    private static let heartbeat: UInt8 = 24
    private static let headerLength = 5

    /// Bytes of the record at hand that are still to come.
    private var left = 0
    /// What there is of a header: its length so far, its type and the two bytes of the record's length.
    private var headerCount = 0
    private var type: UInt8 = 0
    private var length = 0
    /// Records do not follow each other any more.
    private var isLost = false
    /// Length of the last heartbeat's record; 0: none came.
    private var heartbeatLength = 0

    /// Whether a record of application data begins in `bytes`, which follow those of the call before.
    mutating func findsData(_ bytes: Bytes) -> Bool {
        var at = 0
        while !isLost, at < bytes.count {
            if left > 0 {
                let passed = min(left, bytes.count - at)
                left -= passed
                at += passed
                continue
            }
            take(bytes[at])
            at += 1
            if headerCount < TLSRecordWatch.headerLength { continue }
            headerCount = 0
            left = length
            if type == TLSRecordWatch.heartbeat { heartbeatLength = length }
            if type == TLSRecordWatch.applicationData { return true }
            isLost = type < 20 || type > 24
        }
        return false
    }

    /// Length of the last heartbeat that was passed since the call before; nil: none was.
    mutating func takeHeartbeat() -> Int? {
        defer { heartbeatLength = 0 }
        return heartbeatLength > 0 ? heartbeatLength : nil
    }

    mutating func lose() { isLost = true }

    private mutating func take(_ byte: UInt8) {
        switch headerCount {
        case 0: type = byte
        case 3: length = Int(byte) << 8
        case 4: length |= Int(byte)
        default: break
        }
        headerCount += 1
    }
}
