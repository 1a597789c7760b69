internal import Primitives

/// One element of a DER encoding (ITU-T X.690).
struct DERElement {
    var tag: UInt8
    /// Its content, and the whole of it with tag and length.
    var content: Bytes
    var whole: Bytes

    /// The elements inside.
    var elements: DERReader { DERReader(content) }
}

/// Reads elements one after the other; nil at the end and at damage.
struct DERReader {
    private(set) var rest: Bytes
    private(set) var isDamaged = false

    init(_ bytes: Bytes) { rest = bytes }

    mutating func next() -> DERElement? {
        guard rest.count >= 2 else {
            isDamaged = isDamaged || !rest.isEmpty
            return nil
        }
        var length = Int(rest[1])
        var head = 2
        if length & 0x80 != 0 {
            let digits = length & 0x7F
            guard digits >= 1, digits <= 4, rest.count >= 2 + digits else { return damaged() }
            length = 0
            for index in 0..<digits { length = length << 8 | Int(rest[2 + index]) }
            head = 2 + digits
        }
        guard length <= rest.count - head else { return damaged() }
        let element = DERElement(
            tag: rest[0], content: rest.slice(head, head + length), whole: rest.slice(0, head + length))
        rest = rest.dropping(head + length)
        return element
    }

    /// The next element where it has this tag; otherwise nothing is read.
    mutating func next(_ tag: UInt8) -> DERElement? {
        guard !rest.isEmpty, rest[0] == tag else { return nil }
        return next()
    }

    private mutating func damaged() -> DERElement? {
        isDamaged = true
        rest = .empty
        return nil
    }
}

/// Tags that are looked for.
enum DERTag {
    static let boolean: UInt8 = 0x01
    static let integer: UInt8 = 0x02
    static let octets: UInt8 = 0x04
    static let object: UInt8 = 0x06
    static let utcTime: UInt8 = 0x17
    static let generalizedTime: UInt8 = 0x18
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
    static func context(_ number: UInt8) -> UInt8 { 0xA0 | number }
}
