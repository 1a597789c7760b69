internal import Primitives

/// Bytes that stand at a fixed place at the start of a direction.
struct Pattern: Sendable {
    let bytes: [UInt8]
    let offset: Int

    init(_ bytes: [UInt8], at offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    init(_ text: String) { self.init(Array(text.utf8)) }

    /// `.more` where the bytes so far agree and there are too few.
    func test(_ given: Bytes) -> Recognition {
        let length = min(given.count - offset, bytes.count)
        if length <= 0 { return .more }
        for index in 0..<length where given.start[offset + index] != bytes[index] { return .no }
        return length == bytes.count ? .yes : .more
    }
}
