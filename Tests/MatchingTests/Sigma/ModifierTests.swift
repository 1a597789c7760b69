import Events
import Matching
import Primitives
import Testing

/// One detection, the fields of one event, and whether the rule holds.
struct ModifierCase: Sendable, CustomStringConvertible {
    var detection: String
    var fields: [(String, String?)]
    var expected: Bool

    init(_ item: String, _ fields: [(String, String?)], _ expected: Bool) {
        detection = "s:\n  \(item)\ncondition: s"
        self.fields = fields
        self.expected = expected
    }

    /// One field `f`.
    init(_ item: String, _ value: String?, _ expected: Bool) { self.init(item, [("f", value)], expected) }

    var description: String { "\(detection) on \(fields): \(expected)" }
}

@Suite struct ModifierTests {
    private func check(_ sample: ModifierCase) throws {
        #expect(try Fixture(detection: sample.detection).matches(sample.fields) == sample.expected, "\(sample)")
    }

    @Test(arguments: [
        ModifierCase("f: abc", "ABC", true), ModifierCase("f: abc", "abcd", false), ModifierCase("f: ''", "", true),
        ModifierCase("f: ''", nil, false), ModifierCase("f: ''", [("g", "x")], false),
        ModifierCase("f: null", nil, true), ModifierCase("f: null", [("g", "x")], true),
        ModifierCase("f: null", "", false), ModifierCase("f: null", [("f", nil), ("f", "x")], false),
        ModifierCase("f: [null, '']", "", true), ModifierCase("f: '*'", "", true), ModifierCase("f: '*'", nil, false),
        ModifierCase("f: [a, b]", "B", true), ModifierCase("f: a*c", "abbc", true),
        ModifierCase("f: a*c", "abcb", false),
        ModifierCase("f: a?c", "abc", true), ModifierCase("f: a?c", "ac", false), ModifierCase("f: a?c", "aéc", true),
        ModifierCase("f: 'a\\*c'", "a*c", true), ModifierCase("f: 'a\\*c'", "abc", false),
        ModifierCase("f: 'a\\b'", "a\\b", true), ModifierCase("f: 'a\\\\b'", "a\\b", true),
        ModifierCase("f: 'a\\\\*'", "a\\x", true), ModifierCase("f: 'a\\\\\\*'", "a\\*", true),
        ModifierCase("f: 'a\\\\\\\\b'", "a\\\\b", true), ModifierCase("f: 'a\\'", "a\\", true),
        ModifierCase("f: 4625", "4625", true), ModifierCase("f: 4625", "46250", false),
        ModifierCase("f: true", "True", true), ModifierCase("f: ĐÀ NẴNG", "đà nẵng", true),
        ModifierCase("f: x", [("f", "y"), ("f", "x")], true),
    ]) func plainValues(sample: ModifierCase) throws { try check(sample) }

    @Test(arguments: [
        ModifierCase("f|contains: bc", "aBCd", true), ModifierCase("f|contains: b*d", "abcde", true),
        ModifierCase("f|contains: ''", "", true), ModifierCase("f|contains: ''", nil, false),
        ModifierCase("f|startswith: ab", "ABC", true), ModifierCase("f|startswith: b", "abc", false),
        ModifierCase("f|endswith: '.PHP'", "/x.php", true), ModifierCase("f|endswith: .php", "/x.php?", false),
        ModifierCase("f|contains|all: [a, b]", "xbxa", true), ModifierCase("f|contains|all: [a, b]", "xa", false),
        ModifierCase("f|all|contains: [a, b]", "xa", false), ModifierCase("f|contains: 46", "1462", true),
        ModifierCase("f|cased: Ab", "Ab", true), ModifierCase("f|cased: Ab", "ab", false),
        ModifierCase("f|contains|cased: Ab", "xAbx", true), ModifierCase("f|cased|contains: Ab", "xabx", false),
        ModifierCase("f|neq: [a, b]", "c", true), ModifierCase("f|neq: [a, b]", "B", false),
        ModifierCase("f|neq: a", [("g", "x")], true), ModifierCase("f|neq: 5", "6", true),
        ModifierCase("f|contains|windash: ' -x'", "cmd /X", true),
        ModifierCase("f|windash|contains: ' -x'", "cmd \u{2014}x", true),
        ModifierCase("f|contains|windash: 'a-x'", "a/x", false), ModifierCase("f|windash: '-a /b'", "/a -b", true),
    ]) func textModifiers(sample: ModifierCase) throws { try check(sample) }

    @Test(arguments: [
        ModifierCase("f|re: '^a.c$'", "abc", true), ModifierCase("f|re: 'b'", "abc", true),
        ModifierCase("f|re: 'B'", "abc", false), ModifierCase("f|re|i: 'B'", "abc", true),
        ModifierCase("f|re: '^b'", "a\nb", false), ModifierCase("f|re|m: '^b'", "a\nb", true),
        ModifierCase("f|re: 'a.b'", "a\nb", false), ModifierCase("f|re|s: 'a.b'", "a\nb", true),
        ModifierCase("f|re|i|s: 'A.B'", "a\nb", true), ModifierCase("f|re: 'x{2,3}y?(?:ab|cd)+'", "xxcd", true),
        ModifierCase("f|re: '\\.\\./'", "a../b", true), ModifierCase("f|re: '^.$'", "é", true),
        ModifierCase("f|re|all: [a, b]", "ba", true), ModifierCase("f|re: '(?i)B'", "abc", true),
    ]) func expressions(sample: ModifierCase) throws { try check(sample) }

