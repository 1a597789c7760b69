internal import Primitives

/// Follows the records of one direction of a TLS connection after its handshake (RFC 8446 section 5.1), to the first
/// one with application data.
struct TLSRecordWatch {
    static let applicationData: UInt8 = 23

    private var walk = HeaderWalk()
    private var header = TLSRecordHeader()

    /// Whether a record of application data begins in `bytes`, which follow those of the call before.
    mutating func findsData(_ bytes: Bytes) -> Bool {
        var header = self.header
        header.foundData = false
        walk.pass(bytes) { header.take($0) }
        self.header = header
        return header.foundData
    }

    /// Length of the last heartbeat that was passed since the call before; nil: none was.
    mutating func takeHeartbeat() -> Int? {
        defer { header.heartbeatLength = 0 }
        return header.heartbeatLength > 0 ? header.heartbeatLength : nil
    }

    mutating func lose() { walk.end() }
}

/// What there is of a record's header, and what the records before it were.
private struct TLSRecordHeader {
    private static let bytes = 5
    private static let heartbeat: UInt8 = 24

    private var count = 0
    private var type: UInt8 = 0
    private var length = 0
    var foundData = false
    /// Length of the last heartbeat's record; 0: none came.
    var heartbeatLength = 0

    mutating func take(_ byte: UInt8) -> HeaderWalk.Step {
        switch count {
        case 0: type = byte
        case 3: length = Int(byte) << 8
        case 4: length |= Int(byte)
        default: break
        }
        count += 1
        if count < TLSRecordHeader.bytes { return .more }
        count = 0
        if type < 20 || type > 24 { return .over }
        if type == TLSRecordHeader.heartbeat { heartbeatLength = length }
        if type == TLSRecordWatch.applicationData { foundData = true }
        return .body(length)
    }
}
