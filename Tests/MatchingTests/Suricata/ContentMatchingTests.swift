import Events
import Matching
import Testing

/// Options of a signature, a payload that matches and one that does not. Own cases; semantics as in the Suricata User
/// Guide, "Payload Keywords".
struct ContentCase: Sendable, CustomTestStringConvertible {
    var options: String
    var hit: String
    var miss: String
    var testDescription: String { options }
}

private let cases: [ContentCase] = [
    ContentCase(options: "content:\"abc\";", hit: "xxabcxx", miss: "xxABCxx"),
    ContentCase(options: "content:\"aBc\"; nocase;", hit: "xxAbCxx", miss: "xxabxcx"),
    ContentCase(options: "content:\"abc\"; content:!\"def\";", hit: "abc", miss: "abc def"),
    ContentCase(options: "content:\"abc\"; depth:5;", hit: "xxabc", miss: "xxxabc"),
    ContentCase(options: "content:\"abc\"; offset:2;", hit: "xxabc", miss: "xabcx"),
    ContentCase(options: "content:\"abc\"; offset:2; depth:4;", hit: "xxxabc", miss: "xxxxabc"),
    ContentCase(options: "content:\"abc\"; startswith;", hit: "abcd", miss: "xabc"),
    ContentCase(options: "content:\"abc\"; endswith;", hit: "xabc", miss: "abcx"),
    ContentCase(options: "content:\"abc\"; startswith; endswith;", hit: "abc", miss: "abcabc"),
    ContentCase(options: "content:\"abc\"; content:!\"end\"; endswith;", hit: "abc end.", miss: "abc end"),
    ContentCase(options: "content:\"one\"; content:\"two\"; distance:0;", hit: "one two", miss: "two one"),
    ContentCase(options: "content:\"one\"; content:\"two\"; distance:3;", hit: "one...two", miss: "one..two"),
    ContentCase(options: "content:\"one\"; content:\"two\"; within:5;", hit: "one..two", miss: "one...two"),
    ContentCase(options: "content:\"one\"; content:\"two\"; distance:1; within:3;", hit: "one.two", miss: "one..two"),
    ContentCase(
        options: "content:\"one\"; content:\"ne\"; distance:-2;", hit: "one",
        miss: "on e ne".replacing("ne", with: "n_")),
    // Going back: the first "one" does not lead to "two", the second does.
    ContentCase(
        options: "content:\"one\"; content:\"two\"; distance:1; within:3;", hit: "one..one.two", miss: "one..one..two"),
    ContentCase(
        options: "content:\"a\"; content:\"b\"; within:1; content:\"c\"; within:1;", hit: "ab.ab.abc", miss: "ab.ac.bc"),
    ContentCase(options: "content:\"one\"; content:!\"two\"; within:5;", hit: "one...two", miss: "one..two"),
    // Another occurrence of the first content satisfies the negated one.
    ContentCase(
        options: "content:\"one\"; content:!\"!\"; within:1; content:\"three\";", hit: "one! one three",
        miss: "one! one! three"),
    ContentCase(options: "content:\"abc\"; isdataat:3,relative;", hit: "abcdef", miss: "abcde"),
    ContentCase(options: "content:\"abc\"; isdataat:!1,relative;", hit: "xabc", miss: "xabcd"),
    ContentCase(options: "content:\"abc\"; isdataat:5;", hit: "abcdef", miss: "abcde"),
    ContentCase(options: "content:\"a\"; pcre:\"/b+c/\";", hit: "a bbc", miss: "a b c"),
    ContentCase(options: "content:\"a\"; pcre:\"/^b+c/R\";", hit: "xabbc", miss: "bbca"),
    ContentCase(options: "content:\"a\"; pcre:\"/^bc/R\";", hit: "a.abc", miss: "a.bc"),
    ContentCase(options: "content:\"a\"; pcre:!\"/B/i\";", hit: "ac", miss: "acb"),
    ContentCase(options: "pcre:\"/a.c/\"; content:\"d\"; within:1;", hit: "abc.axcd", miss: "abcxd"),
    ContentCase(options: "content:\"n\"; byte_test:1,>,4,0,relative;", hit: "n\u{5}", miss: "n\u{4}"),
    ContentCase(options: "content:\"n\"; byte_test:2,=,258,0,relative;", hit: "n\u{1}\u{2}", miss: "n\u{2}\u{1}"),
    ContentCase(
        options: "content:\"n\"; byte_test:2,=,513,0,relative,little;", hit: "n\u{1}\u{2}", miss: "n\u{2}\u{1}"),
    ContentCase(options: "content:\"n\"; byte_test:1,!&,4,0,relative;", hit: "n\u{3}", miss: "n\u{5}"),
    ContentCase(options: "content:\"n=\"; byte_test:4,>,1000,0,relative,string,dec;", hit: "n=1001", miss: "n=0999"),
    ContentCase(options: "content:\"n=\"; byte_test:4,=,255,0,relative,string,hex;", hit: "n=00ff", miss: "n=00fe"),
    ContentCase(options: "content:\"n\"; byte_test:1,=,3,0,relative,bitmask 0xF0;", hit: "n0", miss: "n\u{3}"),
    ContentCase(
        options: "content:\"n\"; byte_jump:1,0,relative; content:\"end\"; within:3;", hit: "n\u{2}xxend",
        miss: "n\u{2}xend"),
    ContentCase(
        options: "content:\"n\"; byte_jump:1,0,relative,post_offset 1; content:\"end\"; within:3;", hit: "n\u{1}xxend",
        miss: "n\u{1}xend"),
    ContentCase(
        options: "content:\"n\"; byte_jump:1,0,relative,from_beginning; content:\"end\"; within:3;",
        hit: "xxend n\u{2}",
        miss: "xend. n\u{2}"),
    ContentCase(
        options: "content:\"n\"; byte_extract:1,0,len,relative; content:\"end\"; distance:len; within:3;",
        hit: "n\u{2}..end", miss: "n\u{3}..end"),
    ContentCase(
        options: "byte_math:bytes 1, offset 0, oper *, rvalue 2, result twice; content:\"z\"; offset:twice;",
        hit: "\u{2}...z",
        miss: "\u{2}..z"),
]

