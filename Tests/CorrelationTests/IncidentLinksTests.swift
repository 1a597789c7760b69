import Correlation
import Events
import Primitives
import Rules
import Testing

/// Steps of one attack are one incident, and nothing else is.
@Suite struct IncidentLinksTests {
    private let outside = Entity(kind: "ip", value: "203.0.113.7")
    private let server = Entity(kind: "ip", value: "10.0.1.10")
    private let hour = 3600.0

    private func detection(
        _ rule: String, at time: Double, about entity: Entity, tags: [String], level: Severity = .high,
        fields: [(String, String)] = [], number: Int
    ) -> Detection {
        Detection(
            id: detectionID(rule: rule, events: [Make.id(number)]),
            rule: Make.info(rule, .sigma, level: level, tags: tags),
            first: Make.time(time), last: Make.time(time), events: [Make.event(number)],
            fields: fields.map { FieldValue(name: $0.0, value: $0.1) }, entity: entity)
    }

    private func incidents(_ detections: [Detection], estate: Estate = .standard) -> [Incident] {
        IncidentBuilder(correlations: [], estate: estate).incidents(of: detections)
    }

    private var scan: Detection {
        detection("scan", at: 0, about: outside, tags: ["attack.reconnaissance"], level: .medium, number: 0)
    }
    private var exploit: Detection {
        detection(
            "exploit", at: hour, about: outside, tags: ["attack.initial-access", "attack.t1190"],
            fields: [("source.ip", "203.0.113.7"), ("destination.ip", "10.0.1.10")], number: 1)
    }
    private func beacon(at time: Double = 7200, number: Int = 2) -> Detection {
        detection(
            "beacon", at: time, about: server, tags: ["attack.command-and-control", "attack.t1071"],
            fields: [("source.ip", "10.0.1.10"), ("destination.ip", "198.51.100.9")], number: number)
    }

    /// One technique, told after where it was seen: in a request, or in a mail.
    @Test(arguments: [("web_open_redirect", "exploit"), ("mail_hidden_link", "phish")])
    func aLinkThatDeceives(_ name: String, _ act: String) throws {
        var link = detection(
            "link", at: 0, about: outside, tags: ["attack.initial-access", "attack.t1566.002"], level: .medium,
            number: 9)
        link.rule.name = name
        #expect(incidents([link]).first?.acts.map(\.kind) == [act])
    }

    /// A key that came from elsewhere names whose it is; names of accounts that were tried are no log-in.
    @Test(
        arguments: [
            (["attack.t1078", "attack.t1550.001"], [("api_key", "agency-api")], "key", "agency-api"),
            (["attack.t1589.002"], [], "accounts", nil), (["attack.t1110", "attack.t1087"], [], "guess", nil),
        ] as [([String], [(String, String)], String, String?)]) func actsFollowTheirTechniques(
            _ tags: [String], _ fields: [(String, String)], _ kind: String, _ object: String?
        )
    {
        let found = incidents([detection("a", at: 0, about: outside, tags: tags, fields: fields, number: 9)])
        #expect(found.first?.acts.map(\.kind) == [kind] && found.first?.acts.first?.object == object)
    }

    @Test func aScanAnExploitAndABeaconAreOne() throws {
        let found = incidents([scan, exploit, beacon()])
        let one = try #require(found.first)
        #expect(found.count == 1)
        #expect(one.entity == outside)
        #expect(one.stages == ["reconnaissance", "initial-access", "command-and-control"])
        #expect(one.severity == .critical, "high, and one more for what was done from where they came in")
        #expect(one.detections.count == 3)
        #expect(one.acts.map(\.kind) == ["web-scan", "exploit", "beacon"] || one.acts.first?.kind == "other")
    }

    @Test func itGrowsAndKeepsItsName() {
        let steps = [scan, exploit, beacon(), beacon(at: 9000, number: 3)]
        let ids = (2...4).map { incidents(Array(steps.prefix($0))).map(\.id) }
        #expect(ids.allSatisfy { $0.count == 1 && $0 == ids[0] })
    }

