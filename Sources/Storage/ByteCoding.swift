internal import Events
internal import Primitives

/// Bytes put together for a blob: LEB128 numbers, 16-byte ids, length-prefixed bytes.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Zigzag, so that small negative numbers stay short.
    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

    mutating func id(_ id: ContentID) {
        let halves = (id.high.bigEndian, id.low.bigEndian)
        withUnsafeBytes(of: halves) { bytes.append(contentsOf: $0) }
    }

    mutating func block(_ content: [UInt8]) {
        number(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    mutating func text(_ content: String) {
        let isDone: Void? = content.utf8.withContiguousStorageIfAvailable { text in
            number(UInt64(text.count))
            bytes.append(contentsOf: text)
        }
        if isDone == nil { block(Array(content.utf8)) }
    }

    /// References, each input named once while it does not change.
    mutating func references(_ references: [EventReference]) {
        number(UInt64(references.count))
        var input: ContentID?
        for reference in references {
            bytes.append(reference.input == input ? 0 : 1)
            if reference.input != input { id(reference.input) }
            input = reference.input
            id(reference.id)
            number(reference.number)
            signed(reference.offset)
            signed(Int64(reference.length))
        }
    }
}

/// Reads what `ByteWriter` wrote; nil where the bytes end too early or make no sense.
struct ByteReader {
    let bytes: Bytes
    private(set) var position = 0

    init(_ bytes: Bytes) { self.bytes = bytes }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        position += 1
        return bytes.start[position - 1]
    }

    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = byte() {
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
            if shift > 63 { return nil }
        }
        return nil
    }

    mutating func signed() -> Int64? {
        guard let value = number() else { return nil }
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number that counts something which takes at least a byte each, or nil.
    mutating func count() -> Int? {
        guard let value = number(), value <= UInt64(bytes.count) else { return nil }
        return Int(value)
    }

    mutating func id() -> ContentID? {
        guard position + 16 <= bytes.count else { return nil }
        let raw = UnsafeRawPointer(bytes.start + position)
        position += 16
        return ContentID(
            high: UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    mutating func block() -> Bytes? {
        guard let length = number(), length <= UInt64(bytes.count - position) else { return nil }
        position += Int(length)
        return bytes.slice(position - Int(length), position)
    }

    mutating func text() -> String? { block()?.text }

    mutating func references() -> [EventReference]? {
        guard let count = count() else { return nil }
        var references: [EventReference] = []
        var input = ContentID(high: 0, low: 0)
        for _ in 0..<count {
            guard let flag = byte() else { return nil }
            if flag == 1 {
                guard let given = id() else { return nil }
                input = given
            }
            guard let id = id(), let number = number(), let offset = signed(), let length = signed() else { return nil }
            references.append(EventReference(id: id, input: input, number: number, offset: offset, length: Int(length)))
        }
        return references
    }
}