@Test(arguments: cases)
func contentsHoldExactly(_ one: ContentCase) throws {
    for rule in ["alert udp", "alert tcp-pkt"] {
        let text = "\(rule) any any -> any any (\(one.options) sid:1;)"
        let ipProtocol: UInt8 = rule.contains("udp") ? 17 : 6
        #expect(
            try sids(text) {
                $0.ipProtocol = ipProtocol
                $0.packet(one.hit)
            } == [1], "\(rule) must hit")
        #expect(
            try sids(text) {
                $0.ipProtocol = ipProtocol
                $0.packet(one.miss)
            } == [], "\(rule) must miss")
    }
}

/// Suricata counts from the start of the run of data that it inspects, wherever in the stream that lies.
@Test func positionsCountFromTheStartOfWhatIsInspected() throws {
    let rules = """
        alert tcp-stream any any -> any any (content:"abc"; depth:10; sid:1;)
        alert tcp-stream any any -> any any (content:"abc"; offset:3; depth:5; sid:2;)
        """
    #expect(try sids(rules) { $0.stream("..abc", offset: 0) } == [1])
    #expect(try sids(rules) { $0.stream("..abc", offset: 100) } == [1])
    #expect(try sids(rules) { $0.stream("...abc", offset: 100) } == [1, 2])
}

@Test func hostileRepetitionEnds() throws {
    let rules =
        "alert udp any any -> any any (content:\"a\"; content:\"a\"; distance:0; content:\"a\"; distance:0; content:\"b\"; distance:0; content:\"a\"; sid:1;)"
    #expect(
        try sids(rules) {
            $0.ipProtocol = 17
            $0.packet(String(repeating: "a", count: 60_000))
        } == [])
}