    /// An account that is made while somebody is in who got in by a password is theirs.
    @Test(arguments: [(1800.0, 1), (9000.0, 2)])
    func anAccountMadeMeanwhileBelongsToThem(_ later: Double, _ count: Int) {
        let login = detection(
            "login", at: 0, about: outside, tags: ["attack.initial-access", "attack.t1078"],
            fields: [("source.ip", "203.0.113.7"), ("user.name", "kho"), ("host.hostname", "file-01")], number: 30)
        let made = detection(
            "made", at: later, about: Entity(kind: "user", value: "hotro"),
            tags: ["attack.persistence", "attack.t1136.001"],
            fields: [("user.target.name", "hotro"), ("host.hostname", "file-01")], number: 31)
        #expect(incidents([login, made]).count == count)
    }

    private func tunnel(by address: String, domain: String, questions: [String], number: Int) -> Detection {
        detection(
            "tunnel", at: Double(number), about: Entity(kind: "ip", value: address),
            tags: ["attack.command-and-control", "attack.t1071.004"],
            fields: [("source.ip", address), ("dns.question.registered_domain", domain)]
                + questions.map { ("dns.question.name", $0) }, number: number)
    }

    /// A resolver asks what its client asked; two clients of one resolver stay two.
    @Test func whatAResolverHandsOnIsItsClients() throws {
        var names = EstateSystem(id: "names", name: "Names")
        names.addresses = [try #require(IPNetwork("10.0.1.53"))]
        names.roles = ["dns"]
        let estate = Estate(systems: [names])
        let client = tunnel(by: "10.0.9.7", domain: "t.example", questions: ["a.t.example"], number: 20)
        let resolver = tunnel(by: "10.0.1.53", domain: "t.example", questions: ["a.t.example"], number: 21)
        let found = incidents([resolver, client], estate: estate)
        #expect(found.count == 1 && found.first?.entity.value == "10.0.9.7")
        #expect(incidents([resolver, client]).count == 2, "who the resolver is was not said")
        let other = tunnel(by: "10.0.9.8", domain: "t.example", questions: ["b.t.example"], number: 22)
        #expect(incidents([resolver, client, other], estate: estate).count == 2)
        let elsewhere = tunnel(by: "10.0.1.53", domain: "u.example", questions: ["a.u.example"], number: 21)
        #expect(incidents([elsewhere, client], estate: estate).count == 2)
    }

    /// Without an inventory the same coded names tell it.
    @Test func theSameQuestionsAreOneTunnel() {
        let names = (0..<4).map { "x\($0).t.example" }
        let client = tunnel(by: "10.0.9.7", domain: "t.example", questions: names, number: 20)
        let resolver = tunnel(by: "10.0.1.53", domain: "t.example", questions: names, number: 21)
        let found = incidents([resolver, client])
        #expect(found.count == 1 && found.first?.entity.value == "10.0.9.7")
    }

    @Test func theOrderDoesNotMatter() {
        var random = Random(11)
        var steps = [scan, exploit, beacon(), beacon(at: 9000, number: 3)]
        let expected = incidents(steps)
        for _ in 0..<20 {
            for index in steps.indices.reversed() { steps.swapAt(index, random.below(index + 1)) }
            let built = incidents(steps)
            #expect(built.map(\.id) == expected.map(\.id) && built.map(\.acts) == expected.map(\.acts))
        }
    }

    @Test func onlyOneOfTwoAttackersIsFollowed() {
        let other = detection(
            "exploit", at: 1800, about: Entity(kind: "ip", value: "203.0.113.8"), tags: ["attack.initial-access"],
            fields: [("destination.ip", "10.0.1.10")], number: 7)
        let found = incidents([exploit, other, beacon()])
        #expect(found.count == 2)
        #expect(found.first { $0.entity == outside }?.detections.count == 2, "the later one of equal severity")
    }

    /// A chain that meets at the host takes in both who attacked it; the second one's requests were turned down, or
    /// came earlier, and it did not do what followed.
    @Test(arguments: [(404, 1), (200, 1), (404, 0)]) func aChainAtAHostFollowsOneOfTwoAttackers(
        _ status: Int, _ winner: Int
    ) throws {
        var chain = Make.rule("chain", .temporalOrdered, of: ["exploit", "beacon"], by: ["victim"], within: 86_400)
        chain.isChain = true
        let attackers = ["203.0.113.7", "203.0.113.8"].enumerated().map { place, address in
            detection(
                "exploit", at: 600 + 100 * Double(place), about: Entity(kind: "ip", value: address),
                tags: ["attack.initial-access"],
                fields: [
                    ("source.ip", address), ("destination.ip", "10.0.1.10"),
                    ("http.response.status_code", String(place == winner ? 200 : status)),
                ], number: 70 + place)
        }
        var met = Detection(
            id: detectionID(rule: "chain", events: [Make.id(70)]), rule: chain.info, first: Make.time(600),
            last: Make.time(7200), events: [Make.event(70), Make.event(71), Make.event(2)],
            fields: [FieldValue(name: "victim", value: "10.0.1.10")], entity: server)
        met.links = (attackers + [beacon()]).map(\.id)
        let found = IncidentBuilder(correlations: [chain]).incidents(of: attackers + [beacon(), met])
        #expect(found.count == 2)
        let followed = try #require(found.first { $0.detections.count == 3 })
        #expect(followed.entity == attackers[winner].entity && followed.stages.last == "command-and-control")
        // By whom it was, if the chain groups by something else than a place.
        chain.groupBy = ["user.name"]
        #expect(IncidentBuilder(correlations: [chain]).incidents(of: attackers + [beacon(), met]).count == 1)
    }

    /// A signature saw the mail that a chain begins with, in a packet of its own: one incident, if it was the same
    /// sender, the same technique and the same moment.
    @Test(
        arguments: [
            (60, "203.0.113.7", "attack.t1566.001", 1), (-60, "203.0.113.7", "attack.t1566.001", 1),
            (7200, "203.0.113.7", "attack.t1566.001", 2), (-7200, "203.0.113.7", "attack.t1566.001", 2),
            (60, "203.0.113.8", "attack.t1566.001", 2), (60, "203.0.113.7", "attack.t1589.002", 2),
        ] as [(Double, String, String, Int)]) func whatAChainBeganWithIsFoundTwice(
            _ offset: Double, _ sender: String, _ technique: String, _ count: Int
        ) throws
    {
        var chain = Make.rule("chain", .temporalOrdered, of: ["mail", "beacon"], by: ["reader"], within: 86_400)
        chain.isChain = true
        chain.info.tags = ["attack.initial-access", "attack.execution", "attack.t1566.001", "attack.t1204.002"]
        let signature = detection(
            "signature", at: 10_000 + offset, about: Entity(kind: "ip", value: sender),
            tags: ["attack.initial-access", technique],
            fields: [("source.ip", sender), ("destination.ip", "10.0.1.25")], number: 80)
        let parties = [("reader", "lan"), ("source.ip", "10.0.1.10"), ("source.ip", "203.0.113.7")]
        let met = Detection(
            id: detectionID(rule: "chain", events: [Make.id(81)]), rule: chain.info, first: Make.time(10_000),
            last: Make.time(11_000), events: [Make.event(81), Make.event(2)],
            fields: parties.map { FieldValue(name: $0.0, value: $0.1) }, entity: server)
        let found = IncidentBuilder(correlations: [chain]).incidents(of: [signature, met, beacon(at: 11_000)])
        #expect(found.count == count)
        guard count == 1 else { return }
        #expect(found[0].entity == outside, "who took the first step")
        let acts = found[0].acts.map { [$0.kind] + $0.sources }
        #expect(acts == [["phish", sender], ["attachment-run", server.value], ["beacon", server.value]])
    }

    @Test func whatHasNoClearLinkStaysApart() {
        let early = beacon(at: 0, number: 8)
        #expect(incidents([exploit, early]).count == 2, "before the exploit")
        #expect(incidents([exploit, beacon(at: hour * 14)]).count == 2, "thirteen hours later")
        #expect(incidents([scan, beacon()]).count == 2, "a scan lets nobody in")
        let elsewhere = detection(
            "beacon", at: 7200, about: Entity(kind: "ip", value: "10.0.1.11"), tags: ["attack.command-and-control"],
            number: 9)
        #expect(incidents([exploit, elsewhere]).count == 2)
        let same = detection("scan2", at: 60, about: outside, tags: ["attack.reconnaissance"], number: 10)
        #expect(incidents([scan, same]).count == 2, "the same stage twice")
    }

    @Test func anAccountIsFollowedFromItsLogin() {
        let login = detection(
            "login", at: 0, about: outside, tags: ["attack.initial-access", "attack.t1078"],
            fields: [("user.name", "deploy"), ("host.hostname", "web-01")], number: 20)
        func sudo(_ user: String, _ host: String) -> Detection {
            detection(
                "clearing", at: 600, about: Entity(kind: "user", value: user), tags: ["attack.defense-evasion"],
                fields: [("user.name", user), ("host.hostname", host)], number: 21)
        }
        #expect(incidents([login, sudo("deploy", "web-01")]).count == 1)
        #expect(incidents([login, sudo("hung", "web-01")]).count == 2)
        #expect(incidents([login, sudo("deploy", "db-01")]).count == 2)
    }

    /// Who tried many accounts of a mail server came in as one; the others are guessed at by somebody else.
    @Test(arguments: [
        ("box", ["attack.defense-evasion", "attack.t1070"], 1), ("an", ["attack.defense-evasion", "attack.t1070"], 2),
        ("box", ["attack.credential-access", "attack.t1110.001"], 2),
    ]) func ofTheAccountsTriedOneIsFollowed(_ user: String, _ tags: [String], _ count: Int) {
        let spray = detection(
            "spray", at: 0, about: outside,
            tags: ["attack.initial-access", "attack.t1078", "attack.credential-access", "attack.t1110.003"],
            fields: [("user.name", "box"), ("user.name", "an"), ("host.hostname", "mail-01")], number: 20)
        let then = detection(
            "then", at: 600, about: Entity(kind: "user", value: user), tags: tags,
            fields: [("user.name", user), ("host.hostname", "mail-01")], number: 21)
        #expect(incidents([spray, then]).count == count)
    }

    @Test func theEstateTellsThatASiteAndAnAddressAreOneSystem() throws {
        var portal = EstateSystem(id: "portal", name: "Portal")
        portal.virtualHosts = ["portal.example.org"]
        portal.addresses = [try #require(IPNetwork("10.0.1.10"))]
        portal.criticality = .critical
        portal.owner = "An"
        portal.agency = "doh"
        let estate = Estate(
            agencies: [EstateAgency(id: "doh", name: "Health")], systems: [portal], isGiven: true)
        let attack = detection(
            "exploit", at: hour, about: outside, tags: ["attack.initial-access"], level: .medium,
            fields: [("url.domain", "portal.example.org")], number: 30)
        #expect(incidents([attack, beacon()]).count == 2)
        let found = incidents([attack, beacon()], estate: estate)
        #expect(found.count == 1)
        #expect(found[0].assets == ["portal"] && found[0].owners == ["An"] && found[0].agencies == ["doh"])
        #expect(found[0].severity == .critical)
        #expect(incidents([attack], estate: estate)[0].severity == .high, "medium, on a critical system")
        let low = detection(
            "exploit", at: hour, about: outside, tags: ["attack.initial-access"], level: .low,
            fields: [("url.domain", "portal.example.org")], number: 31)
        #expect(incidents([low], estate: estate)[0].severity == .low, "what is low stays low")
    }

    @Test func aChainTiesWhatItStandsOn() throws {
        let login = Make.observation(1, "login", at: 100, ["source.ip": "203.0.113.7", "user.name": "deploy"])
        let clear = Make.observation(2, "clear", at: 200, ["user.name": "deploy", "host.hostname": "web-01"])
        var chain = Make.rule("chain", .temporalOrdered, of: ["login", "clear"], by: ["user.name"], within: 600)
        chain.isChain = true
        let correlator = Correlator(rules: [chain], catalogue: [:], maximumBytes: 1 << 20)
        correlator.feed(login)
        correlator.feed(clear)
        correlator.finish()
        let derived = correlator.takeDetections()
        #expect(derived.map(\.links.count) == [2])
        let own = Detection(
            id: detectionID(rule: "clear", events: [Make.id(2)]), rule: Make.info("clear", .sigma),
            first: Make.time(200),
            last: Make.time(200), events: [Make.event(2)], fields: [], entity: Entity(kind: "host", value: "web-01"))
        let found = IncidentBuilder(correlations: [chain]).incidents(of: derived + [own])
        #expect(found.count == 1 && found[0].detections.count == 2)
    }
}
