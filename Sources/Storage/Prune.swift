package import Events
internal import GRDB
package import Primitives

/// What may leave the store.
package struct Retention: Sendable {
    /// Whatever ended before this may go.
    package var before: Timestamp
    /// Only incidents up to this severity.
    package var upTo: Severity
    /// Also incidents that are not closed.
    package var includesOpen: Bool

    package init(before: Timestamp, upTo: Severity = .critical, includesOpen: Bool = false) {
        self.before = before
        self.upTo = upTo
        self.includesOpen = includesOpen
    }
}

package struct PruneResult: Equatable, Sendable {
    package var incidents = 0
    package var detections = 0
    package var blocks = 0

    package init(incidents: Int = 0, detections: Int = 0, blocks: Int = 0) {
        self.incidents = incidents
        self.detections = detections
        self.blocks = blocks
    }
}

extension Store {
    /// Removes old incidents with the detections, evidence and packets that nothing else needs, and the observations of
    /// whole days (UTC) before the time. The audit trail stays whole and gets an entry more. With `dryRun` nothing
    /// changes: the numbers say what would go.
    package func prune(
        _ retention: Retention, dryRun: Bool, by analyst: Analyst, at time: Timestamp = wallClock()
    ) throws(StoreError) -> PruneResult {
        guard retention.before <= time else { throw .refused(reason: "what has not happened yet cannot be old") }
        do {
            return try write { database in
                try DetectionIndex.enter(database, detectionIndex)
                defer { detectionIndex.forget() }
                let result = try Pruning(database, retention).run()
                if dryRun { throw PruneRehearsal(result: result) }
                let after: JSONValue = .object([
                    .init("before", .text(retention.before.iso8601)), .init("up_to", .text(retention.upTo.name)),
                    .init("open_too", .boolean(retention.includesOpen)),
                    .init("incidents", .integer(Int64(result.incidents))),
                    .init("detections", .integer(Int64(result.detections))),
                    .init("observation_blocks", .integer(Int64(result.blocks))),
                ])
                try AuditTrail.append(
                    "prune", subject: "store", before: .null, after: after, by: analyst, at: time, database)
                return result
            }
        } catch {
            if case .failed(_, let detail) = error, let result = PruneRehearsal.result(detail) { return result }
            throw error
        }
    }

    /// Gives the room of what was removed back to the disk.
    package func compact() throws(StoreError) {
        do { try queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM") } } catch {
            throw StoreError(error, path: path)
        }
    }
}

/// Thrown to roll a rehearsal back; its text carries the numbers.
private struct PruneRehearsal: Error, CustomStringConvertible {
    var result: PruneResult
    private static let mark = "rehearsal of pruning"

    var description: String {
        "\(PruneRehearsal.mark) \(result.incidents) \(result.detections) \(result.blocks)"
    }

    static func result(_ text: String) -> PruneResult? {
        guard text.hasPrefix(mark) else { return nil }
        let numbers = text.dropFirst(mark.count).split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 3 else { return nil }
        return PruneResult(incidents: numbers[0], detections: numbers[1], blocks: numbers[2])
    }
}

private struct Pruning {
    let database: Database
    let retention: Retention

    init(_ database: Database, _ retention: Retention) {
        self.database = database
        self.retention = retention
    }

    /// Incidents that were put together by hand go as one, and so does what they were put together of.
    private var chosen: String {
        """
        SELECT seq FROM incidents WHERE parent IS NULL AND last < ?1 AND severity <= ?2
            \(retention.includesOpen ? "" : "AND status = 'closed'")
        """
    }

    func run() throws -> PruneResult {
        var result = PruneResult()
        try database.execute(
            sql: """
                CREATE TEMP TABLE IF NOT EXISTS leaving (seq INTEGER PRIMARY KEY);
                CREATE TEMP TABLE IF NOT EXISTS staying (id BLOB PRIMARY KEY) WITHOUT ROWID;
                DELETE FROM temp.leaving; DELETE FROM temp.staying;
                """)
        let choose = try RawStatement(database, "INSERT INTO temp.leaving \(chosen)")
        choose.bind(1, retention.before)
        choose.bind(2, retention.upTo.rawValue)
        result.incidents = try choose.run()
        try addParts()
        try database.execute(
            sql: """
                INSERT OR IGNORE INTO temp.staying SELECT detection FROM incident_detections
                    WHERE incident NOT IN (SELECT seq FROM temp.leaving)
                """)
        result.detections = try chooseDetections()
        for table in ["evidence", "packets", "packet_slices"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE detection IN (SELECT seq FROM temp.old)")
        }
        try DetectionIndex.remove(rows: "SELECT seq FROM temp.old", database)
        for table in ["incident_detections", "incident_terms", "incident_mentions", "incident_networks"] {
            try database.execute(sql: "DELETE FROM \(table) WHERE incident IN (SELECT seq FROM temp.leaving)")
        }
        try database.execute(sql: ValueTable.deletion(of: "SELECT seq FROM temp.leaving"))
        try database.execute(
            sql: """
                DELETE FROM incident_aliases WHERE incident IN
                    (SELECT id FROM incidents WHERE seq IN (SELECT seq FROM temp.leaving));
                DELETE FROM incidents WHERE seq IN (SELECT seq FROM temp.leaving);
                """)
        let blocks = try RawStatement(database, "DELETE FROM spool WHERE last < ?1")
        blocks.bind(1, wholeDays)
        result.blocks = try blocks.run()
        try raiseHorizon()
        return result
    }

    /// Observations go by whole days (UTC), so that what baselines keep of a day takes the place of all of it.
    private var wholeDays: Int64 { BaselineDay.day(of: retention.before) * BaselineDay.nanoseconds }

    private func addParts() throws {
        let parts = try RawStatement(
            database,
            """
            INSERT OR IGNORE INTO temp.leaving SELECT seq FROM incidents WHERE parent IN
                (SELECT id FROM incidents WHERE seq IN (SELECT seq FROM temp.leaving))
            """)
        for _ in 0..<Regrouping.maximumDepth where try parts.run() == 0 { return }
    }

    /// Detections of what leaves that nothing else has: their rows, in `temp.old`.
    private func chooseDetections() throws -> Int {
        try database.execute(sql: "CREATE TEMP TABLE IF NOT EXISTS old (seq INTEGER PRIMARY KEY); DELETE FROM temp.old")
        let choose = try RawStatement(
            database,
            """
            INSERT OR IGNORE INTO temp.old SELECT d.seq FROM temp.leaving l
                CROSS JOIN incident_detections x ON x.incident = l.seq
                CROSS JOIN detection_ids n ON n.id = x.detection CROSS JOIN detections d ON d.seq = n.detection
                WHERE d.last < ?1 AND x.detection NOT IN (SELECT id FROM temp.staying)
            """)
        choose.bind(1, retention.before)
        return try choose.run()
    }

    /// From here on, windows and baselines cannot find again what began before: it is kept as it is.
    private func raiseHorizon() throws {
        let known = try SpoolHorizon.read(database)
        let mark = try RawStatement(
            database, "INSERT OR REPLACE INTO meta (name, value) VALUES ('spool horizon', ?)")
        mark.bind(1, String(max(known, wholeDays)))
        try mark.run()
    }
}

enum SpoolHorizon {
    /// Before this (nanoseconds since 1970) observations have been pruned.
    static func read(_ database: Database) throws -> Int64 {
        let statement = try RawStatement(database, "SELECT value FROM meta WHERE name = 'spool horizon'")
        return try statement.first { Int64($0.text(0)) ?? .min } ?? .min
    }
}
