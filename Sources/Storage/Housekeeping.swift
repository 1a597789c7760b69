internal import Events
internal import GRDB
internal import Glibc
package import Primitives

/// What a store holds, in numbers.
package struct StoreContents: Sendable {
    package var schema = 0
    /// The file alone, without what its write-ahead log still holds.
    package var bytes: Int64 = 0
    package var counts: [(name: String, count: Int)] = []
    package var first = Timestamp.none
    package var last = Timestamp.none
    /// Number and hash of the last entry of the audit trail: written down elsewhere, it proves later that nothing
    /// before it was made up anew.
    package var auditHead: String?
}

/// What is wrong with a store, or nothing.
package struct StoreVerification: Sendable {
    package var audit: AuditResult = .sound(entries: 0)
    package var head: String?
    /// What SQLite itself finds wrong with the file.
    package var structure: [String] = []
    package var evidenceChecked = 0
    /// Detections whose stored bytes are not those that were sealed at detection.
    package var evidenceBroken: [ContentID] = []

    package var isSound: Bool {
        if case .broken = audit { return false }
        return structure.isEmpty && evidenceBroken.isEmpty
    }
}

extension Store {
    package func contents() throws(StoreError) -> StoreContents {
        try read { database in
            var contents = StoreContents()
            contents.schema = Schema.version
            let size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            contents.bytes = try Int64.fetchOne(database, sql: size) ?? 0
            let tables = [
                ("incidents", "incidents WHERE parent IS NULL"), ("detections", "detections"),
                ("pieces of evidence", "evidence"), ("packets kept", "packets"),
                ("blocks of observations", "spool"), ("rules that hit", "rules"), ("inputs", "inputs"),
                ("runs", "runs"), ("suppressions", "suppressions"), ("acts in the audit trail", "audit"),
            ]
            for (name, table) in tables {
                contents.counts.append((name, try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0))
            }
            let span = try RawStatement(database, "SELECT min(first), max(last) FROM incidents").first { row in
                row.isNull(0) ? nil : (row.time(0), row.time(1))
            }
            if let span = span ?? nil { (contents.first, contents.last) = span }
            contents.auditHead = try AuditTrail.head(database)
            return contents
        }
    }

    /// Checks the file's structure, the chain of the audit trail, and every piece of evidence against its seal.
    package func verify() throws(StoreError) -> StoreVerification {
        try read { database in
            var result = StoreVerification()
            let found = try String.fetchAll(database, sql: "PRAGMA integrity_check(20)")
            result.structure = found.filter { $0 != "ok" }
            result.audit = try AuditTrail.verify(database)
            result.head = try AuditTrail.head(database)
            for table in ["evidence", "packets"] {
                let rows = try RawStatement(
                    database,
                    """
                    SELECT e.bytes, e.sha256, (SELECT d.id FROM detections d WHERE d.seq = e.detection)
                    FROM \(table) e ORDER BY e.detection
                    """)
                _ = try rows.all { row in
                    result.evidenceChecked += 1
                    if sha256Hex(row.bytes(0)) == hexText(row.bytes(1)) || result.evidenceBroken.count >= 20 { return }
                    result.evidenceBroken.append(row.id(2))
                }
            }
            return result
        }
    }

    /// Writes a copy of the whole store, as it is at this moment, to a new file for its owner only. A scan may go on
    /// meanwhile.
    package func backup(to target: String) throws(StoreError) {
        guard access(target, F_OK) != 0 else {
            throw .refused(reason: "\(target) exists already: a backup overwrites nothing")
        }
        let descriptor = open(target, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notWritable(path: target, reason: systemReason()) }
        close(descriptor)
        do {
            let copy = try DatabaseQueue(path: target)
            try queue.backup(to: copy)
            try copy.close()
        } catch {
            unlink(target)
            throw StoreError(error, path: target)
        }
    }
}

extension AuditTrail {
    /// Number and hash of the last entry.
    static func head(_ database: Database) throws -> String? {
        try RawStatement(database, "SELECT value FROM meta WHERE name = 'audit head'").first { $0.text(0) }
    }
}
