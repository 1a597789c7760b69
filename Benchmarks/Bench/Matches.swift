import Events
import Foundation
import Logs
import Matching
import Primitives
import Rules

/// Decoded access lines against the pack (and the rules of `NIGHTJAR_BENCH_RULES`, where given).
enum Matches {
    static func match() throws {
        var traffic = Traffic()
        let text = traffic.accessLines(200_000)
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var paths = [package.appendingPathComponent("Signatures").path]
        if let more = ProcessInfo.processInfo.environment["NIGHTJAR_BENCH_RULES"] { paths.append(more) }
        var loader = RuleLoader(options: RuleLoadOptions(checkExpression: SigmaExpressions.problem))
        let rules = loader.load(paths: paths)
        let registry = FieldRegistry()
        let matcher = try EventMatcher(rules: rules.sigma, registry: registry, options: MatchOptions())
        let worker = try matcher.makeWorker()
        registry.freeze()
        let events = try Batches.decoded(text, registry)
        let database = try PatternDatabase(literals.map { LiteralPattern($0, caseless: true) })
        let scanner = try database.makeScanner()
        var hits: [EventHit] = []
        hits.reserveCapacity(1 << 16)
        let reference: () -> Void = {
            for (batch, decoded) in events {
                for index in 0..<decoded.count { scanner.scan(decoded.raw(of: index)) }
                withExtendedLifetime(batch) {}
            }
        }
        Measure(name: "match, \(rules.sigma.count) Sigma rules", bytes: text.count, records: 200_000)
            .run(reference: ("Vectorscan alone, \(literals.count) literals, whole lines", reference)) {
                for (batch, decoded) in events {
                    hits.removeAll(keepingCapacity: true)
                    worker.match(decoded, into: &hits)
                    withExtendedLifetime(batch) {}
                }
            }
    }

    /// As many literals as a few hundred rules hold; none of them is ordinary traffic.
    private static let literals: [String] = {
        let words = [
            "union select", "../../", "/etc/passwd", "<script", "cmd.exe", "wget http", "${jndi:", "base64_decode(",
            "xp_cmdshell", "/.git/",
        ]
        return words + words.flatMap { word in (0..<79).map { "\(word)x\($0 * 7919 % 1000)" } }
    }()
}
