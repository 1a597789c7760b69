package import Events
internal import GRDB
package import Primitives

extension Store {
    /// How far an input is read.
    package func checkpoint(identity: ContentID) throws(StoreError) -> Checkpoint? {
        try read { try InputTable.checkpoint(identity, $0) }
    }

    /// The checkpoint of the file that stood at `path` with exactly this stamp when it was read to its end.
    package func checkpoint(matching stamp: FileStamp, path: String) throws(StoreError) -> Checkpoint? {
        try read { database in
            let statement = try RawStatement(
                database,
                """
                SELECT input FROM input_files
                WHERE path = ? AND device = ? AND inode = ? AND size = ? AND modified = ?
                """)
            statement.bind(1, path)
            statement.bind(2, Int64(bitPattern: stamp.device))
            statement.bind(3, Int64(bitPattern: stamp.inode))
            statement.bind(4, stamp.size)
            statement.bind(5, stamp.modifiedNanoseconds)
            guard let input = try statement.first({ $0.id(0) }) else { return nil }
            var found = try InputTable.checkpoint(input, database)
            found?.path = path
            found?.fileStamp = stamp
            return found
        }
    }

    /// The head lengths below 4,096 bytes that known inputs were identified by, ascending: an input first seen when it
    /// was that short is still that input.
    package func headLengths() throws(StoreError) -> [Int] {
        try read {
            try RawStatement(
                $0, "SELECT DISTINCT head_length FROM inputs WHERE head_length < 4096 ORDER BY head_length"
            ).all { $0.int(0) }
        }
    }

    /// Where each input was last seen.
    package func paths(of inputs: [ContentID]) throws(StoreError) -> [ContentID: String] {
        try read { database in
            let statement = try RawStatement(database, "SELECT path FROM inputs WHERE id = ?")
            var paths: [ContentID: String] = [:]
            for input in inputs {
                statement.bind(1, input)
                paths[input] = try statement.first { $0.text(0) }
            }
            return paths
        }
    }
}

enum InputTable {
    static func upsert(_ checkpoint: Checkpoint, _ database: Database) throws {
        let input = try RawStatement(
            database,
            """
            INSERT INTO inputs (id, sensor, head_length, path, year_reference, asset) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET sensor = excluded.sensor, path = excluded.path,
                asset = coalesce(excluded.asset, asset)
            """)
        input.bind(1, checkpoint.input)
        input.bind(2, checkpoint.sensor)
        input.bind(3, checkpoint.headLength)
        input.bind(4, checkpoint.path)
        input.bind(5, checkpoint.yearReference)
        input.bind(6, checkpoint.asset)
        try input.run()
        let place = try RawStatement(
            database,
            """
            INSERT INTO checkpoints (input, offset, records, tail, tail_length, complete, furthest)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?2)
            ON CONFLICT (input) DO UPDATE SET offset = excluded.offset, records = excluded.records,
                tail = excluded.tail, tail_length = excluded.tail_length, complete = excluded.complete,
                furthest = max(furthest, excluded.furthest)
            """)
        place.bind(1, checkpoint.input)
        place.bind(2, checkpoint.offset)
        place.bind(3, checkpoint.records)
        place.bind(4, checkpoint.tail)
        place.bind(5, checkpoint.tailLength)
        place.bind(6, checkpoint.complete)
        try place.run()
        try upsertFile(checkpoint, database)
    }

    private static func upsertFile(_ checkpoint: Checkpoint, _ database: Database) throws {
        let file = try RawStatement(
            database,
            """
            INSERT INTO input_files (path, input, device, inode, size, modified) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET input = excluded.input, device = excluded.device, inode = excluded.inode,
                size = excluded.size, modified = excluded.modified
            """)
        let stamp = checkpoint.fileStamp
        file.bind(1, checkpoint.path)
        file.bind(2, checkpoint.input)
        file.bind(3, stamp.map { Int64(bitPattern: $0.device) })
        file.bind(4, stamp.map { Int64(bitPattern: $0.inode) })
        file.bind(5, stamp?.size)
        file.bind(6, stamp?.modifiedNanoseconds)
        try file.run()
    }

    /// Up to where an input was ever read; 0 for one that is not known.
    static func furthest(of input: ContentID, _ database: Database) throws -> Int64 {
        let statement = try RawStatement(database, "SELECT furthest FROM checkpoints WHERE input = ?")
        statement.bind(1, input)
        return try statement.first { $0.integer(0) } ?? 0
    }

    static func checkpoint(_ identity: ContentID, _ database: Database) throws -> Checkpoint? {
        let statement = try RawStatement(
            database,
            """
            SELECT i.sensor, i.head_length, c.offset, c.records, c.tail, c.tail_length, i.path, i.year_reference,
                c.complete, f.device, f.inode, f.size, f.modified
            FROM inputs i JOIN checkpoints c ON c.input = i.id
            LEFT JOIN input_files f ON f.path = i.path AND f.input = i.id WHERE i.id = ?
            """)
        statement.bind(1, identity)
        return try statement.first { row in
            let stamp =
                row.isNull(9)
                ? nil
                : FileStamp(
                    device: UInt64(bitPattern: row.integer(9)), inode: UInt64(bitPattern: row.integer(10)),
                    size: row.integer(11), modifiedNanoseconds: row.integer(12))
            return Checkpoint(
                input: identity, sensor: row.optionalText(0), headLength: row.int(1), offset: row.integer(2),
                records: row.integer(3), tail: row.id(4), tailLength: row.int(5), path: row.text(6), fileStamp: stamp,
                yearReference: row.time(7), complete: row.int(8) != 0)
        }
    }
}
