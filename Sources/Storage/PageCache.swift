internal import GRDB

extension Store {
    /// Bounds the memory for pages of the file that are kept (https://www.sqlite.org/pragma.html#pragma_cache_size).
    package func limitPageCache(bytes: Int) throws(StoreError) {
        try attempt {
            try queue.inDatabase { try $0.execute(sql: "PRAGMA cache_size = -\(max(1, bytes >> 10))") }
        }
    }
}
