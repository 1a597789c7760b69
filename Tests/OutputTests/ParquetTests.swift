import Output
import Testing

@Suite struct ParquetTests {
    private static let columns = [
        ParquetColumn(name: "id", kind: .integer), ParquetColumn(name: "score", kind: .real),
        ParquetColumn(name: "name", kind: .text), ParquetColumn(name: "raw", kind: .bytes),
        ParquetColumn(name: "first_ns", kind: .time),
    ]

    private static func file(_ rows: [[ParquetValue]]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let take = { (piece: [UInt8]) in bytes += piece }
        var writer = try ParquetWriter(columns: columns, sink: take)
        for row in rows { try writer.append(row) }
        try writer.finish()
        return bytes
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let rows: [[ParquetValue]] = [
            [.integer(-5), .real(0.5), .bytes(Array("Đường".utf8)), .bytes([0, 255]), .integer(1)],
            [.null, .null, .null, .null, .null],
            [.integer(.max), .integer(7), .bytes([]), .null, .integer(.min)],
            [.bytes([1]), .bytes([1]), .integer(1), .integer(2), .real(1)],
        ]
        let reader = try ParquetReader(try Self.file(rows))
        #expect(reader.names == ["id", "score", "name", "raw", "first_ns"])
        #expect(reader.rows == 4)
        #expect(try reader.column(0) == [.integer(-5), .null, .integer(.max), .null])
        #expect(try reader.column(1) == [.real(0.5), .null, .real(7), .null])
        #expect(try reader.column(2) == [.bytes(Array("Đường".utf8)), .null, .bytes([]), .null])
        #expect(try reader.column(3) == [.bytes([0, 255]), .null, .null, .null])
        #expect(try reader.column(4) == [.integer(1), .null, .integer(.min), .null])
    }

    @Test func nothingIsAFileToo() throws {
        let reader = try ParquetReader(try Self.file([]))
        #expect(reader.rows == 0 && reader.names.count == 5)
    }

    @Test func manyRowsAreManyGroups() throws {
        let count = ParquetWriter.maximumGroupRows * 2 + 17
        let rows = (0..<count).map { number -> [ParquetValue] in
            [number % 3 == 0 ? .null : .integer(Int64(number)), .null, .null, .null, .null]
        }
        let reader = try ParquetReader(try Self.file(rows))
        #expect(reader.groups == 3 && reader.rows == count)
        #expect(try reader.column(0) == rows.map { $0[0] })
    }
}

/// Reads what `ParquetWriter` writes: by the format's description, not by the writer's code.
private struct ParquetReader {
    private struct Fault: Error {}
    private let file: [UInt8]
    private let footer: ThriftValue

    init(_ file: [UInt8]) throws {
        self.file = file
        let magic = Array("PAR1".utf8)
        guard file.starts(with: magic), file.suffix(4).elementsEqual(magic), file.count >= 12 else { throw Fault() }
        let length = ParquetReader.little(file[(file.count - 8)..<(file.count - 4)])
        let start = file.count - 8 - Int(length)
        guard start >= 4 else { throw Fault() }
        var at = start
        footer = try ThriftValue.structure(file, &at)
        guard at == file.count - 8 else { throw Fault() }
    }

    private static func little(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    var names: [String] { footer[2].list.dropFirst().map { String(decoding: $0[4].bytes, as: UTF8.self) } }
    var rows: Int { footer[3].number }
    var groups: Int { footer[4].list.count }

    func column(_ index: Int) throws -> [ParquetValue] {
        var values: [ParquetValue] = []
        for group in footer[4].list {
            let data = group[1].list[index][3]
            var at = data[9].number
            let page = try ThriftValue.structure(file, &at)
            guard page[3].number == page[2].number, at + page[3].number == data[9].number + data[7].number else {
                throw Fault()
            }
            let count = page[5][1].number
            var levels = at + 4
            let end = levels + Int(ParquetReader.little(file[at..<at + 4]))
            var present: [Bool] = []
            while levels < end {
                let run = Int(try ThriftValue.varint(file, &levels))
                guard run & 1 == 0 else { throw Fault() }
                present += [Bool](repeating: file[levels] == 1, count: run >> 1)
                levels += 1
            }
            guard present.count == count else { throw Fault() }
            at = end
            for isPresent in present { values.append(isPresent ? read(data[1].number, &at) : .null) }
        }
        return values
    }

    private func read(_ type: Int, _ at: inout Int) -> ParquetValue {
        let width = type == 6 ? 4 : 8
        let number = ParquetReader.little(file[at..<at + width])
        at += width
        switch type {
        case 2: return .integer(Int64(bitPattern: number))
        case 5: return .real(Double(bitPattern: number))
        default:
            defer { at += Int(number) }
            return .bytes(Array(file[at..<at + Int(number)]))
        }
    }
}

/// A value of Thrift's compact protocol.
private indirect enum ThriftValue {
    case none
    case int(Int)
    case binary([UInt8])
    case array([ThriftValue])
    case fields([Int: ThriftValue])

    private struct Fault: Error {}

    subscript(field: Int) -> ThriftValue {
        if case .fields(let fields) = self { return fields[field] ?? .none }
        return .none
    }

    var number: Int { if case .int(let value) = self { value } else { -1 } }
    var bytes: [UInt8] { if case .binary(let value) = self { value } else { [] } }
    var list: [ThriftValue] { if case .array(let value) = self { value } else { [] } }

    static func varint(_ file: [UInt8], _ at: inout Int) throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < file.count {
            let byte = file[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw Fault()
    }

    static func structure(_ file: [UInt8], _ at: inout Int) throws -> ThriftValue {
        var fields: [Int: ThriftValue] = [:]
        var last = 0
        while at < file.count {
            let head = file[at]
            at += 1
            if head == 0 { return .fields(fields) }
            if head >> 4 == 0 {
                let value = try varint(file, &at)
                last = Int(value >> 1)
            } else {
                last += Int(head >> 4)
            }
            fields[last] = try value(head & 15, file, &at)
        }
        throw Fault()
    }

    private static func value(_ kind: UInt8, _ file: [UInt8], _ at: inout Int) throws -> ThriftValue {
        switch kind {
        case 1, 2: return .int(kind == 1 ? 1 : 0)
        case 5, 6:
            let value = try varint(file, &at)
            return .int(Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)))
        case 8:
            let count = Int(try varint(file, &at))
            at += count
            return .binary(Array(file[(at - count)..<at]))
        case 9:
            let head = file[at]
            at += 1
            let count = head >> 4 == 15 ? Int(try varint(file, &at)) : Int(head >> 4)
            return .array(try (0..<count).map { _ in try value(head & 15, file, &at) })
        case 12: return try structure(file, &at)
        default: throw Fault()
        }
    }
}
