internal import GRDB
internal import GRDBSQLite
internal import Primitives

/// A prepared statement (cached by the connection) whose values are bound by position, straight to SQLite: twice as
/// fast as the record interface, and no value is boxed.
struct RawStatement {
    private let statement: Statement
    private let handle: OpaquePointer
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    init(_ database: Database, _ sql: String) throws {
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(handle, index, value) }
    func bind(_ index: Int32, _ value: Int) { sqlite3_bind_int64(handle, index, Int64(value)) }
    func bind(_ index: Int32, _ value: Bool) { sqlite3_bind_int64(handle, index, value ? 1 : 0) }
    func bind(_ index: Int32, _ value: Timestamp) { sqlite3_bind_int64(handle, index, value.nanoseconds) }
    func bindNull(_ index: Int32) { sqlite3_bind_null(handle, index) }

    func bind(_ index: Int32, _ value: ContentID) {
        var bytes = (value.high.bigEndian, value.low.bigEndian)
        sqlite3_bind_blob(handle, index, &bytes, 16, RawStatement.transient)
    }

    func bind(_ index: Int32, _ value: ContentID?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    func bind(_ index: Int32, _ value: String) {
        var copy = value
        copy.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) {
                _ = sqlite3_bind_text(handle, index, $0.baseAddress, Int32(clamping: $0.count), RawStatement.transient)
            }
        }
        if value.isEmpty { sqlite3_bind_text(handle, index, "", 0, RawStatement.transient) }
    }

    func bind(_ index: Int32, _ value: String?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    func bind(_ index: Int32, blob: [UInt8]) {
        blob.withUnsafeBytes {
            _ = sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), RawStatement.transient)
        }
        if blob.isEmpty { sqlite3_bind_zeroblob(handle, index, 0) }
    }

    /// Not copied: `bytes` must stay where they are until the statement has run.
    func bind(_ index: Int32, borrowedBlob bytes: Bytes) {
        sqlite3_bind_blob64(handle, index, bytes.start, UInt64(bytes.count), nil)
    }

    /// Not copied: `bytes` (UTF-8) must stay where they are until the statement has run.
    func bind(_ index: Int32, borrowedText bytes: Bytes) {
        bytes.start.withMemoryRebound(to: CChar.self, capacity: max(1, bytes.count)) {
            _ = sqlite3_bind_text(handle, index, $0, Int32(clamping: bytes.count), nil)
        }
    }

    func bind(_ index: Int32, _ value: StoreValue) {
        switch value {
        case .integer(let number): bind(index, number)
        case .text(let text): bind(index, text)
        case .blob(let bytes): bind(index, blob: bytes)
        case .rows: bindNull(index)
        }
    }

    /// A condition's values, the first as number `first`.
    func bind(_ condition: IncidentCondition, from first: Int32) {
        for (index, value) in condition.arguments.enumerated() { bind(first + Int32(index), value) }
    }

    /// Runs to the next row; false (and reset) at the end.
    func step() throws -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE {
            sqlite3_reset(handle)
            return false
        }
        let message = String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
        sqlite3_reset(handle)
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message, sql: statement.sql)
    }

    /// Runs a statement that answers nothing, and says how many rows it changed.
    @discardableResult func run() throws -> Int {
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    var lastRow: Int64 { sqlite3_last_insert_rowid(sqlite3_db_handle(handle)) }

    /// Every row, as `read` makes of it.
    func all<Value>(_ read: (RawStatement) throws -> Value) throws -> [Value] {
        defer { sqlite3_reset(handle) }
        var values: [Value] = []
        while try step() { values.append(try read(self)) }
        return values
    }

    /// Every row in turn, none of them kept.
    func each(_ body: (RawStatement) throws -> Void) throws {
        defer { sqlite3_reset(handle) }
        while try step() { try body(self) }
    }

    /// The first row, if there is one.
    func first<Value>(_ read: (RawStatement) throws -> Value) throws -> Value? {
        defer { sqlite3_reset(handle) }
        return try step() ? try read(self) : nil
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }
    func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
    func time(_ column: Int32) -> Timestamp { Timestamp(nanoseconds: integer(column)) }
    func text(_ column: Int32) -> String { bytes(column).text }
    func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// Valid until the next step.
    func bytes(_ column: Int32) -> Bytes {
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        guard let start, count > 0 else { return .empty }
        return Bytes(start: start.assumingMemoryBound(to: UInt8.self), count: count)
    }

    func id(_ column: Int32) -> ContentID { optionalID(column) ?? ContentID(high: 0, low: 0) }

    func optionalID(_ column: Int32) -> ContentID? {
        var reader = ByteReader(bytes(column))
        return isNull(column) ? nil : reader.id()
    }
}

/// A value bound to a condition in SQL.
package enum StoreValue: Equatable, Sendable {
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    /// The incidents whose row numbers a query answers, with the values of its `?`: found before the statement is run
    /// (`IncidentCondition.rows`).
    case rows(String, [StoreValue])
}
