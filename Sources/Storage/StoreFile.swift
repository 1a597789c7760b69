internal import GRDB
internal import Glibc

/// The file itself: made with its folders, readable by its owner only (evidence is confidential), and looked at before
/// it is trusted.
enum StoreFile {
    static func create(_ path: String) throws(StoreError) {
        let folders = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        var folder = ""
        for (index, part) in folders.enumerated() {
            folder += (index == 0 ? "" : "/") + part
            if !folder.isEmpty { mkdir(folder, 0o700) }
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notWritable(path: path, reason: systemReason()) }
        close(descriptor)
    }

    /// The same file always gets the same name, so that its lock is found by whatever name it is opened.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Refuses what is not a store of ours before anything is written to it.
    static func check(_ path: String, mode: Store.Mode) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .missing(path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notADatabase(path: path) }
        guard access(path, mode == .read ? R_OK : R_OK | W_OK) == 0 else {
            throw .notWritable(path: path, reason: systemReason())
        }
        if status.st_size == 0 {
            if mode == .write { return }
            throw .missing(path: path)
        }
        let found = try marks(path, mode)
        let ours = found.application == Schema.applicationID
        guard ours || (found.application == 0 && found.tables == 0) else { throw .foreign(path: path) }
        guard found.version <= Schema.version else {
            throw .newer(path: path, found: found.version, known: Schema.version)
        }
        if mode != .write && (!ours || found.version < Schema.version) {
            throw .older(path: path, found: found.version, known: Schema.version)
        }
    }

    private typealias Marks = (application: Int, version: Int, tables: Int)

    /// Read without writing, except where a run was killed in the middle of its very first transactions: what they left
    /// half done has to be undone before anything can be read, and only a connection that writes may do that.
    private static func marks(_ path: String, _ mode: Store.Mode) throws(StoreError) -> Marks {
        do {
            do {
                return try marks(path, readonly: true)
            } catch let error as DatabaseError where mode != .read && error.resultCode == .SQLITE_READONLY {
                return try marks(path, readonly: false)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private static func marks(_ path: String, readonly: Bool) throws -> Marks {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: configuration).read { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
                try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
                // A list of migrations alone: a run was killed before the first of them was through.
                try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name != 'grdb_migrations'") ?? 0
            )
        }
    }
}
