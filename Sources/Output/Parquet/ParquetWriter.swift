/// A value of a flat table.
package enum ParquetValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case bytes([UInt8])
}

/// A column of a flat table; every value may be missing.
package struct ParquetColumn: Equatable, Sendable {
    package enum Kind: Sendable {
        case integer
        case real
        /// UTF-8.
        case text
        case bytes
        /// Nanoseconds since 1970, UTC.
        case time
    }

    package var name: String
    package var kind: Kind

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}

/// Writes a flat table as Apache Parquet: plain encoding, not compressed, so that DuckDB, pandas, Spark and all others
/// read it (https://parquet.apache.org/docs/file-format/). Rows go out in groups: memory stays bounded.
package struct ParquetWriter {
    private let columns: [ParquetColumn]
    private let sink: ([UInt8]) throws -> Void
    private var chunks: [Chunk]
    private var groups: [Group] = []
    private var rowsInGroup = 0
    private var offset: Int64 = 0
    private var rowCount: Int64 = 0

    package static let maximumGroupRows = 100_000
    static let maximumGroupBytes = 32 << 20

    /// What one column gathers for the row group that is being made.
    private struct Chunk {
        var values: [UInt8] = []
        /// Runs of present and missing values.
        var runs: [(isPresent: Bool, count: Int)] = []

        mutating func note(isPresent: Bool) {
            if let last = runs.last, last.isPresent == isPresent {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((isPresent, 1))
            }
        }
    }

    private struct Group {
        var rows: Int
        var places: [(offset: Int64, bytes: Int)]
    }

    private static let magic = Array("PAR1".utf8)

    /// - Parameter sink: gets the file's bytes in order
    package init(columns: [ParquetColumn], sink: @escaping ([UInt8]) throws -> Void) throws {
        self.columns = columns
        self.sink = sink
        chunks = [Chunk](repeating: Chunk(), count: columns.count)
        try write(ParquetWriter.magic)
    }

    /// Adds a row; a value that is not of its column's kind counts as missing.
    package mutating func append(_ row: [ParquetValue]) throws {
        for index in columns.indices {
            let isPresent = add(index < row.count ? row[index] : .null, to: index)
            chunks[index].note(isPresent: isPresent)
        }
        rowsInGroup += 1
        let held = chunks.reduce(0) { $0 + $1.values.count }
        if rowsInGroup >= ParquetWriter.maximumGroupRows || held >= ParquetWriter.maximumGroupBytes { try endGroup() }
    }

    /// Writes what is held, and the footer. Nothing may be added after it.
    package mutating func finish() throws {
        if rowsInGroup > 0 { try endGroup() }
        let footer = self.footer
        try write(footer + ParquetWriter.little(UInt32(footer.count)) + ParquetWriter.magic)
    }

    private mutating func add(_ value: ParquetValue, to index: Int) -> Bool {
        switch (columns[index].kind, value) {
        case (.integer, .integer(let number)), (.time, .integer(let number)):
            chunks[index].values += ParquetWriter.little(UInt64(bitPattern: number))
        case (.real, .real(let number)): chunks[index].values += ParquetWriter.little(number.bitPattern)
        case (.real, .integer(let number)): chunks[index].values += ParquetWriter.little(Double(number).bitPattern)
        case (.text, .bytes(let bytes)), (.bytes, .bytes(let bytes)):
            chunks[index].values += ParquetWriter.little(UInt32(bytes.count))
            chunks[index].values += bytes
        default: return false
        }
        return true
    }

    private mutating func endGroup() throws {
        var group = Group(rows: rowsInGroup, places: [])
        for chunk in chunks {
            let page = ParquetWriter.page(chunk, rows: rowsInGroup)
            group.places.append((offset, page.count))
            try write(page)
        }
        groups.append(group)
        rowCount += Int64(rowsInGroup)
        rowsInGroup = 0
        chunks = [Chunk](repeating: Chunk(), count: columns.count)
    }

    private mutating func write(_ bytes: [UInt8]) throws {
        try sink(bytes)
        offset += Int64(bytes.count)
    }

    private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

/// The headers (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).
extension ParquetWriter {
    private enum Encoding {
        static let plain = 0
        static let runLength = 3
    }

    /// A data page: header, definition levels (a bit a row, run-length encoded), values.
    private static func page(_ chunk: Chunk, rows: Int) -> [UInt8] {
        var levels: [UInt8] = []
        for run in chunk.runs {
            var head = UInt64(run.count) << 1
            while head >= 0x80 {
                levels.append(UInt8(truncatingIfNeeded: head) | 0x80)
                head >>= 7
            }
            levels += [UInt8(head), run.isPresent ? 1 : 0]
        }
        let size = 4 + levels.count + chunk.values.count
        var header = ThriftCompact()
        header.int32(1, 0)
        header.int32(2, size)
        header.int32(3, size)
        header.structure(5) { page in
            page.int32(1, rows)
            page.int32(2, Encoding.plain)
            page.int32(3, Encoding.runLength)
            page.int32(4, Encoding.runLength)
        }
        header.finish()
        return header.bytes + little(UInt32(levels.count)) + levels + chunk.values
    }

    private var footer: [UInt8] {
        var footer = ThriftCompact()
        footer.int32(1, 1)
        let root: [ParquetColumn?] = [nil]
        footer.structures(2, root + columns.map { $0 }) { element, column in
            guard let column else {
                element.text(4, "schema")
                element.int32(5, columns.count)
                return
            }
            ParquetWriter.describe(column, &element)
        }
        footer.int64(3, rowCount)
        footer.structures(4, groups) { element, group in describe(group, &element) }
        footer.text(6, "nightjar")
        footer.finish()
        return footer.bytes
    }

    /// Number of the physical type: INT64, DOUBLE or BYTE_ARRAY.
    private static func type(_ kind: ParquetColumn.Kind) -> Int {
        switch kind {
        case .integer, .time: 2
        case .real: 5
        case .text, .bytes: 6
        }
    }

    private static func describe(_ column: ParquetColumn, _ element: inout ThriftCompact) {
        element.int32(1, type(column.kind))
        element.int32(3, 1)
        element.text(4, column.name)
        if column.kind == .text {
            element.int32(6, 0)
            element.structure(10) { $0.structure(1) { _ in } }
        }
        if column.kind == .time {
            element.structure(10) { logical in
                logical.structure(8) { time in
                    time.bool(1, true)
                    time.structure(2) { $0.structure(3) { _ in } }
                }
            }
        }
    }

    private func describe(_ group: Group, _ element: inout ThriftCompact) {
        element.structures(1, Array(zip(columns, group.places))) { chunk, pair in
            let (column, place) = pair
            chunk.int64(2, place.offset)
            chunk.structure(3) { data in
                data.int32(1, ParquetWriter.type(column.kind))
                data.int32s(2, [Encoding.plain, Encoding.runLength])
                data.texts(3, [column.name])
                data.int32(4, 0)
                data.int64(5, Int64(group.rows))
                data.int64(6, Int64(place.bytes))
                data.int64(7, Int64(place.bytes))
                data.int64(9, place.offset)
            }
        }
        element.int64(2, group.places.reduce(0) { $0 + Int64($1.bytes) })
        element.int64(3, Int64(group.rows))
    }
}
