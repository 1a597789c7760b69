internal import GRDBSQLite
internal import Glibc
internal import Primitives

/// SQL from outside on the documented views: reads only, for a bounded time, of bounded size.
package final class ReadOnlyQuery {
    package enum Value: Equatable, Sendable {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)
        case blob([UInt8])
    }

    /// What is wrong with a query: in words, and where in it (bytes from 0), where SQLite says so.
    package struct Failure: Error, Equatable {
        package var message: String
        package var offset: Int?
    }

    private var handle: OpaquePointer?
    private var deadline: UInt64 = 0
    /// No statement may hold more than this of its own, bytes.
    private static let maximumMemory: Int64 = 256 << 20
    private static let maximumTextBytes: Int32 = 16 << 20

    package init(store: Store) throws(StoreError) {
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(store.path, &handle, flags, nil) == SQLITE_OK else {
            throw .notWritable(path: store.path, reason: "the file cannot be opened")
        }
        sqlite3_busy_timeout(handle, 10_000)
        sqlite3_hard_heap_limit64(ReadOnlyQuery.maximumMemory)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, ReadOnlyQuery.maximumTextBytes)
        let preparation = "PRAGMA temp_store = MEMORY;\n" + QueryViews.sql + ";\nBEGIN"
        guard sqlite3_exec(handle, preparation, nil, nil, nil) == SQLITE_OK else {
            throw .failed(path: store.path, detail: String(cString: sqlite3_errmsg(handle)))
        }
        // From the first reading on, every statement sees the same state.
        sqlite3_set_authorizer(handle, ReadOnlyQuery.authorize, nil)
    }

    deinit {
        sqlite3_close_v2(handle)
        sqlite3_hard_heap_limit64(0)
    }

    /// Reading views, and what stands behind them only through them; nothing else.
    private static let authorize:
        @convention(c) (
            UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
            UnsafePointer<CChar>?
        ) -> Int32 = { _, action, first, second, database, view in
            switch action {
            case SQLITE_SELECT, SQLITE_RECURSIVE: return SQLITE_OK
            case SQLITE_FUNCTION:
                let name = second.map { String(cString: $0).lowercased() } ?? ""
                return ["load_extension", "fts3_tokenizer"].contains(name) ? SQLITE_DENY : SQLITE_OK
            case SQLITE_READ:
                let table = first.map { String(cString: $0).lowercased() } ?? ""
                if view.map({ QueryViews.names.contains(String(cString: $0)) }) ?? false { return SQLITE_OK }
                // Of a table that is only counted or joined by row number no column is named, and no view either: that
                // there are so many rows is no secret.
                if second.map({ $0.pointee == 0 }) ?? true { return SQLITE_OK }
                // A view of ours lives in the temporary schema; a table of the same name in main stays closed.
                let isTemporary = database.map { String(cString: $0) == "temp" } ?? false
                if QueryViews.names.contains(table) { return isTemporary ? SQLITE_OK : SQLITE_DENY }
                return ["json_each", "json_tree", ""].contains(table) ? SQLITE_OK : SQLITE_DENY
            default: return SQLITE_DENY
            }
        }

    /// Runs one statement and hands its rows to `body` until that answers false.
    /// - Returns: names of the columns
    package func run(
        _ sql: String, timeoutSeconds: Int, header: ([String]) -> Void, _ body: ([Value]) -> Bool
    ) throws(Failure) {
        var statement: OpaquePointer?
        var rest = 0
        let text = Array(sql.utf8CString)
        let code = text.withUnsafeBufferPointer { buffer in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v2(handle, buffer.baseAddress, Int32(buffer.count), &statement, &tail)
            if let tail, let start = buffer.baseAddress { rest = tail - start }
            return code
        }
        defer { sqlite3_finalize(statement) }
        guard code == SQLITE_OK else { throw failure(code) }
        guard statement != nil else { throw Failure(message: "there is no statement", offset: nil) }
        let more = sql.utf8.dropFirst(rest).contains { $0 > 0x20 && $0 != UInt8(ascii: ";") }
        guard !more else { throw Failure(message: "only one statement can be asked at once", offset: rest) }
        guard sqlite3_stmt_readonly(statement) == 1 else {
            throw Failure(message: "only reading is possible here", offset: nil)
        }
        watchClock(timeoutSeconds)
        let count = sqlite3_column_count(statement)
        header((0..<count).map { String(cString: sqlite3_column_name(statement, $0)) })
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else {
                if code == SQLITE_INTERRUPT {
                    throw Failure(message: "it took longer than \(timeoutSeconds) s", offset: nil)
                }
                throw failure(code)
            }
            if !body((0..<count).map { ReadOnlyQuery.value(statement, $0) }) { return }
        }
    }

    private func watchClock(_ seconds: Int) {
        deadline = ReadOnlyQuery.now() + UInt64(max(1, seconds)) * 1_000_000_000
        sqlite3_progress_handler(
            handle, 10_000,
            { context in
                guard let context else { return 0 }
                let query = Unmanaged<ReadOnlyQuery>.fromOpaque(context).takeUnretainedValue()
                return ReadOnlyQuery.now() > query.deadline ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private func failure(_ code: Int32) -> Failure {
        var message = String(cString: sqlite3_errmsg(handle))
        if code == SQLITE_AUTH {
            message = "\(message): only the documented views can be read (nightjar query --schema)"
        }
        if code == SQLITE_NOMEM { message = "it needs more memory than a query may have" }
        let offset = sqlite3_error_offset(handle)
        return Failure(message: message, offset: offset >= 0 ? Int(offset) : nil)
    }

    private static func value(_ statement: OpaquePointer?, _ column: Int32) -> Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_NULL: return .null
        case let type:
            let start = sqlite3_column_blob(statement, column)
            let count = Int(sqlite3_column_bytes(statement, column))
            let bytes = start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) } ?? []
            return type == SQLITE_TEXT ? .text(String(decoding: bytes, as: UTF8.self)) : .blob(bytes)
        }
    }
}
