import Matching
import Primitives
import Testing

@Suite struct PatternDatabaseTests {
    private func found(_ patterns: [LiteralPattern], in text: String) throws -> [UInt32] {
        let scanner = try PatternDatabase(patterns).makeScanner()
        text.withBytes { scanner.scan($0) }
        return scanner.matched.sorted()
    }

    @Test(arguments: [
        ("select * FROM t", [0, 1] as [UInt32]), ("SELECT", [0]), ("from", []), ("", []), ("a.b", [2]), ("axb", []),
    ]) func literals(text: String, expected: [UInt32]) throws {
        let patterns = [
            LiteralPattern("select", caseless: true), LiteralPattern("FROM", caseless: false),
            LiteralPattern("a.b", caseless: true),
        ]
        #expect(try found(patterns, in: text) == expected)
    }

    @Test func eachPatternIsNamedOnce() throws {
        #expect(try found([LiteralPattern("a", caseless: true)], in: "aaAAaa") == [0])
    }

    @Test func zeroBytesCount() throws {
        let scanner = try PatternDatabase([LiteralPattern([1, 0, 2], caseless: false)]).makeScanner()
        [UInt8]([9, 1, 0, 2]).withBytes { scanner.scan($0) }
        #expect(Array(scanner.matched) == [0])
        [UInt8]([9, 1, 0, 3]).withBytes { scanner.scan($0) }
        #expect(scanner.matched.isEmpty)
    }

    @Test func literalsMayBeginWithZero() throws {
        let patterns = [
            LiteralPattern([0, 0x41], caseless: true), LiteralPattern("a.b", caseless: true),
            LiteralPattern([0xFF, 0x0A], caseless: false),
        ]
        let scanner = try PatternDatabase(patterns).makeScanner()
        [UInt8]([0, 0x61, 0x78, 0x62, 0xFF, 0x0A]).withBytes { scanner.scan($0) }
        #expect(scanner.matched.sorted() == [0, 2])
    }

    @Test func nothingToLookFor() throws { #expect(try found([], in: "anything") == []) }

    @Test func refusals() {
        #expect(throws: PatternDatabaseError.self) { try PatternDatabase([LiteralPattern("", caseless: true)]) }
        #expect(throws: PatternDatabaseError.self) {
            try PatternDatabase([LiteralPattern([UInt8](repeating: 97, count: 1025), caseless: true)])
        }
    }

    @Test func survivesSerialisation() throws {
        let first = try PatternDatabase([LiteralPattern("needle", caseless: true)])
        let scanner = try PatternDatabase(serialized: first.serialized, patternCount: 1).makeScanner()
        "a NEEDLE b".withBytes { scanner.scan($0) }
        #expect(Array(scanner.matched) == [0])
        #expect(throws: PatternDatabaseError.self) { try PatternDatabase(serialized: [1, 2, 3], patternCount: 1) }
    }
}

@Suite struct RegularExpressionTests {
    @Test(
        arguments: [
            ("a.c", [], "xabcx", true), ("a.c", [], "xABCx", false), ("a.c", [.caseless], "xABCx", true),
            ("a.c", [], "a\nc", false), ("a.c", [.dotAll], "a\nc", true), ("^b", [], "a\nb", false),
            ("^b", [.multiline], "a\nb", true), ("^(?:ab)+$", [], "ababab", true),
            ("(?<=x)y", [], "xy", true),
            ("a", [.anchored], "ba", false), ("á", [.caseless, .unicode], "Á", true),
            ("á", [.caseless], "Á", false),
        ] as [(String, RegularExpressionOptions, String, Bool)])
    func options(pattern: String, options: RegularExpressionOptions, text: String, expected: Bool) throws {
        let expression = try RegularExpression(pattern, options: options)
        let worker = RegularExpressionWorker()
        #expect(text.withBytes { expression.matches($0, worker) } == expected)
    }

    @Test func offsetsAndGroups() throws {
        let expression = try RegularExpression("b(c)(x)?")
        let worker = RegularExpressionWorker()
        "abcabc".withBytes { text in
            let first = expression.firstMatch(text, worker)
            #expect(first?.start == 1 && first?.end == 3)
            #expect(worker.group(1)?.start == 2)
            #expect(worker.group(2) == nil)
            #expect(expression.firstMatch(text, from: 2, worker)?.start == 4)
            #expect(expression.firstMatch(text, from: 2, anchored: true, worker) == nil)
            #expect(expression.firstMatch(text, from: 7, worker) == nil)
        }
        #expect(expression.captureCount == 2)
    }

    @Test func errorsNameThePlace() {
        let error = #expect(throws: RegularExpressionError.self) { try RegularExpression("ab(c") }
        #expect(error?.description == "missing closing parenthesis (at character 5)")
    }

    @Test func hostileExpressionsEnd() throws {
        let expression = try RegularExpression("^(a+)+$")
        let worker = RegularExpressionWorker(matchLimit: 10_000)
        let text = String(repeating: "a", count: 64) + "b"
        #expect(!text.withBytes { expression.matches($0, worker) })
        #expect(worker.abandoned == 1)
    }
}
