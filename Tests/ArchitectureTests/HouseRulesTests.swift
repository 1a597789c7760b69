import Foundation
import Testing

/// Style as a test: imports, lengths and a ban list, as the tree stands. Where a bound is a ratchet it may only go down.
@Suite struct HouseRulesTests {
    static let sources = SourceTree.files("Sources")

    /// Room to the rooms it may import (besides Swift's own modules and the system libraries named here).
    static let mayImport: [String: Set<String>] = [
        "Primitives": ["CMaxMind", "COpenSSL", "CPlatform"],
        "Events": ["Primitives"],
        "Acquisition": ["Events", "Primitives", "CZlib", "CZstd", "CPlatform"],
        "Logs": ["Events", "Primitives"],
        "Network": ["Events", "Primitives", "CZlib", "COpenSSL", "CPlatform", "CKernels"],
        "Rules": ["Events", "Primitives", "Yams"],
        "Matching": ["Rules", "Events", "Primitives", "CVectorscan", "CPCRE2", "CPlatform", "CZlib", "CKernels"],
        "Anomalies": ["Rules", "Events", "Primitives", "CPlatform"],
        "Correlation": ["Rules", "Events", "Primitives"],
        "Storage": ["Events", "Primitives", "GRDB", "GRDBSQLite"],
        "Output": ["Events", "Primitives"],
        "Query": ["Storage", "Output", "Events", "Primitives"],
        "Engine": [
            "Acquisition", "Logs", "Network", "Rules", "Matching", "Anomalies", "Correlation", "Storage", "Output",
            "Events", "Primitives", "CPlatform",
        ],
        "nightjar": ["Engine", "Query", "Rules", "Events", "Primitives", "ArgumentParser"],
    ]
    static let everywhere: Set<String> = ["Swift", "Glibc", "Foundation", "Dispatch", "Synchronization"]
    /// Foundation starts slowly and allocates: the rooms that records pass through do without.
    static let withoutFoundation: Set<String> = [
        "Primitives", "Events", "Acquisition", "Logs", "Network", "Rules", "Matching", "Anomalies", "Correlation",
    ]

    @Test func thereIsSomethingToHold() {
        #expect(Self.sources.count > 20)
        #expect(Set(Self.sources.map(\.room)) == Set(Self.mayImport.keys))
    }

    @Test(arguments: sources)
    func importsFollowTheTable(_ file: SourceFile) throws {
        let allowed = try #require(Self.mayImport[file.room], "\(file.path): no such room in the table")
        for name in file.imports {
            #expect(allowed.contains(name) || Self.everywhere.contains(name), "\(file.path) imports \(name)")
            if name == "Foundation" {
                #expect(!Self.withoutFoundation.contains(file.room), "\(file.path) imports Foundation")
            }
        }
    }

    @Test(arguments: sources)
    func filesFunctionsAndLinesAreShort(_ file: SourceFile) {
        #expect(file.lines.count <= 401, "\(file.path) has \(file.lines.count) lines")
        for (index, line) in file.lines.enumerated() where line.count > 120 {
            // A line is as long as the one string it holds: message forms and keywords read best unbroken.
            if Self.longestLiteral(file, index) > 60 { continue }
            Issue.record("\(file.path):\(index + 1) has \(line.count) columns")
        }
        for function in file.functions where function.length > 60 {
            Issue.record("\(file.path):\(function.line): function of \(function.length) lines")
        }
    }

    /// Length of the longest run that is blanked out as a string literal in a line of code.
    static func longestLiteral(_ file: SourceFile, _ index: Int) -> Int {
        guard !file.lines[index].drop(while: { $0 == " " }).hasPrefix("//") else { return 0 }
        var longest = 0
        var run = 0
        for (raw, code) in zip(file.lines[index].utf8, file.code[index].utf8) {
            run = code == 32 && raw != 0 ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }

    static let banned: [(pattern: String, why: String)] = [
        (#"\btry!"#, "a thrown error would be a crash"),
        (#"\bas!"#, "a wrong guess would be a crash"),
        (#"[\w\)\]]!(?!=)"#, "a force unwrap would be a crash"),
        (#"\bNSRegularExpression\b|\bRegex\b|#/"#, "thousands of nanoseconds a line: PCRE2 is in Matching"),
        (#"\bprint\("#, "output goes through Terminal or an encoder"),
        (#"\bfatalError\("#, "say what is wrong with an error, or with precondition for a bug of ours"),
    ]

    @Test(arguments: sources)
    func bannedWordsAreAbsent(_ file: SourceFile) {
        for (index, line) in file.code.enumerated() {
            for (pattern, why) in Self.banned where line.range(of: pattern, options: .regularExpression) != nil {
                Issue.record("\(file.path):\(index + 1): \(line.trimmingCharacters(in: .whitespaces)) — \(why)")
            }
        }
    }

    @Test(arguments: SourceTree.files("Sources") + SourceTree.files("Tests"))
    func nothingIsLeftForLater(_ file: SourceFile) {
        for (index, line) in file.lines.enumerated() where file.path != "Tests/ArchitectureTests/HouseRulesTests.swift"
        {
            for word in ["TODO", "FIXME", "XXX:", "HACK"] where line.contains(word) {
                Issue.record("\(file.path):\(index + 1): \(word)")
            }
        }
    }
}

extension SourceFile: CustomTestStringConvertible {
    var testDescription: String { path }
}
