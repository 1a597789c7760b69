/// What a capture reader counts for the ledger.
package struct CaptureCounts: Sendable, Equatable {
    /// Packet records seen, whatever became of them: the number of the last one.
    package var packets: UInt64 = 0
    /// Frames that were cut when they were captured (captured length below wire length). They are delivered.
    package var truncatedPackets: Int64 = 0
    /// Packet records that were passed over because they are damaged in themselves (see `problem`).
    package var skippedPackets: Int64 = 0
    /// Records without a usable time; they carry the time of the record before.
    package var borrowedTimes: Int64 = 0

    package init() {}
}
