import Primitives
import Testing

@Suite struct ExactNumberTests {
    /// Left is less than right; from 2^53 on doubles are two, four, ... apart.
    @Test(arguments: [
        ("9007199254740992", "9007199254740993"), ("-9007199254740993", "-9007199254740992"),
        ("9223372036854775806", "9223372036854775807"), ("-9223372036854775807", "9223372036854775807"),
        ("1", "1.5"), ("-1.5", "-1"), ("0.1", "0.2"), ("9007199254740993", "1e16"), ("4503599627370495.5", "9e15"),
        ("5", "18446744073709551615"),
    ])
    func orderIsThatOfTheDigits(_ less: String, _ more: String) throws {
        let left = try #require(ExactNumberTests.number(less))
        let right = try #require(ExactNumberTests.number(more))
        #expect(left < right)
        #expect(!(right < left))
        #expect(left != right)
    }

    @Test(arguments: [("1.0", "1"), ("1e3", "1000"), ("-0", "0"), ("007", "7"), ("+4.0", "4")])
    func spellingsOfOneNumberAreEqual(_ one: String, _ other: String) throws {
        let left = try #require(ExactNumberTests.number(one))
        let right = try #require(ExactNumberTests.number(other))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left.asWhole == right.asWhole)
    }

    @Test(arguments: ["", "-", "--1", "1a", "0x10", "1,5", "nan", "inf", " 1", "-9223372036854775809x"])
    func whatIsNoNumberIsNone(_ text: String) {
        #expect(ExactNumberTests.number(text) == nil)
    }

    private static func number(_ text: String) -> ExactNumber? { Array(text.utf8).withBytes { ExactNumber($0) } }
}
