import Events
import Matching
import Rules
import Testing

/// A rule's options, and bytes that they must and must not be met by.
struct ASN1Case: Sendable, CustomTestStringConvertible {
    var options: String
    var odd: [UInt8]
    var ordinary: [UInt8]
    var testDescription: String { options }
}

/// A real number (tag 9) in characters.
private func real(_ characters: Int) -> [UInt8] {
    [0x09, 0x82, UInt8(characters >> 8), UInt8(characters & 255)] + [UInt8](repeating: 5, count: characters)
}

private let cases: [ASN1Case] = [
    ASN1Case(options: "oversize_length 3", odd: [0x04, 4, 1, 2, 3, 4], ordinary: [0x04, 3, 1, 2, 3]),
    // In a sequence in a sequence, and behind another element.
    ASN1Case(
        options: "oversize_length 7", odd: [0x30, 2, 5, 0, 0x04, 8, 1, 2, 3, 4, 5, 6, 7, 8],
        ordinary: [0x30, 2, 5, 0, 0x04, 7, 1, 2, 3, 4, 5, 6, 7]),
    ASN1Case(
        options: "bitstring_overflow", odd: [0x30, 0x80, 0x30, 3, 0x03, 1, 0xFF, 0, 0],
        ordinary: [0x30, 0x80, 0x30, 3, 0x03, 1, 0x07, 0, 0]),
    ASN1Case(options: "double_overflow", odd: real(257), ordinary: real(256)),
    ASN1Case(
        options: "double_overflow, absolute_offset 2", odd: [0xFF, 0xFF] + real(300), ordinary: [0xFF] + real(300)),
    // What is not whole is no element; what stands before it counts.
    ASN1Case(options: "oversize_length 3", odd: [0x04, 4, 1, 2, 3, 4, 0x30, 9, 1], ordinary: [0x04, 9, 1, 2, 3]),
    ASN1Case(options: "oversize_length 3", odd: [0x1F, 0x81, 5, 4, 1, 2, 3, 4], ordinary: [0x1F, 0x81]),
]

@Test(arguments: cases)
func oddElementsAreFound(_ one: ASN1Case) throws {
    let rule = "alert udp any any -> any any (asn1:\(one.options); sid:1;)"
    func run(_ bytes: [UInt8]) throws -> [Int] {
        try sids(rule) { build in
            build.ipProtocol = 17
            build.packet(bytes: bytes)
        }
    }
    #expect(try run(one.odd) == [1])
    #expect(try run(one.ordinary) == [])
}

@Test func aRelativeOffsetCountsFromTheMatchBefore() throws {
    let rule = "alert udp any any -> any any (content:\"key\"; asn1:oversize_length 3, relative_offset 2; sid:1;)"
    func run(_ bytes: [UInt8]) throws -> [Int] {
        try sids(rule) { build in
            build.ipProtocol = 17
            build.packet(bytes: Array("a key".utf8) + bytes)
        }
    }
    #expect(try run([0, 0, 0x04, 4, 1, 2, 3, 4]) == [1])
    #expect(try run([0, 0x04, 4, 1, 2, 3, 4]) == [])
}

/// Elements within elements, as deep as anybody can write them, cost no more than their bytes, and end the reading.
@Test func deepElementsEndTheReading() throws {
    let rule = "alert udp any any -> any any (asn1:oversize_length 1; sid:1;)"
    let deep: [UInt8] = (0..<10_000).flatMap { _ in [0x30, 0x80] }
    let found = try sids(rule) { build in
        build.ipProtocol = 17
        build.packet(bytes: deep)
    }
    #expect(found == [])
}

@Test(arguments: [
    "asn1:oversize_length;", "asn1:absolute_offset 4;", "asn1:no_such_thing;", "asn1:oversize_length -1;",
    "asn1:oversize_length 1, absolute_offset 65536;",
])
func whatLooksForNothingIsRefused(_ options: String) {
    let rule = "alert udp any any -> any any (\(options) sid:1;)"
    #expect(SignatureParser.parse(text: rule, file: "own.rules").signatures.isEmpty)
}
