internal import Events
internal import GRDB
internal import Primitives

/// The spool: observations kept beside what was found, until all inputs are judged together.
enum SpoolTable {
    /// One block as listed, without its content.
    struct Entry {
        var seq: Int64
        var first: Int64
        var last: Int64
        var count: Int
        var length: Int
    }

    /// A block that is to be stored.
    private struct Block {
        var first: Int64
        var last: Int64
        var count: Int
        var data: [UInt8]
    }

    /// Takes what the store holds of this stretch of the input away and puts the chunk's observations there; where the
    /// very same is stored already, nothing is touched.
    static func replace(_ chunk: StoredChunk, _ database: Database) throws {
        let blocks = blocks(chunk.observations.inOrder())
        let overlapping = "WHERE input = ?1 AND ((start < ?3 AND \"end\" > ?2) OR (start = ?2 AND \"end\" = ?3))"
        let find = try RawStatement(
            database, "SELECT start, \"end\", data FROM spool \(overlapping) ORDER BY start, part")
        bind(find, chunk)
        let same = try find.all { row in
            row.integer(0) == chunk.startOffset && row.integer(1) == chunk.checkpoint.offset ? row.bytes(2).array : []
        }
        if same == blocks.map(\.data) { return }
        if !same.isEmpty {
            let delete = try RawStatement(database, "DELETE FROM spool \(overlapping)")
            bind(delete, chunk)
            try delete.run()
        }
        try insert(blocks, chunk, database)
    }

    private static func bind(_ statement: RawStatement, _ chunk: StoredChunk) {
        statement.bind(1, chunk.checkpoint.input)
        statement.bind(2, chunk.startOffset)
        statement.bind(3, chunk.checkpoint.offset)
    }

    private static func blocks(_ sorted: [Observation]) -> [Block] {
        var blocks: [Block] = []
        var rest = sorted[...]
        while let first = rest.first {
            let (data, count) = ObservationBlock.encode(rest)
            let last = rest[rest.startIndex + count - 1]
            blocks.append(
                Block(first: first.time.nanoseconds, last: last.time.nanoseconds, count: count, data: data))
            rest = rest.dropFirst(count)
        }
        return blocks
    }

    private static func insert(_ blocks: [Block], _ chunk: StoredChunk, _ database: Database) throws {
        let insert = try RawStatement(
            database,
            """
            INSERT INTO spool (input, start, "end", part, first, last, count, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        bind(insert, chunk)
        for (part, block) in blocks.enumerated() {
            insert.bind(4, part)
            insert.bind(5, block.first)
            insert.bind(6, block.last)
            insert.bind(7, block.count)
            try block.data.withBytes { data in
                insert.bind(8, borrowedBlob: data)
                _ = try insert.run()
            }
        }
    }

    /// Every block, by first time; equal ones in an order that content decides.
    static func entries(_ database: Database) throws -> [Entry] {
        try RawStatement(
            database,
            """
            SELECT seq, first, last, count, length(data) FROM spool ORDER BY first, input, start, "end", part
            """
        ).all { row in
            Entry(
                seq: row.integer(0), first: row.integer(1), last: row.integer(2), count: row.int(3), length: row.int(4))
        }
    }

    /// Bytes `from ..< from + length` of a block.
    static func window(_ database: Database, seq: Int64, from: Int, length: Int) throws -> [UInt8] {
        let statement = try RawStatement(database, "SELECT substr(data, ?2, ?3) FROM spool WHERE seq = ?1")
        statement.bind(1, seq)
        statement.bind(2, from + 1)
        statement.bind(3, length)
        return try statement.first { $0.bytes(0).array } ?? []
    }
}