    @Test(arguments: [
        ModifierCase("f|base64: /bin/sh", "L2Jpbi9zaA==", true),
        ModifierCase("f|base64|contains: foobar", "xZm9vYmFyx", true),
        ModifierCase("f|base64offset|contains: /bin/sh", "aaL2Jpbi9zaaa", true),
        ModifierCase("f|base64offset|contains: /bin/sh", "eC9iaW4vc2g=", true),
        ModifierCase("f|base64offset|contains: /bin/sh", "eHgvYmluL3No", true),
        ModifierCase("f|base64offset|contains: /bin/sh", "eHh4eA==", false),
        ModifierCase("f|wide|base64offset|contains: ab", "YQBiAA==", true),
        ModifierCase("f|utf16le|base64|contains: ab", "YQBiAA==", true),
        ModifierCase("f|utf16be|base64: ab", "AGEAYg==", true), ModifierCase("f|utf16|base64: ab", "//5hAGIA", true),
        ModifierCase("f|wide|contains: ab", "xa\0b\0x", true), ModifierCase("f|utf16be: ab", "\0a\0b", true),
    ]) func encodings(sample: ModifierCase) throws { try check(sample) }

    @Test(arguments: [
        ModifierCase("f|gt: 5", "6", true), ModifierCase("f|gt: 5", "5", false), ModifierCase("f|gte: 5", "5.0", true),
        ModifierCase("f|lt: 5", "-1", true), ModifierCase("f|lte: 5.5", "5.5", true),
        ModifierCase("f|lt: 5", "x", false),
        ModifierCase("f|gt: 9007199254740992", "9007199254740993", true),
        ModifierCase("f|lt: -9007199254740992", "-9007199254740993", true),
        ModifierCase("f|gte: 9007199254740993", "9007199254740992", false),
        ModifierCase("f|lt: 5", [("g", "1")], false), ModifierCase("f|lt: 5", "", false),
        ModifierCase("f|hour: 14", "2026-03-12T14:05:09Z", true),
        ModifierCase("f|hour|gte: 22", "2026-03-12 23:05", true),
        ModifierCase("f|hour|lt: 6", "2026-03-12 06:05:00", false),
        ModifierCase("f|minute: 5", "2026-03-12 06:05", true),
        ModifierCase("f|day: [12, 13]", "2026-03-12", true), ModifierCase("f|month: 3", "2026/03/12", true),
        ModifierCase("f|year: 2026", "1773284709", true), ModifierCase("f|year: 2026", "1773284709000", true),
        ModifierCase("f|week: 53", "2027-01-03", true), ModifierCase("f|week: 1", "2024-12-30", true),
        ModifierCase("f|hour: 14", "noon", false), ModifierCase("f|week|lte: 11", "2026-03-12", true),
    ]) func numbersAndTimes(sample: ModifierCase) throws { try check(sample) }

    @Test(arguments: [
        ModifierCase("f|cidr: 192.0.2.0/24", "192.0.2.77", true),
        ModifierCase("f|cidr: 192.0.2.0/24", "192.0.3.1", false),
        ModifierCase("f|cidr: [10.0.0.0/8, '2001:db8::/32']", "2001:db8::1", true),
        ModifierCase("f|cidr: 10.0.0.0/8", "10.0.0", false), ModifierCase("f|cidr: 192.0.2.1", "192.0.2.1", true),
        ModifierCase("f|exists: true", "", true), ModifierCase("f|exists: true", nil, true),
        ModifierCase("f|exists: true", [("g", "")], false), ModifierCase("f|exists: false", [("g", "")], true),
        ModifierCase("f|exists: no", "x", false),
        ModifierCase("f|fieldref: g", [("f", "Ab"), ("g", "aB")], true),
        ModifierCase("f|fieldref: g", [("f", "Ab"), ("g", "b")], false),
        ModifierCase("f|fieldref|endswith: g", [("f", "Ab"), ("g", "b")], true),
        ModifierCase("f|fieldref|startswith: g", [("f", "Ab"), ("g", "a")], true),
        ModifierCase("f|fieldref|contains: g", [("f", "xaby"), ("g", "AB")], true),
        ModifierCase("f|fieldref|cased: g", [("f", "Ab"), ("g", "aB")], false),
        ModifierCase("f|fieldref|neq: g", [("f", "a"), ("g", "b")], true),
        ModifierCase("f|fieldref: g", [("f", "Đ"), ("g", "đ")], true),
        ModifierCase("f|fieldref: g", [("f", "a")], false),
    ]) func addressesAndFields(sample: ModifierCase) throws { try check(sample) }

    @Test func timeOfTheEventItself() throws {
        let fixture = try Fixture(detection: "s:\n  '@timestamp|hour': 2\ncondition: s")
        var event = SampleEvent([("f", "x")])
        event.time = Timestamp(nanoseconds: 1_773_284_400_000_000_000)  // 2026-03-12T03:00:00Z
        #expect(fixture.hits([event]).isEmpty)
        event.time = Timestamp(nanoseconds: 1_773_283_800_000_000_000)  // 2026-03-12T02:50:00Z
        #expect(fixture.hits([event]).count == 1)
    }

    @Test func numbersCompareByValueWhereBothAreNumbers() throws {
        let fixture = try Fixture(detection: "s:\n  f: 5\ncondition: s")
        var event = SampleEvent([("f", "5.0")])
        #expect(fixture.hits([event]).isEmpty)
        event.numbers = ["f"]
        #expect(fixture.hits([event]).count == 1)
    }
}
