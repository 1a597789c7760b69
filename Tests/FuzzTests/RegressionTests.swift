import Foundation
import FuzzTargets
import Primitives
import Testing

/// What the fuzzer found once stays mended: every file under `Fuzz/Regressions/<target>/` is run again, and so are
/// bytes made up here, so that no target goes untried between the longer runs of `make fuzz`.
@Suite struct RegressionTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fuzz/Regressions")

    private static var files: [(target: String, url: URL)] {
        let manager = FileManager.default
        let targets = (try? manager.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return targets.flatMap { target in
            let files = (try? manager.contentsOfDirectory(at: target, includingPropertiesForKeys: nil)) ?? []
            return files.sorted { $0.path < $1.path }.map { (target.lastPathComponent, $0) }
        }
    }

    @Test func everyFindingIsReplayed() throws {
        for (name, url) in RegressionTests.files where url.lastPathComponent != "README.md" {
            let target = try #require(FuzzTargets.named(name), "no target is called \(name)")
            let bytes = [UInt8](try Data(contentsOf: url))
            let clock = ContinuousClock()
            let elapsed = clock.measure { bytes.withBytes { target.run($0) } }
            #expect(elapsed < .seconds(5), "\(url.lastPathComponent) takes \(elapsed)")
        }
    }

    @Test func targetsHaveNamesOfTheirOwn() {
        #expect(Set(FuzzTargets.all.map(\.name)).count == FuzzTargets.all.count)
    }

    /// xorshift64 over noise and the words that formats begin with.
    @Test(arguments: FuzzTargets.all.map(\.name)) func madeUpBytes(name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next() -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(truncatingIfNeeded: state >> 1)
        }
        let words = [
            "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "\u{16}\u{3}\u{1}\u{0}",
            "SSH-2.0-x\r\n", "220 ready\r\n", "<13>1 2026-03-12T02:58:01Z h a p m - ", "{\"a\":1}\n",
            "alert tcp any any -> any any (",
            "content:\"a\"; sid:1;)", "title: T\n", "detection:\n  s: {f|contains: x}\n  condition: s\n",
            " and not 1 of a*",
            "\u{D4}\u{C3}", "\u{1F}\u{8B}\u{8}", "severity >= high", "\u{1B}[2J", "\n", "\u{0}",
        ].map { Array($0.utf8) }
        for _ in 0..<300 {
            var bytes = [UInt8(truncatingIfNeeded: next())]
            for _ in 0..<next() % 12 {
                bytes +=
                    next() % 3 == 0
                    ? (0..<next() % 9).map { _ in UInt8(truncatingIfNeeded: next()) } : words[next() % words.count]
            }
            bytes.prefix(target.maximumBytes).map { $0 }.withBytes { target.run($0) }
        }
    }
}
