/// Thrift's compact protocol, as far as Parquet's headers need it
/// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
struct ThriftCompact {
    private(set) var bytes: [UInt8] = []
    /// Number of the last field written, one for each structure that is open.
    private var last: [Int] = [0]

    private enum Kind: UInt8 {
        case yes = 1
        case no = 2
        case int32 = 5
        case int64 = 6
        case binary = 8
        case list = 9
        case structure = 12
    }

    mutating func int32(_ field: Int, _ value: Int) {
        begin(field, .int32)
        zigzag(Int64(value))
    }

    mutating func int64(_ field: Int, _ value: Int64) {
        begin(field, .int64)
        zigzag(value)
    }

    mutating func bool(_ field: Int, _ value: Bool) { begin(field, value ? .yes : .no) }

    mutating func text(_ field: Int, _ value: String) {
        begin(field, .binary)
        text(value)
    }

    mutating func structure(_ field: Int, _ body: (inout ThriftCompact) -> Void) {
        begin(field, .structure)
        structure(body)
    }

    mutating func int32s(_ field: Int, _ values: [Int]) {
        list(field, .int32, values.count)
        for value in values { zigzag(Int64(value)) }
    }

    mutating func texts(_ field: Int, _ values: [String]) {
        list(field, .binary, values.count)
        for value in values { text(value) }
    }

    mutating func structures<Element>(
        _ field: Int, _ elements: [Element], _ body: (inout ThriftCompact, Element) -> Void
    ) {
        list(field, .structure, elements.count)
        for element in elements { structure { body(&$0, element) } }
    }

    /// The end of the outermost structure.
    mutating func finish() { bytes.append(0) }

    private mutating func structure(_ body: (inout ThriftCompact) -> Void) {
        last.append(0)
        body(&self)
        last.removeLast()
        bytes.append(0)
    }

    private mutating func begin(_ field: Int, _ kind: Kind) {
        let step = field - (last.last ?? 0)
        if (1...15).contains(step) {
            bytes.append(UInt8(step) << 4 | kind.rawValue)
        } else {
            bytes.append(kind.rawValue)
            zigzag(Int64(field))
        }
        last[last.count - 1] = field
    }

    private mutating func list(_ field: Int, _ kind: Kind, _ count: Int) {
        begin(field, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | kind.rawValue)
        } else {
            bytes.append(0xF0 | kind.rawValue)
            varint(UInt64(count))
        }
    }

    private mutating func text(_ value: String) {
        varint(UInt64(value.utf8.count))
        bytes += Array(value.utf8)
    }

    private mutating func zigzag(_ value: Int64) { varint(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
