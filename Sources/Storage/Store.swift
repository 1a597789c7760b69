package import Events
internal import GRDB
package import Primitives

/// nightjar's memory: one SQLite file with what was found, how far inputs were read, and what analysts decided.
///
/// Every write is one transaction and an upsert by content-derived id, so that doing it again changes nothing. Any
/// number of processes may read while one writes (write-ahead log). Calls may come from any thread; they run one at a
/// time.
package final class Store: @unchecked Sendable {
    package enum Mode: Sendable {
        /// Scans: holds the single-writer lock for the life of this object, brings the schema up to date.
        case write
        /// Triage acts: short writes beside a running scan, waiting for it up to ten seconds each.
        case triage
        /// Reads only; no lock.
        case read
    }

    /// The file, or ":memory:".
    package let path: String
    package let mode: Mode
    let queue: DatabaseQueue
    private let lock: WriterLock?
    /// Rule id to its row, for the rules stored through this object. Only touched inside `queue`.
    var ruleRows: [String: Int64] = [:]
    /// Writes secrets over before they are stored (`mask(with:)`). Set before anything is.
    package internal(set) var masker: Masker?
    /// Only touched inside `queue`.
    let detectionIndex = DetectionIndex()
    /// Nil unless asked for. Only touched inside `queue`.
    var keptDetections: KeptDetections?
    /// True between `beginJudgement` and `finishJudgement`. Only touched inside `queue`.
    var judging = false

    /// Opens the store at `path`; `.write` makes it (and its folder) where there is none. ":memory:" keeps nothing on
    /// disk and is always writable. `maximumBytes` bounds the file: what passes it fails as `StoreError.full`.
    /// `command` and `now` are what the lock file tells others.
    package init(
        path: String, mode: Mode = .write, maximumBytes: Int64? = nil, command: String = "nightjar",
        now: Timestamp = wallClock()
    ) throws(StoreError) {
        self.mode = mode
        if path == ":memory:" {
            self.path = path
            lock = nil
            queue = try Store.connect(path, mode: .write, maximumBytes: maximumBytes)
        } else {
            if mode == .write { try StoreFile.create(path) }
            self.path = StoreFile.resolved(path)
            try StoreFile.check(self.path, mode: mode)
            lock = mode == .write ? try WriterLock(store: self.path, command: command, now: now) : nil
            queue = try Store.connect(self.path, mode: mode, maximumBytes: maximumBytes)
        }
        if mode == .write { try attempt { try Schema.migrator.migrate(queue) } }
        if path == ":memory:" && mode != .write { try attempt { try Schema.migrator.migrate(queue) } }
    }

    private static func connect(_ path: String, mode: Mode, maximumBytes: Int64?) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = mode == .read
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = false
        configuration.label = "nightjar.store"
        let onDisk = path != ":memory:"
        configuration.prepareDatabase { database in
            if onDisk && mode != .read {
                try database.execute(sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
                // Every 128 MiB: the pages of the id index are written once for many commits.
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 32768")
                try database.execute(sql: "PRAGMA journal_size_limit = 134217728")
            }
            try database.execute(sql: "PRAGMA cache_size = -64000")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            if let maximumBytes {
                let pageSize = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
                try database.execute(sql: "PRAGMA max_page_count = \(max(1, maximumBytes / pageSize))")
            }
            for function in [TextFold.function, Mentions.isPartyFunction, Mentions.addressFunction] {
                database.add(function: function)
            }
            ValueProbe.install(in: database)
            RowSet.install(in: database)
        }
        do {
            return onDisk
                ? try DatabaseQueue(path: path, configuration: configuration)
                : try DatabaseQueue(configuration: configuration)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// One write transaction: all of `body` or nothing.
    func write<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        guard mode != .read || path == ":memory:" else {
            throw .notWritable(path: path, reason: "it was opened for reading")
        }
        do {
            return try queue.write(body)
        } catch {
            // Also where the commit itself fails, as on a full disk: no row that it would have made is there.
            queue.inDatabase { _ in
                ruleRows.removeAll()
                detectionIndex.forget()
                keptDetections?.forget()
            }
            throw StoreError(error, path: path)
        }
    }

    /// One read transaction: a steady picture, whatever a writer does meanwhile. (GRDB's own `read` makes the
    /// connection read-only for its time, and SQLite prepares all statements anew whenever that changes.)
    func read<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try queue.inDatabase { database in
                try database.beginTransaction(.deferred)
                defer { try? database.rollback() }
                return try body(database)
            }
        } catch { throw StoreError(error, path: path) }
    }

    func attempt(_ body: () throws -> Void) throws(StoreError) {
        do { try body() } catch { throw StoreError(error, path: path) }
    }

    func damaged(_ detail: String) -> StoreError { .damaged(path: path, detail: detail) }
}
