import Events
import Foundation
import Matching
import Rules
import Testing

/// For every rule an event made from its own tree that it must match, and a near miss that it must not. Over the pack,
/// and over the folders that `NIGHTJAR_SIGMA_RULES` names (separated by `:`), where the figures are printed.
@Suite struct GeneratedEventTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static let folders: [String] =
        [root + "/Signatures/sigma"]
        + (ProcessInfo.processInfo.environment["NIGHTJAR_SIGMA_RULES"] ?? "").split(separator: ":").map(String.init)

    struct Figures {
        var rules = 0
        var fired = 0
        var missed = 0
        var withoutWitness: [String] = []
        var withoutMiss: [String] = []
        var silent: [String] = []
        var loud: [String] = []
    }

    @Test(arguments: folders) func firesOnItsWitnessAndNotOnItsNearMiss(folder: String) throws {
        var loader = RuleLoader(options: RuleLoadOptions(checkExpression: SigmaExpressions.problem))
        let set = loader.load(paths: [folder])
        var figures = Figures()
        for rule in set.sigma { try judge(rule, &figures) }
        print(
            "\(folder): \(figures.rules) rules, \(figures.fired) fire on their event, \(figures.missed) are silent on",
            "their near miss; no event found for \(figures.withoutWitness), no near miss for \(figures.withoutMiss)")
        #expect(figures.silent == [], "silent on an event they must match")
        #expect(figures.loud == [], "match a near miss")
        #expect(figures.rules > 0 && figures.fired * 100 >= figures.rules * 95)
        #expect(figures.missed * 100 >= figures.rules * 95)
    }

    private func judge(_ rule: SigmaRule, _ figures: inout Figures) throws {
        figures.rules += 1
        let place = rule.info.origin.file + " (" + rule.info.id + ")"
        var override = LogSourceOverride()
        override.isAny = true
        var set = RuleSet()
        set.sigma = [rule]
        let fixture = try Fixture(set, options: MatchOptions(logSource: override, decodesURLs: false))
        let maker = WitnessMaker(rule)
        guard let witness = maker.witness() else {
            figures.withoutWitness.append(place)
            return
        }
        if matches(fixture, witness) { figures.fired += 1 } else { figures.silent.append("\(place): \(witness)") }
        guard let miss = maker.nearMiss(witness) else {
            figures.withoutMiss.append(place)
            return
        }
        if matches(fixture, miss) { figures.loud.append("\(place): \(miss)") } else { figures.missed += 1 }
    }

    private func matches(_ fixture: Fixture, _ fields: [String: String]) -> Bool {
        fixture.matches(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}
