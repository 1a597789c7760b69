import Correlation
import Engine
import Events
import Primitives
import Rules
import Storage
import Testing

/// Incidents put together around what changed are those that come out when all detections are looked at.
@Suite struct IncidentRegroupingTests {
    private static let hour: Int64 = 3_600_000_000_000
    private static let start: Int64 = 1_773_280_800_000_000_000
    private static let grouping = ContentID(high: 7, low: 7)

    private static func info(_ id: String, _ kind: RuleKind, _ level: Severity, _ tags: [String]) -> RuleInfo {
        var info = RuleInfo(
            id: id, title: "Title of \(id)", level: level, kind: kind, origin: RuleOrigin(file: "t.yml", line: 1))
        info.tags = tags
        return info
    }

    private static let rules = [
        info("scan", .sigma, .medium, ["attack.reconnaissance"]),
        info("scan-too", .sigma, .low, ["attack.reconnaissance"]),
        info("odd", .sigma, .medium, []),
        info("exploit", .signature, .high, ["attack.initial-access", "attack.t1190"]),
        info("login", .sigma, .medium, ["attack.initial-access", "attack.t1078"]),
        info("account", .sigma, .medium, ["attack.persistence", "attack.t1136.001"]),
        info("shell", .sigma, .high, ["attack.execution"]),
        info("beacon", .anomaly, .medium, ["attack.command-and-control", "attack.t1071.001"]),
        info("tunnel", .anomaly, .medium, ["attack.command-and-control", "attack.t1071.004"]),
        info("burst", .correlation, .high, ["attack.credential-access"]),
        info("chain", .correlation, .critical, ["attack.lateral-movement"]),
    ]

    private static let correlations: [CorrelationRule] = [
        ("burst", ["scan", "login"]), ("chain", ["shell", "exploit"]),
    ]
    .map { name, parts in
        var rule = CorrelationRule(
            info: info(name, .correlation, .high, []), kind: .temporal, rules: parts, groupBy: ["source.ip"],
            timespanNanoseconds: hour, conditions: [], countedFields: [])
        rule.isChain = name == "chain"
        return rule
    }

    /// A small world, so that much of it meets.
    private struct World {
        var random: Draws
        var number = 0
        var made: [Detection] = []
        let days: Int64

        private let outside = ["203.0.113.7", "203.0.113.8", "198.51.100.9"]
        private let inside = ["10.0.1.10", "10.0.1.11", "10.0.9.7"]
        private let hosts = ["web-01", "file-01"]
        private let users = ["kho", "hotro"]
        private let names = ["a.t.example", "b.t.example", "c.t.example", "d.t.example"]

        mutating func pick<Value>(_ list: [Value]) -> Value { list[random.below(list.count)] }

        mutating func detection() -> Detection {
            number += 1
            let rule = pick(rules)
            let first = Timestamp(nanoseconds: start + Int64(random.below(Int(days * 24 * 60))) * hour / 60)
            let length = random.below(8) == 0 ? Int64(random.below(40)) * hour : Int64(random.below(30)) * hour / 60
            let near = made.filter { abs($0.first.nanoseconds - first.nanoseconds) < 6 * hour }
            var events = [event(number)]
            if rule.id == "chain", let other = near.last { events += other.events.prefix(1) }
            var detection = Detection(
                id: detectionID(rule: rule.id, events: [events[0].id]), rule: rule, first: first,
                last: first.adding(nanoseconds: length), events: events, fields: fields(of: rule), entity: entity())
            if rule.kind == .correlation { detection.links = near.suffix(random.below(3)).map(\.id) }
            made.append(detection)
            return detection
        }

        private mutating func entity() -> Entity {
            switch random.below(6) {
            case 0: Entity(kind: "host", value: pick(hosts))
            case 1: Entity(kind: "user", value: pick(users))
            case 2, 3: Entity(kind: "ip", value: pick(inside))
            default: Entity(kind: "ip", value: pick(outside))
            }
        }

        private mutating func fields(of rule: RuleInfo) -> [FieldValue] {
            var fields = [
                FieldValue(name: "destination.ip", value: pick(inside)),
                FieldValue(name: "host.hostname", value: pick(hosts)),
                FieldValue(name: "user.name", value: pick(users)),
            ]
            guard rule.id == "tunnel" else { return fields }
            fields.append(FieldValue(name: "dns.question.registered_domain", value: "t.example"))
            for name in names where random.below(4) > 0 {
                fields.append(FieldValue(name: "dns.question.name", value: name))
            }
            return fields
        }

        private func event(_ number: Int) -> EventReference {
            EventReference(
                id: ContentID(high: mix64(UInt64(number)), low: UInt64(number)), input: ContentID(high: 1, low: 1),
                number: UInt64(number), offset: Int64(number), length: 1)
        }

        /// One that was found before, as it is after more of it was seen.
        mutating func grown() -> Detection? {
            guard !made.isEmpty else { return nil }
            let place = random.below(made.count)
            made[place].last = made[place].last.adding(nanoseconds: Int64(random.below(9)) * hour)
            made[place].count += 1
            if random.below(2) == 0 { made[place].fields = fields(of: made[place].rule) }
            return made[place]
        }
    }

