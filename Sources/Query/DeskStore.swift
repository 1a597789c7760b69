package import Events
internal import Output
package import Primitives
internal import Storage

extension AnalystDesk {
    /// Numbers of what the store holds, a line each.
    package func contents() throws -> String {
        let contents = try store.contents()
        let times = TimeText(clock)
        var lines = [
            ("store", store.path), ("schema", "\(contents.schema)"), ("bytes", grouped(contents.bytes)),
        ]
        lines += contents.counts.map { ($0.name, grouped(Int64($0.count))) }
        if !contents.first.isNone {
            lines.append(("incidents from", "\(times.full(contents.first)) to \(times.full(contents.last))"))
        }
        lines.append(("observations", grouped(Int64(try store.observationCount()))))
        lines += try store.maskCounts().map { ("masked \($0.name)", grouped($0.count)) }
        if let head = contents.auditHead { lines.append(("audit head", head)) }
        return lines.map { "\($0.0): \(TerminalText.escaped($0.1))\n" }.joined()
    }

    package struct Check {
        /// What holds, in a line each.
        package var sound: [String] = []
        /// What does not.
        package var broken: [String] = []
    }

    /// Checks structure, audit trail and evidence. `head` is what `db info` or `db verify` said of the trail once: it
    /// must still be part of it.
    package func verify(head: String?) throws -> Check {
        let result = try store.verify()
        var check = Check()
        if result.structure.isEmpty {
            check.sound.append("the file is in order")
        } else {
            check.broken += result.structure.map { "the file: \($0)" }
        }
        switch result.audit {
        case .sound(let entries):
            let end = result.head.map { ", head \($0)" } ?? ""
            check.sound.append("the audit trail holds: \(entries) \(entries == 1 ? "entry" : "entries")\(end)")
        case .broken(let entry, let reason):
            check.broken.append("the audit trail is broken: entry \(entry): \(reason)")
        }
        if let head, !head.isEmpty, try !store.hasAuditEntry(head) {
            check.broken.append("the audit trail is broken: it does not hold the entry \(head)")
        }
        if result.evidenceBroken.isEmpty {
            check.sound.append("evidence is as it was sealed: \(grouped(Int64(result.evidenceChecked))) pieces")
        } else {
            check.broken += result.evidenceBroken.map { "evidence of detection \($0) is not what was sealed" }
        }
        check.broken = check.broken.map { TerminalText.escaped($0) }
        return check
    }

    /// Copies the store as it is to a new file.
    package func backup(to target: String) throws { try store.backup(to: target) }

    /// What pruning removes, or would remove, in words.
    package func prune(before: Timestamp, upTo severity: Severity, includesOpen: Bool, dryRun: Bool) throws -> String {
        let retention = Retention(before: before, upTo: severity, includesOpen: includesOpen)
        let result = try store.prune(retention, dryRun: dryRun, by: Analyst.current(), at: clock.now)
        if !dryRun { try store.compact() }
        return "\(dryRun ? "would remove" : "removed") \(counted(Int64(result.incidents), "incident")), "
            + "\(counted(Int64(result.detections), "detection")), "
            + counted(Int64(result.blocks), "block of observations", "blocks of observations")
            + " that ended before \(TimeText(clock).full(before))"
    }
}
