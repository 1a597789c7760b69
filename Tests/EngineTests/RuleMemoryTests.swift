import Engine
import Events
import Foundation
import Rules
import Testing

/// Rules that come from the cache find and say what those read from their files do.
@Suite struct RuleMemoryTests {
    private static let good = """
        title: Word
        id: w
        name: word
        related: [{id: other, type: similar}]
        logsource: {category: webserver}
        fields: [cs-user-agent]
        entity: [c-ip]
        level: high
        detection:
          s: {c-uri|contains: [red, blue], c-ip|cidr: 192.0.2.0/24}
          t: {c-uri|re: 'r[e]d[0-9]+'}
          u: ['nowhere else']
          condition: s and t or u
        ---
        title: Twice
        id: t
        correlation: {type: event_count, rules: [word], group-by: [c-ip], timespan: 1m, condition: {gte: 2}}
        level: low
        """
    private static let bad = """
        title: Bad
        id: b
        logsource: {category: webserver}
        detection: {s: {c-uri|kontains: x}, condition: s}
        """
    private static let filter = """
        title: Not from there
        logsource: {category: webserver}
        filter: {rules: [w], s: {c-uri|contains: safe}, condition: not s}
        """

    private let fixture: Fixture
    private let rules: String
    private let kept: String

    init() throws {
        fixture = try Fixture()
        rules = fixture.path("rules")
        kept = fixture.path("kept")
        try FileManager.default.createDirectory(atPath: rules, withIntermediateDirectories: true)
        for (name, text) in [("a.yml", Self.good), ("b.yml", Self.bad), ("c.yml", Self.filter)] {
            try write(name, text)
        }
    }

    private func write(_ name: String, _ text: String) throws { try fixture.write("rules/" + name, text) }

    private func options(cached: Bool) -> EngineOptions {
        var options = Fixture.options()
        options.rulePaths = [rules]
        if cached { options.ruleCacheFolder = kept }
        return options
    }

    /// What a run with these rules says and finds.
    private func outcome(cached: Bool) throws -> [String] {
        let desk = try RuleDesk(options: options(cached: cached))
        let log = try fixture.write(
            "access.log",
            ["/red1?q", "/red2", "/blue", "/red3/safe", "/nowhere%20else", "/x?y=nowhere else"].map {
                RuleToolTests.line($0)
            }.joined())
        let found = fixture.path("found")
        var scan = options(cached: cached)
        scan.detectionsPath = found
        try fixture.scan([log], into: fixture.path("db-\(UUID().uuidString)"), options: scan)
        return desk.rules.diagnostics.map(\.rendered) + ["\(desk.rules.refusedCount) \(desk.rules.loadedCount)"]
            + desk.rules.sigma.map { "\($0.info) \($0.logSource) \($0.shownFields)" }
            + desk.rules.correlations.map { "\($0)" } + [try String(contentsOfFile: found, encoding: .utf8)]
    }

    private func settle() { Thread.sleep(forTimeInterval: 0.15) }

    @Test func theCacheChangesNothing() throws {
        let plain = try outcome(cached: false)
        #expect(plain.contains { $0.contains("unknown modifier `kontains`") } && plain.last?.isEmpty == false)
        settle()
        for _ in 0..<3 { #expect(try outcome(cached: true) == plain) }
        #expect(try RuleDesk(options: options(cached: true)).rules.areSigmaRemembered)
    }

    @Test func aChangedFileIsReadAgain() throws {
        settle()
        let before = try outcome(cached: true)
        try write("a.yml", Self.good.replacingOccurrences(of: "level: high", with: "level: medium"))
        #expect(try !RuleDesk(options: options(cached: true)).rules.areSigmaRemembered)
        settle()
        _ = try outcome(cached: true)
        let after = try outcome(cached: true)
        #expect(after != before)
        #expect(try after == outcome(cached: false))
        try FileManager.default.removeItem(atPath: rules + "/b.yml")
        #expect(try RuleDesk(options: options(cached: true)).rules.refusedCount == 0)
    }

    @Test func whatIsLostOrDamagedIsMadeAgain() throws {
        settle()
        let plain = try outcome(cached: true)
        let names = try FileManager.default.contentsOfDirectory(atPath: kept).sorted()
        #expect(names.count >= 2)
        for name in names {
            let path = kept + "/" + name
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            try FileManager.default.removeItem(atPath: path)
            #expect(try outcome(cached: true) == plain)
            var damaged = data
            damaged[damaged.count - 1] ^= 1
            try damaged.write(to: URL(fileURLWithPath: path))
            #expect(try outcome(cached: true) == plain)
        }
    }

    @Test func anotherLogSourceIsAnotherMatcher() throws {
        settle()
        let before = try outcome(cached: true)
        var changed = options(cached: true)
        try changed.setLogSource("category=dns")
        let log = try fixture.write("one.log", RuleToolTests.line("/red1"))
        #expect(try fixture.scan([log], into: fixture.path("db"), options: changed).detections == 0)
        #expect(try outcome(cached: true) == before)
    }
}
