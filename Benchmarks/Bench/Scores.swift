import Events
import Foundation
import Logs
import Matching
import Primitives
import Rules

/// Requests of decoded access lines through the scorer of web attacks.
enum Scores {
    static func score() throws {
        var traffic = Traffic()
        let text = traffic.accessLines(200_000)
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var loader = RuleLoader()
        let rules = loader.load(paths: [package.appendingPathComponent("Signatures/scored").path])
        let registry = FieldRegistry()
        let worker = WebAttackMatcher(rules: rules.webAttacks, logSource: nil).makeWorker()
        registry.freeze()
        let events = try Batches.decoded(text, registry)
        var hits: [WebAttackHit] = []
        // What reading the same bytes costs at least: a search of each record for a byte that it does not have.
        let reference: () -> Void = {
            for (batch, decoded) in events {
                for index in 0..<decoded.count where decoded.raw(of: index).firstIndex(of: 0) != nil { exit(3) }
                withExtendedLifetime(batch) {}
            }
        }
        Measure(name: "score, \(rules.webAttacks.count) rules", bytes: text.count, records: 200_000)
            .run(reference: ("memchr for an absent byte, whole lines", reference)) {
                for (batch, decoded) in events {
                    worker.match(decoded, into: &hits)
                    withExtendedLifetime(batch) {}
                }
            }
        Report.line("  \(worker.requestCount) requests, \(worker.scoredCount) read, \(hits.count) hits")
    }
}
