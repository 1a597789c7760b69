internal import Dispatch
internal import Events
internal import GRDB
internal import Primitives

/// Which row a detection has. Ids are hashes: each new one belongs on another page of a table of millions, so that
/// entering them one by one writes a page a detection. They are therefore entered many at a time and in their order:
/// `detection_ids` has those of the rows up to `detections indexed` in `meta`, the rows behind it are held here.
///
/// What is read for the first time is not looked for: nothing of it can be stored. Where that was wrong after all, the
/// earlier row goes when the later is entered.
///
/// What a killed run leaves behind the mark is read from the rows again. Only `Store` with the writer lock stores
/// detections; before anything is asked by id (`Store.indexed`), all are entered.
final class DetectionIndex {
    /// About 12 MiB: what a dictionary of 2^19 places takes.
    static let capacity = 390_000
    /// What the mark is called in `meta`.
    static let mark = "detections indexed"

    private var tail: [ContentID: Int64] = [:]
    /// SQLite's number of what other connections changed, when `tail` was read; nil: it has to be read.
    private var version: Int64?

    /// At the beginning of a transaction that stores detections.
    func open(_ database: Database) throws {
        let now = try RawStatement(database, "PRAGMA data_version").first { $0.integer(0) } ?? 0
        if version == now { return }
        tail.removeAll()
        let rows = try RawStatement(
            database, "SELECT id, seq FROM detections WHERE seq > \(DetectionIndex.marked) ORDER BY seq")
        try rows.each { tail[$0.id(0)] = $0.integer(1) }
        version = now
    }

    /// A transaction was rolled back, or rows were removed.
    func forget() { version = nil }

    /// - Parameters:
    ///   - isNew: it stands on records that were never read before
    ///   - find: `DetectionIndex.lookup`
    func row(of id: ContentID, isNew: Bool = false, _ find: RawStatement) throws -> Int64? {
        if let row = tail[id] { return row }
        if isNew { return nil }
        find.bind(1, id)
        return try find.first { $0.integer(0) }
    }

    func add(_ id: ContentID, row: Int64) { tail[id] = row }

    /// Enters what is held, where it has become too much.
    func relieve(_ database: Database) throws {
        if tail.count >= DetectionIndex.capacity { try DetectionIndex.enter(database, self) }
    }

    // MARK: - In SQL

    /// The row of the detection with the id that is bound; also for what has come since it was last entered.
    static let lookup = "SELECT detection FROM detection_ids WHERE id = ?"

    private static let marked = "(SELECT CAST(value AS INTEGER) FROM meta WHERE name = '\(mark)')"

    static func isBehind(_ database: Database) throws -> Bool {
        try RawStatement(database, "SELECT ifnull(max(seq), 0) > \(marked) FROM detections").first {
            $0.integer(0) != 0
        } ?? false
    }

    /// Whether none is entered yet: no row can then have the id of another.
    static func isUntouched(_ database: Database) throws -> Bool {
        try RawStatement(database, "SELECT \(marked) = 0").first { $0.integer(0) != 0 } ?? false
    }

    /// Enters all rows behind the mark.
    static func enter(_ database: Database, _ index: DetectionIndex) throws {
        let insert = try RawStatement(
            database,
            """
            INSERT OR IGNORE INTO detection_ids (id, detection)
                SELECT id, seq FROM detections WHERE seq > \(marked) ORDER BY id
            """)
        let entered = try insert.run()
        let count = try RawStatement(database, "SELECT count(*) FROM detections WHERE seq > \(marked)")
        if try count.first({ $0.int(0) }) != entered { try replaceDoubled(database) }
        try database.execute(sql: move)
        index.tail.removeAll(keepingCapacity: true)
    }

    /// What seemed new and was not: the earlier row goes, with what hangs on it.
    private static func replaceDoubled(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TEMP TABLE doubled (old INTEGER PRIMARY KEY, now INTEGER NOT NULL);
                INSERT OR REPLACE INTO temp.doubled SELECT i.detection, d.seq FROM detections d
                    CROSS JOIN detection_ids i ON i.id = d.id WHERE d.seq > \(marked) AND i.detection <> d.seq;
                UPDATE detection_ids SET detection = (SELECT now FROM temp.doubled WHERE old = detection)
                    WHERE id IN (SELECT id FROM detections WHERE seq IN (SELECT now FROM temp.doubled));
                DELETE FROM evidence WHERE detection IN (SELECT old FROM temp.doubled);
                DELETE FROM packets WHERE detection IN (SELECT old FROM temp.doubled);
                DELETE FROM packet_slices WHERE detection IN (SELECT old FROM temp.doubled);
                DELETE FROM detections WHERE seq IN (SELECT old FROM temp.doubled);
                DROP TABLE temp.doubled;
                """)
    }

    /// Removes detections (`rows`: a query for row numbers) with their entries. All have to be entered.
    static func remove(rows: String, _ database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM detection_ids WHERE id IN (SELECT id FROM detections WHERE seq IN (\(rows)));
                DELETE FROM detections WHERE seq IN (\(rows));
                \(move)
                """)
    }

    /// To the last row: also back, because numbers of removed rows are given again.
    private static let move = """
        UPDATE meta SET value = (SELECT CAST(ifnull(max(seq), 0) AS TEXT) FROM detections) WHERE name = '\(mark)'
        """
}

extension Store {
    /// Enters what was stored, so that every detection is found by its id: before the first question of that kind.
    func indexed() throws(StoreError) {
        guard mode == .write || path == ":memory:" else { return }
        guard try read({ try DetectionIndex.isBehind($0) }) else { return }
        try write { try DetectionIndex.enter($0, detectionIndex) }
    }

    /// The same on a thread of its own. Who asks meanwhile waits for it; what it fails with, the next one meets too.
    package func indexBeside() { DispatchQueue(label: "nightjar.index").async { [self] in try? indexed() } }
}
