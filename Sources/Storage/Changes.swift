package import Events
internal import GRDB
package import Primitives

extension Store {
    /// A number that changes when another connection, of any process, has written to the file
    /// (https://www.sqlite.org/pragma.html#pragma_data_version).
    package func dataVersion() throws(StoreError) -> Int64 {
        do {
            return try queue.inDatabase { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// The incidents with these (present) ids, in the order given, with detections and aliases; unknown ones are passed
    /// over.
    package func incidents(ids: [ContentID], now: Timestamp = wallClock()) throws(StoreError) -> [Incident] {
        try read { try IncidentTable.incidents(ids, now: now, $0) }
    }
}