    struct Draws {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(1, bound)))
        }
    }

    /// The same by looking at everything.
    private func expected(_ store: Store, _ builder: IncidentBuilder) throws -> [ContentID: ContentID] {
        Dictionary(
            uniqueKeysWithValues: builder.incidents(of: try store.detections()).map { ($0.id, store.digest(of: $0)) })
    }

    private func stored(_ store: Store) throws -> [ContentID: ContentID] {
        Dictionary(uniqueKeysWithValues: try store.incidentHeads(in: .everything).map { ($0.id, $0.digest) })
    }

    @Test(arguments: [UInt64(1), 2, 3, 4]) func isWhatAllComesTo(_ block: UInt64) throws {
        var around = 0
        for seed in block * 1000..<block * 1000 + 60 {
            let store = try Store(path: ":memory:")
            let builder = IncidentBuilder(correlations: IncidentRegroupingTests.correlations)
            let regrouping = IncidentRegrouping(
                store: store, builder: builder, grouping: IncidentRegroupingTests.grouping)
            var world = World(random: Draws(state: seed), days: 12 + Int64(seed % 20))
            for round in 0..<12 {
                var batch = (0..<(round == 0 ? 40 : 1 + world.random.below(4))).map { _ in world.detection() }
                if round % 3 == 1, let grown = world.grown() { batch.append(grown) }
                try store.commit(detections: batch)
                if round % 4 == 3 { try forget(of: &world, store) }
                try regrouping.run()
                let isSame = try expected(store, builder) == stored(store)
                #expect(isSame, "seed \(seed), round \(round)")
                if !isSame { return }
            }
            around += try stored(store).count
        }
        #expect(around > 60 * 5)
    }

    /// Some of what windows found does not come out again.
    private func forget(of world: inout World, _ store: Store) throws {
        let kept = world.made.filter { $0.rule.id != "burst" || world.random.below(4) > 0 }
        world.made = kept
        try store.beginJudgement()
        try store.commit(detections: kept.filter { $0.rule.id == "burst" })
        try store.finishJudgement(ofRules: ["burst"])
    }

    /// Put together by another thread while they are stored: the same rows.
    @Test func besideIsTheSame() throws {
        var world = World(random: Draws(state: 11), days: 400)
        let detections = (0..<3000).map { _ in world.detection() }
        let builder = IncidentBuilder(correlations: IncidentRegroupingTests.correlations)
        let stores = try [false, true].map { beside in
            let store = try Store(path: ":memory:")
            try store.commit(detections: detections)
            try IncidentRegrouping(
                store: store, builder: builder, grouping: IncidentRegroupingTests.grouping, beside: beside
            ).run()
            return store
        }
        let heads = try stores.map { try $0.incidentHeads(in: .everything) }
        // More than one lot of those that are handed over.
        #expect(heads[0].count > 200)
        #expect(heads[0] == heads[1])
        let wanted = try expected(stores[1], builder)
        #expect(try stored(stores[1]) == wanted)
    }

    @Test func anotherGroupingPutsAllTogetherAnew() throws {
        let store = try Store(path: ":memory:")
        var world = World(random: Draws(state: 5), days: 10)
        try store.commit(detections: (0..<60).map { _ in world.detection() })
        let plain = IncidentBuilder(correlations: [])
        try IncidentRegrouping(store: store, builder: plain, grouping: plain.grouping).run()
        #expect(try stored(store) == expected(store, plain))
        #expect(try store.unsettled(grouping: plain.grouping).isEmpty)
        let other = IncidentBuilder(correlations: IncidentRegroupingTests.correlations)
        #expect(other.grouping != plain.grouping)
        #expect(try store.unsettled(grouping: other.grouping) == .everything)
        try IncidentRegrouping(store: store, builder: other, grouping: other.grouping).run()
        #expect(try stored(store) == expected(store, other))
        #expect(try stored(store) != expected(store, plain))
    }

    /// What a rule is called and how much it weighs is told by all its incidents.
    @Test func aRuleThatChangedReachesOldIncidents() throws {
        let store = try Store(path: ":memory:")
        var world = World(random: Draws(state: 9), days: 10)
        let all = (0..<60).map { _ in world.detection() }
        try store.commit(detections: all)
        let builder = IncidentBuilder(correlations: [])
        let regrouping = IncidentRegrouping(store: store, builder: builder, grouping: builder.grouping)
        #expect(try regrouping.run().new.count > 3)
        #expect(try regrouping.run() == IncidentChanges())
        try store.store(rules: [all[0].rule])
        #expect(try store.unsettled(grouping: builder.grouping).isEmpty)
        var rule = all[0].rule
        rule.level = .critical
        try store.store(rules: [rule])
        #expect(try store.unsettled(grouping: builder.grouping) == .everything)
        try regrouping.run()
        #expect(try stored(store) == expected(store, builder))
        #expect(try store.incidents().contains { $0.severity == .critical })
    }

    /// The same again is nothing to look at, however often it is stored.
    @Test func whatIsStoredAgainSettlesNothingAnew() throws {
        let store = try Store(path: ":memory:")
        var world = World(random: Draws(state: 3), days: 10)
        let all = (0..<30).map { _ in world.detection() }
        let builder = IncidentBuilder(correlations: [])
        try store.commit(detections: all)
        try IncidentRegrouping(store: store, builder: builder, grouping: builder.grouping).run()
        try store.commit(detections: all)
        #expect(try store.unsettled(grouping: builder.grouping).isEmpty)
        var later = all[4]
        later.count += 1
        try store.commit(detections: [later])
        #expect(
            try store.unsettled(grouping: builder.grouping)
                == TimeSpans([TimeSpans.span(later.first, later.last)]))
    }
}
