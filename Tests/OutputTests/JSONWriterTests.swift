import Foundation
import Output
import Primitives
import Testing

/// What Foundation reads back from `json`.
func parsed(_ json: Bytes) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(json.array), options: .fragmentsAllowed)
}

@Suite struct JSONWriterTests {
    private func string(_ bytes: [UInt8]) -> String {
        var writer = JSONWriter()
        bytes.withBytes { writer.string($0) }
        return writer.text
    }

    @Test(arguments: [
        ("", "\"\""),
        ("plain", "\"plain\""),
        ("a\"b\\c/d", "\"a\\\"b\\\\c/d\""),
        ("\u{8}\t\n\u{C}\r", "\"\\b\\t\\n\\f\\r\""),
        ("\0\u{1}\u{1B}[2J\u{7F}", "\"\\u0000\\u0001\\u001b[2J\\u007f\""),
        ("\u{80}\u{9B}", "\"\\u0080\\u009b\""),
        ("user\u{202E}gpj.exe\u{2066}\u{200F}", "\"user\\u202egpj.exe\\u2066\\u200f\""),
        ("a\u{2028}b\u{FEFF}", "\"a\\u2028b\\ufeff\""),
        ("\u{E0041}", "\"\\udb40\\udc41\""),
        ("Đăng nhập thất bại", "\"Đăng nhập thất bại\""),
        ("tie\u{302}\u{301}ng 😀 中文", "\"tie\u{302}\u{301}ng 😀 中文\""),
    ])
    func texts(_ text: String, _ json: String) throws {
        let written = string(Array(text.utf8))
        #expect(Array(written.utf8) == Array(json.utf8))
        let back = try #require(try written.withBytes { try parsed($0) } as? String)
        #expect(Array(back.utf8) == Array(text.utf8))
    }

    /// The same replacements as Swift's own decoder makes: one U+FFFD for each maximal part (Unicode 15, section 3.9).
    @Test func invalidUTF8IsReplaced() throws {
        #expect(string([0x61, 0xFF, 0x62]) == "\"a\u{FFFD}b\"")
        #expect(string([0xE1, 0x80, 0x62]) == "\"\u{FFFD}b\"")
        #expect(string([0xF0, 0x9F, 0x98]) == "\"\u{FFFD}\"")
        #expect(string([0xED, 0xA0, 0x80]) == "\"\u{FFFD}\u{FFFD}\u{FFFD}\"")
        #expect(string([0xC0, 0xAF]) == "\"\u{FFFD}\u{FFFD}\"")
        var state: UInt64 = 7
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<3000 {
            let pool: [UInt8] = [
                0x41, 0x80, 0xBF, 0xC2, 0xC3, 0xE0, 0xA0, 0xED, 0x9F, 0xEF, 0xF0, 0x90, 0xF4, 0x8F, 0xFF,
            ]
            let bytes = (0..<random(13)).map { _ in pool[random(pool.count)] }
            let expected = String(decoding: bytes, as: UTF8.self)
            let back = try string(bytes).withBytes { try parsed($0) } as? String
            #expect(back == expected, "\(bytes)")
        }
    }

    @Test func structure() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.integer(-12)
        writer.key("b" as StaticString)
        writer.beginArray()
        writer.null()
        writer.boolean(true)
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.strings(["x", "y"])
        writer.endArray()
        writer.key(named: "k\"ey")
        writer.integer(UInt64.max)
        writer.key("m")
        writer.integer(Int64.min)
        writer.endObject()
        writer.newline()
        writer.boolean(false)
        writer.newline()
        let expected =
            "{\"a\":-12,\"b\":[null,true,{},[],[\"x\",\"y\"]],\"k\\\"ey\":18446744073709551615,"
            + "\"m\":-9223372036854775808}\nfalse\n"
        #expect(writer.text == expected)
        writer.removeAll()
        #expect(writer.count == 0)
    }

    /// What was taken stays as it is while the writer goes on, and the other way round.
    @Test func takenBytesStandAlone() {
        var writer = JSONWriter(capacity: 1)
        for number in 0..<300 {
            writer.integer(number)
            writer.newline()
        }
        let first = writer.take()
        #expect(writer.count == 0)
        writer.string("x")
        let second = writer.take()
        #expect(first.withBytes { $0.text } == (0..<300).map { "\($0)\n" }.joined())
        #expect(second.withBytes { $0.text } == "\"x\"")
        #expect(writer.take().isEmpty && OwnedBytes.empty.withBytes { $0.isEmpty })
    }

    @Test(arguments: [
        (["0", "-0", "10", "-1.50", "1e5", "2E-7", "123456789012345678901234567890"], true),
        (["", "-", "+1", "007", ".5", "1.", "1e", "1e+", "0x1F", "1 ", " 1", "NaN", "1.2.3", "--1"], false),
    ])
    func numbers(_ texts: [String], _ isNumber: Bool) {
        for text in texts {
            var writer = JSONWriter()
            text.withBytes { writer.number($0) }
            #expect(writer.text == (isNumber ? text : "\"\(text)\""))
        }
    }

    @Test func integersOfAllLengths() {
        var value: UInt64 = 0
        for length in 1...20 {
            value = length == 20 ? .max : value * 10 + UInt64(length % 10)
            var writer = JSONWriter()
            writer.integer(value)
            #expect(writer.text == String(value))
            var edge = JSONWriter()
            let power = (1..<length).reduce(UInt64(1)) { total, _ in total &* 10 }
            edge.integer(power)
            #expect(edge.text == String(power))
        }
    }

    @Test(arguments: [
        0, 1, 999, 1000, 250_000_000, 1_773_284_281_000_000_000, 1_773_284_281_123_456_000, -1, -86_400_000_000_001,
    ])
    func times(_ nanoseconds: Int64) {
        let time = Timestamp(nanoseconds: nanoseconds)
        var writer = JSONWriter()
        writer.time(time)
        #expect(writer.text == "\"\(time.iso8601)\"")
    }

    @Test func timesOfEVE() {
        var writer = JSONWriter()
        writer.eveTime(Timestamp(nanoseconds: 1_773_284_281_000_042_999))
        #expect(writer.text == "\"2026-03-12T02:58:01.000042+0000\"")
        var none = JSONWriter()
        none.eveTime(.none)
        #expect(none.text == "\"\"")
    }

    /// Grows past any first size.
    @Test func longTexts() throws {
        let text = String(repeating: "a\u{1}é", count: 100_000)
        var writer = JSONWriter(capacity: 1)
        writer.string(text)
        #expect(try parsed(writer.bytes) as? String == text)
    }
}
