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

    /// Takes what the store holds of this stretch of the input away and puts the chunk's observations there.
    static func replace(_ chunk: StoredChunk, _ database: Database) throws {
        let delete = try RawStatement(
            database,
            """
            DELETE FROM spool WHERE input = ?1 AND ((start < ?3 AND "end" > ?2) OR start = ?2)
            """)
        delete.bind(1, chunk.checkpoint.input)
        delete.bind(2, chunk.startOffset)
        delete.bind(3, chunk.checkpoint.offset)
        try delete.run()
        guard !chunk.observations.isEmpty else { return }
        let insert = try RawStatement(
            database,
            """
            INSERT INTO spool (input, start, part, "end", first, last, count, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """)
        var rest = chunk.observations.sorted()[...]
        var part = 0
        while !rest.isEmpty {
            let block = ObservationBlock.encode(rest)
            let last = rest.startIndex + block.count - 1
            insert.bind(1, chunk.checkpoint.input)
            insert.bind(2, chunk.startOffset)
            insert.bind(3, part)
            insert.bind(4, chunk.checkpoint.offset)
            insert.bind(5, rest[rest.startIndex].time)
            insert.bind(6, rest[last].time)
            insert.bind(7, block.count)
            try block.data.withBytes { data in
                insert.bind(8, borrowedBlob: data)
                _ = try insert.run()
            }
            rest = rest[(last + 1)...]
            part += 1
        }
    }

    /// Every block, by first time; equal ones in an order that content decides.
    static func entries(_ database: Database) throws -> [Entry] {
        try RawStatement(
            database, "SELECT seq, first, last, count, length(data) FROM spool ORDER BY first, input, start, part"
        ).all { Entry(seq: $0.integer(0), first: $0.integer(1), last: $0.integer(2), count: $0.int(3), length: $0.int(4)) }
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
