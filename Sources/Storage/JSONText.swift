internal import Events
internal import Primitives

/// A JSON value as the store writes it into text columns. Members keep their order; names may repeat.
indirect enum JSONValue: Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case text(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Equatable {
        var name: String
        var value: JSONValue

        init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    static func texts(_ words: [String]) -> JSONValue { .array(words.map { .text($0) }) }
    static func optional(_ word: String?) -> JSONValue { word.map { .text($0) } ?? .null }
    /// Packet and byte counters are unsigned: kept by their bits.
    static func unsigned(_ number: UInt64) -> JSONValue { .integer(Int64(bitPattern: number)) }
    static func fields(_ fields: [FieldValue]) -> JSONValue { .object(fields.map { Member($0.name, .text($0.value)) }) }

    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var string: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int64? { if case .integer(let number) = self { number } else { nil } }
    var flag: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
    var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    var members: [Member] { if case .object(let members) = self { members } else { [] } }
    var strings: [String] { elements.compactMap(\.string) }
    var fieldValues: [FieldValue] { members.map { FieldValue(name: $0.name, value: $0.value.string ?? "") } }
    func integer(_ name: String) -> Int64 { self[name]?.number ?? 0 }
    func unsigned(_ name: String) -> UInt64 { UInt64(bitPattern: integer(name)) }
    func string(_ name: String) -> String { self[name]?.string ?? "" }

    var text: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .boolean(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .text(let text): JSONText.write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(ASCII.comma) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(ASCII.comma) }
                JSONText.write(member.name, to: &bytes)
                bytes.append(ASCII.colon)
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

enum JSONText {
    /// A string with its quotes; control characters escaped (RFC 8259 section 7).
    static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(ASCII.quote)
        var copy = text
        copy.withUTF8 { source in
            var clean = 0
            var index = 0
            while index < source.count {
                let byte = source[index]
                if byte < 0x20 || byte == ASCII.quote || byte == ASCII.backslash {
                    bytes.append(contentsOf: source[clean..<index])
                    escape(byte, to: &bytes)
                    clean = index + 1
                }
                index += 1
            }
            bytes.append(contentsOf: clean == 0 ? source : UnsafeBufferPointer(rebasing: source[clean...]))
        }
        bytes.append(ASCII.quote)
    }

    private static func escape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(ASCII.backslash)
        if byte >= 0x20 {
            bytes.append(byte)
        } else {
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }

    /// The fields of a detection as one object, without a tree in between.
    static func write(_ fields: [FieldValue], to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(ASCII.comma) }
            write(field.name, to: &bytes)
            bytes.append(ASCII.colon)
            write(field.value, to: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// A member behind others, or the first of its object: `"name":` with a comma where one is needed.
    static func key(_ name: StaticString, to bytes: inout [UInt8]) {
        if let last = bytes.last, last != UInt8(ascii: "{") { bytes.append(ASCII.comma) }
        bytes.append(ASCII.quote)
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(ASCII.quote)
        bytes.append(ASCII.colon)
    }

    static func member(_ name: StaticString, _ number: Int64, to bytes: inout [UInt8]) {
        key(name, to: &bytes)
        if number < 0 { bytes.append(ASCII.minus) }
        decimal(number.magnitude, to: &bytes)
    }

    static func member(_ name: StaticString, _ address: IPAddress, to bytes: inout [UInt8]) {
        key(name, to: &bytes)
        guard let v4 = address.v4 else { return write(address.description, to: &bytes) }
        bytes.append(ASCII.quote)
        for shift in [UInt32(24), 16, 8, 0] {
            decimal(UInt64(v4 >> shift & 255), to: &bytes)
            bytes.append(shift == 0 ? ASCII.quote : UInt8(ascii: "."))
        }
    }

    private static func decimal(_ number: UInt64, to bytes: inout [UInt8]) {
        if number < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number)) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var at = 20
            var rest = number
            repeat {
                at -= 1
                digits[at] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[at...]))
        }
    }
}
