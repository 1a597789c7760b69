internal import Events
internal import Primitives

/// The system call of each recent audit event, for the records of the same event that follow it: an `EXECVE` record has
/// the arguments, the `SYSCALL` record before it the program, the process and the user.
struct AuditEvents: @unchecked Sendable {
    /// Longest text of a SYSCALL record that is kept; what is behind is left out.
    private static let textBytes = 1024

    private var table = RecentTable(buckets: 64, textBytes: AuditEvents.textBytes)

    func free() { table.free() }
    mutating func removeAll() { table.removeAll() }

    /// - Parameters:
    ///   - event: `SECONDS.MILLIS:SERIAL`, which the records of one event share
    ///   - pairs: what stands behind it in the SYSCALL record
    mutating func note(_ event: Bytes, node: Bytes, pairs: Bytes, at place: Int64) {
        let index = table.renew(hash64(event, seed: hash64(node)), at: place)
        var kept = pairs
        if kept.count > AuditEvents.textBytes {
            kept = kept.prefix(AuditEvents.textBytes)
            kept = kept.prefix(kept.lastIndex(of: ASCII.space) ?? 0)
        }
        var entry = table[index]
        if table.write(kept, index, at: 0) { entry.lengths.0 = UInt16(kept.count) }
        table[index] = entry
    }

    /// The pairs of the event's SYSCALL record, and whether an EXECVE record of it went by (this one counts from now
    /// on).
    func find(_ event: Bytes, node: Bytes, at place: Int64, isCommand: Bool) -> (pairs: Bytes, hasCommand: Bool)? {
        guard let index = table.find(hash64(event, seed: hash64(node)), at: place) else { return nil }
        let hasCommand = table[index].mark
        if isCommand {
            var entry = table[index]
            entry.mark = true
            table[index] = entry
        }
        return (table.read(index, 0, Int(table[index].lengths.0)), hasCommand)
    }
}
