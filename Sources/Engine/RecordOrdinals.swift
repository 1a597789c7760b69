internal import Events
internal import Primitives

/// Tells equal records of a stream apart: the same bytes at the same time are the 1st, 2nd, ... of their kind. When a
/// follower sends the last lines again after a restart, they get the same names again.
final class RecordOrdinals {
    private var counts: [UInt64: Int64] = [:]
    private var lastOffset: Int64 = -1
    private var lastOrdinal: Int64 = 0
    /// Kinds remembered at once; older ones are forgotten together when the table is full.
    private static let limit = 65_536

    /// How many like it came before. Asked again about the same record (by `offset`), it answers the same.
    func ordinal(of record: Bytes, time: Timestamp, offset: Int64) -> Int64 {
        if offset == lastOffset { return lastOrdinal }
        if counts.count >= RecordOrdinals.limit { counts.removeAll(keepingCapacity: true) }
        let kind = hash64(record, seed: UInt64(bitPattern: time.nanoseconds))
        let ordinal = counts[kind] ?? 0
        counts[kind] = ordinal + 1
        lastOffset = offset
        lastOrdinal = ordinal
        return ordinal
    }
}
