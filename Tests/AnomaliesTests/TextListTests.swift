import Anomalies
import Primitives
import Testing

/// Lists of numbers and words in values of aggregates, held to what the standard library writes and reads.
@Suite struct TextListTests {
    @Test(arguments: [
        (Int64.min, UInt64(10)), (.max, 10), (0, 10), (-1, 10), (9, 10), (10, 10), (35, 36), (36, 36), (-37, 36),
        (255, 16), (-256, 16), (.min, 2), (.max, 36), (.min, 36),
    ])
    func numbersAreAsTheStandardLibraryHasThem(_ value: Int64, _ base: UInt64) {
        var writer = TextListWriter(capacity: 4)
        writer.number(value, base: base)
        #expect(writer.text == String(value, radix: Int(base)))
        writer.text.withBytes { #expect(TextList.number($0, base: base) == value) }
    }

    @Test func anyNumberComesBack() {
        var random = Random(7)
        for _ in 0..<2000 {
            let base = UInt64(2 + random.below(35))
            let value = UInt64(random.below(1 << 30)) << UInt64(random.below(35))
            var writer = TextListWriter(capacity: 4)
            writer.number(value, base: base)
            #expect(writer.text == String(value, radix: Int(base)))
            writer.text.withBytes { #expect(TextList.magnitude($0, base: base) == value) }
        }
    }

    /// What is no number of that base, or too large, is none.
    @Test(arguments: [
        ("", UInt64(10)), ("-", 10), ("+1", 10), ("1 ", 10), ("12a", 10), ("9223372036854775808", 10),
        ("-9223372036854775809", 10), ("99999999999999999999999", 10), ("2", 2), ("g", 16), ("--1", 10),
    ])
    func whatIsNoNumber(_ text: String, _ base: UInt64) {
        text.withBytes { #expect(TextList.number($0, base: base) == nil) }
    }

    @Test(arguments: [
        ("", [] as [Int64]), ("5", [5]), ("5 -7 0", [5, -7, 0]), ("5  7", [5, 0, 7]), ("x 3", [0, 3]), (" ", [0, 0]),
    ])
    func numbersInAList(_ text: String, _ numbers: [Int64]) { #expect(TextList.numbers(text) == numbers) }

    @Test func aListIsWrittenAsItIsRead() {
        var writer = TextListWriter(capacity: 4)
        for number: Int64 in [4, -20, 0, .max] {
            writer.separate(TextList.blank)
            writer.number(number)
        }
        #expect(writer.text == "4 -20 0 9223372036854775807")
        #expect(TextList.numbers(writer.text) == [4, -20, 0, .max])
    }

    @Test(arguments: [
        ("", [""]), ("a", ["a"]), ("a\u{1F}b c", ["a", "b c"]), ("\u{1F}", ["", ""]), ("a\u{1F}", ["a", ""]),
        ("Nguyễn Văn A\u{1F}\u{1F}x", ["Nguyễn Văn A", "", "x"]),
    ])
    func words(_ text: String, _ parts: [String]) {
        text.withBytes { #expect(TextList.strings($0) == parts) }
    }
}
