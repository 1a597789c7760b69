internal import GRDB

/// Why a store could not be opened, read or written: what, where, and what to do next.
package enum StoreError: Error, Equatable, Sendable {
    /// There is no store at this path (reading makes none).
    case missing(path: String)
    /// The file is not an SQLite database.
    case notADatabase(path: String)
    /// An SQLite database of some other program.
    case foreign(path: String)
    /// Written by a newer nightjar: `found` is its schema version, `known` is ours.
    case newer(path: String, found: Int, known: Int)
    /// Written by an older nightjar; only a writer brings it up to date.
    case older(path: String, found: Int, known: Int)
    case notWritable(path: String, reason: String)
    /// No room on the disk, or the store has reached the size it was given.
    case full(path: String)
    /// Another process writes to this store.
    case locked(path: String, holder: LockHolder)
    /// The database stayed busy longer than we wait.
    case busy(path: String)
    case damaged(path: String, detail: String)
    /// A triage act or a suppression that makes no sense as asked.
    case refused(reason: String)
    case failed(path: String, detail: String)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "there is no store at \(path): scan something first, or name the store with --db"
        case .notADatabase(let path):
            "\(path) is not an SQLite database: name another file with --db; this one was left as it is"
        case .foreign(let path):
            "\(path) is the database of another program: name another file with --db; this one was left as it is"
        case .newer(let path, let found, let known):
            "the store \(path) was written by a newer nightjar (schema \(found), this one knows \(known)): "
                + "use that version, or another --db"
        case .older(let path, let found, let known):
            "the store \(path) has schema \(found), this nightjar needs \(known): the next scan brings it up to date"
        case .notWritable(let path, let reason):
            "cannot write to the store \(path): \(reason): check its folder, or use another --db"
        case .full(let path):
            "no room left to write the store \(path): what was committed is safe; make room and scan again"
        case .locked(let path, let holder):
            "another nightjar writes to the store \(path): \(holder): wait for it, stop it, or use another --db"
        case .busy(let path):
            "the store \(path) stayed busy: another process keeps it locked; try again"
        case .damaged(let path, let detail):
            "the store \(path) is damaged (\(detail)): restore a backup, or scan again into a new --db"
        case .refused(let reason):
            reason
        case .failed(let path, let detail):
            "the store \(path) failed: \(detail)"
        }
    }
}

extension StoreError {
    /// What an error from below means for the user.
    init(_ error: any Error, path: String) {
        if let known = error as? StoreError {
            self = known
            return
        }
        guard let database = error as? DatabaseError else {
            self = .failed(path: path, detail: "\(error)")
            return
        }
        let detail = database.message ?? "SQLite error \(database.resultCode.rawValue)"
        switch database.resultCode {
        case .SQLITE_NOTADB: self = .notADatabase(path: path)
        case .SQLITE_FULL: self = .full(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_READONLY, .SQLITE_PERM: self = .notWritable(path: path, reason: detail)
        case .SQLITE_CANTOPEN: self = .notWritable(path: path, reason: "the file cannot be opened")
        case .SQLITE_CORRUPT: self = .damaged(path: path, detail: detail)
        default: self = .failed(path: path, detail: detail)
        }
    }
}
