package import Output
package import Storage

/// One question on its way out, in one format, row by row: memory stays bounded, save for tables.
struct QueryRun {
    let query: ReadOnlyQuery
    let sql: String
    let options: QueryOptions
    let width: Int

    private static let pieceBytes = 256 << 10

    /// Answers whether rows were left out.
    func write(to sink: @escaping ([UInt8]) throws -> Void) throws -> Bool {
        switch options.format {
        case .table: return try table(sink)
        case .csv:
            return try lines(
                sink, header: { CSVExport.line($0) },
                { _, row in Array(CSVExport.line(row.map(QueryTable.text)).utf8) })
        case .json: return try lines(sink, header: { _ in "" }, { QueryTable.json($0, $1) })
        case .parquet: return try parquet(sink)
        }
    }

    /// Hands on rows up to the limit; answers whether there were more.
    private func rows(
        header: ([String]) -> Void, _ body: @escaping ([ReadOnlyQuery.Value]) throws -> Void
    ) throws -> Bool {
        var count = 0
        var isCut = false
        var problem: (any Error)?
        try query.run(
            sql, timeoutSeconds: options.timeoutSeconds, header: header,
            { row in
                isCut = count >= options.maximumRows
                count += 1
                if isCut { return false }
                do { try body(row) } catch { problem = error }
                return problem == nil
            })
        if let problem { throw problem }
        return isCut
    }

    private func table(_ sink: ([UInt8]) throws -> Void) throws -> Bool {
        var columns: [String] = []
        var kept: [[ReadOnlyQuery.Value]] = []
        let isCut = try rows(header: { columns = $0 }, { kept.append($0) })
        try sink(Array(QueryTable(columns: columns, rows: kept, width: width).rendered().utf8))
        return isCut
    }

    private func lines(
        _ sink: @escaping ([UInt8]) throws -> Void, header: ([String]) -> String,
        _ line: @escaping ([String], [ReadOnlyQuery.Value]) -> [UInt8]
    ) throws -> Bool {
        var columns: [String] = []
        var piece: [UInt8] = []
        let isCut = try rows(
            header: {
                columns = $0
                piece = Array(header($0).utf8)
            },
            { row in
                piece += line(columns, row)
                if piece.count >= QueryRun.pieceBytes {
                    try sink(piece)
                    piece.removeAll(keepingCapacity: true)
                }
            })
        try sink(piece)
        return isCut
    }

    /// SQLite's columns have no kind of their own: a first reading finds what each holds, a second one (of the same
    /// state of the store) writes.
    private func parquet(_ sink: @escaping ([UInt8]) throws -> Void) throws -> Bool {
        var kinds = ColumnKinds()
        _ = try rows(header: { kinds.begin($0) }, { kinds.note($0) })
        let columns = kinds.columns
        var writer = try ParquetWriter(columns: columns, sink: sink)
        let isCut = try rows(
            header: { _ in },
            { row in try writer.append(zip(row, columns).map { QueryRun.value($0, as: $1.kind) }) })
        try writer.finish()
        return isCut
    }

    private static func value(_ value: ReadOnlyQuery.Value, as kind: ParquetColumn.Kind) -> ParquetValue {
        switch value {
        case .null: .null
        case .integer(let number): kind == .text ? .bytes(Array(String(number).utf8)) : .integer(number)
        case .real(let number): kind == .text ? .bytes(Array(String(number).utf8)) : .real(number)
        case .text(let text): .bytes(Array(text.utf8))
        case .blob(let bytes): kind == .text ? .bytes(Array(QueryTable.text(value).utf8)) : .bytes(bytes)
        }
    }
}

/// What the columns of an answer hold: one kind each, or text where kinds are mixed.
package struct ColumnKinds {
    package init() {}

    private var names: [String] = []
    private var kinds: [ParquetColumn.Kind?] = []

    package mutating func begin(_ names: [String]) {
        self.names = names
        kinds = names.map { _ in nil }
    }

    package mutating func note(_ row: [ReadOnlyQuery.Value]) {
        for (index, value) in row.enumerated() {
            let kind: ParquetColumn.Kind
            switch value {
            case .null: continue
            case .integer: kind = .integer
            case .real: kind = .real
            case .text: kind = .text
            case .blob: kind = .bytes
            }
            guard let known = kinds[index], known != kind else {
                kinds[index] = kind
                continue
            }
            let numbers: Set<ParquetColumn.Kind> = [.integer, .real]
            kinds[index] = numbers.contains(known) && numbers.contains(kind) ? .real : .text
        }
    }

    /// Names twice get a number; integers called `..._ns` are moments.
    package var columns: [ParquetColumn] {
        var seen: [String: Int] = [:]
        return zip(names, kinds).map { name, kind in
            seen[name, default: 0] += 1
            let count = seen[name] ?? 1
            let isTime = kind == .integer && name.hasSuffix("_ns")
            return ParquetColumn(name: count > 1 ? "\(name)_\(count)" : name, kind: isTime ? .time : kind ?? .text)
        }
    }
}
