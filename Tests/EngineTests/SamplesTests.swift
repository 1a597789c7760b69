import Engine
import Events
import Foundation
import Primitives
import Storage
import Testing

/// What `Samples/answers.jsonl` says is found, and nothing else at medium severity or above.
@Suite struct SamplesTests {
    struct Answer: Decodable, Hashable, CustomStringConvertible {
        var rule: String
        var entity: String
        var first: String
        var last: String
        var name: String?
        var description: String { "\(name ?? rule) by \(entity) from \(first) to \(last)" }
    }

    static func answers() throws -> [Answer] {
        let text = try String(contentsOfFile: Fixture.samples + "/answers.jsonl", encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
    }

    private static func seconds(_ time: Timestamp) -> String { String(time.iso8601.prefix(19)) + "Z" }

    /// Within a second: what is decided on a TCP stream is decided when the other side has acknowledged it.
    private static func equal(_ time: Timestamp, _ text: String) -> Bool {
        let whole = ISO8601DateFormatter()
        let fraction = ISO8601DateFormatter()
        fraction.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        guard let date = whole.date(from: text) ?? fraction.date(from: text) else { return false }
        return abs(date.timeIntervalSince1970 - Double(time.nanoseconds) / 1e9) < 1
    }

    @Test func everyAnswerIsFoundAndNothingElse() throws {
        let fixture = try Fixture()
        let ledger = try fixture.scan(
            [Fixture.samples + "/attacks", Fixture.samples + "/ordinary"], into: fixture.path("db"))
        #expect(!ledger.isIncomplete)
        let store = try Store(path: fixture.path("db"), mode: .read)
        let found = try store.incidents().filter { $0.severity >= .medium }
        let answers = try Self.answers()
        #expect(answers.count >= 50)
        var left = found
        for answer in answers {
            let hit = left.firstIndex {
                $0.rule == answer.rule && $0.entity.value == answer.entity && Self.equal($0.first, answer.first)
                    && Self.equal($0.last, answer.last)
            }
            guard let hit else {
                let near = left.filter { $0.entity.value == answer.entity }
                    .map { "\($0.rule) \($0.title) \(Self.seconds($0.first)) \(Self.seconds($0.last))" }
                Issue.record("not found: \(answer); about the same entity: \(near)")
                continue
            }
            left.remove(at: hit)
        }
        for incident in left {
            Issue.record(
                "not an answer: \(incident.title) \(incident.entity.value) \(incident.first.iso8601) \(incident.rules)")
        }
    }

    /// Every rule of the pack has a hit of its own and is silent on its misses.
    @Test func everyRuleHasItsHitAndItsMiss() throws {
        let verdicts = try RuleTester(options: Fixture.options(), samples: Fixture.samples).test()
        #expect(verdicts.count >= 240)
        for verdict in verdicts {
            if let failure = verdict.failure { Issue.record("\(verdict.rule.name ?? verdict.rule.id): \(failure)") }
        }
    }

    @Test func theOrdinaryDayIsSilent() throws {
        let fixture = try Fixture()
        let ledger = try fixture.scan([Fixture.samples + "/ordinary"], into: fixture.path("db"))
        #expect(ledger.inputs.count >= 5 && !ledger.isIncomplete)
        let store = try Store(path: fixture.path("db"), mode: .read)
        for incident in try store.incidents() {
            Issue.record(
                "\(incident.severity.name): \(incident.title) \(incident.entity.value) \(incident.first.iso8601)")
        }
    }

    @Test func theLedgerAddsUp() throws {
        let fixture = try Fixture()
        for _ in 0..<2 {
            let ledger = try fixture.scan([Fixture.samples], into: fixture.path("db"))
            for input in ledger.inputs {
                #expect(
                    input.addsUp,
                    "\(input.path): \(input.records) records, \(input.events) events, \(input.unread), \(input.dropped), known \(input.knownRecords)"
                )
            }
        }
    }
}
