import Events
import Primitives
import Query
import Storage
import Testing

/// 2026-03-12 12:00 in Hanoi.
let hanoi = TimeZoneRules(name: "+07:00", fixedOffsetSeconds: 7 * 3600)
let clock = FilterClock(now: Timestamp(seconds: 1_773_291_600)!, zone: hanoi)

func at(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0) -> Timestamp {
    let local = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    return Timestamp(seconds: local.secondsAsUTC - 7 * 3600)!
}

@Suite struct FilterParserTests {
    static let network = IPNetwork("203.0.113.0/24")!
    static let address = IPNetwork("203.0.113.7")!
    static let sources = ["source.ip", "client.ip", "source.address"]
    static let targets = ["destination.ip", "server.ip", "destination.address"]
    static let users = ["user.name", "user.target.name", "related.user"]
    static let hosts = ["host.name", "host.hostname", "observer.name"]
    static let high = FilterExpression.severity(.greaterOrEqual, .high)

    static let meanings: [(String, FilterExpression)] = [
        ("", .everything),
        ("   ", .everything),
        ("severity >= high", high),
        ("severity>=high", high),
        ("SEVERITY >= High", high),
        ("level >= high", high),
        ("sev >= hi", high),
        ("severity:critical", .severity(.equal, .critical)),
        ("severity = info", .severity(.equal, .informational)),
        ("severity != low", .not(.severity(.equal, .low))),
        ("severity < medium", .severity(.less, .medium)),
        ("severity in (high, critical)", .any([.severity(.equal, .high), .severity(.equal, .critical)])),
        ("status:open", .status(.open)),
        ("status = ack", .status(.acknowledged)),
        ("not status:closed", .not(.status(.closed))),
        ("status != closed", .not(.status(.closed))),
        ("not not status:closed", .not(.not(.status(.closed)))),
        ("suppressed", .status(.suppressed)),
        ("status not in (closed, suppressed)", .not(.any([.status(.closed), .status(.suppressed)]))),
        ("entity = 203.0.113.7", .network(address)),
        ("203.0.113.7", .network(address)),
        ("entity in 203.0.113.0/24", .network(network)),
        ("entity:203.0.113.0/24", .network(network)),
        ("entity not in 203.0.113.0/24", .not(.network(network))),
        ("source.ip in 203.0.113.0/24", .fieldNetwork(sources, kind: "ip", network)),
        ("source.ip = 203.0.113.*", .field(sources, kind: "ip", .wildcard("203.0.113.*"))),
        ("ip = 2001:db8::1", .fieldNetwork(sources, kind: "ip", IPNetwork("2001:db8::1")!)),
        (
            "entity in (fe80::1, dead:beef::1)",
            .any([.network(IPNetwork("fe80::1")!), .network(IPNetwork("dead:beef::1")!)])
        ),
        ("2001:db8::/32", .network(IPNetwork("2001:db8::/32")!)),
        ("user.name = Deploy", .field(users, kind: "user", .equal("deploy"))),
        ("user:root", .field(users, kind: "user", .equal("root"))),
        ("user = 203.0.113.7", .field(users, kind: "user", .equal("203.0.113.7"))),
        ("host.name = web-0?", .field(hosts, kind: "host", .wildcard("web-0?"))),
        ("entity ~ example", .entity(kind: nil, .contains("example"))),
        ("technique:T1110*", .text(.technique, .wildcard("t1110*"))),
        ("technique:T1110", .any([.text(.technique, .equal("t1110")), .text(.technique, .wildcard("t1110.*"))])),
        ("technique = T1110.001", .text(.technique, .equal("t1110.001"))),
        ("technique = T***1", .text(.technique, .wildcard("t*1"))),
        ("stage = credential_access", .text(.stage, .equal("credential-access"))),
        ("stage = \"Credential Access\"", .text(.stage, .equal("credential-access"))),
        ("rule = 1:9000001", .text(.rule, .equal("1:9000001"))),
        ("rule:ssh-*", .text(.rule, .wildcard("ssh-*"))),
        ("title ~ SQL", .text(.title, .contains("sql"))),
        ("title:SQL", .text(.title, .contains("sql"))),
        ("title = SQL", .text(.title, .equal("sql"))),
        ("title ~ \"sql injection\"", .text(.title, .contains("sql injection"))),
        ("title ~ 'it''s'", .all([.text(.title, .contains("it")), .text(.title, .contains("s"))])),
        (#"title ~ "a \"b\" \\""#, .text(.title, .contains(#"a "b" \"#))),
        ("title = \"*\"", .text(.title, .equal("*"))),
        ("\"brute force\"", .text(.title, .contains("brute force"))),
        ("title ~ Đăng", .text(.title, .contains("đăng"))),
        ("title ~ Đa\u{306}ng", .text(.title, .contains("đăng"))),
        ("about 10.0.3.7", .about("10.0.3.7")),
        ("about 10.0.0.0/8", .aboutNetwork(IPNetwork("10.0.0.0/8")!)),
        ("about \"10.0.0.0/8\"", .about("10.0.0.0/8")),
        ("destination.ip:10.0.3.7", .fieldNetwork(targets, kind: nil, IPNetwork("10.0.3.7")!)),
        (
            "dest_ip in (10.0.0.0/8, 10.1.1.1)",
            .any([
                .fieldNetwork(targets, kind: nil, IPNetwork("10.0.0.0/8")!),
                .fieldNetwork(targets, kind: nil, IPNetwork("10.1.1.1")!),
            ])
        ),
        ("url.path ~ Login", .field(["url.path"], kind: nil, .contains("login"))),
        ("process.name:nginx", .field(["process.name"], kind: nil, .equal("nginx"))),
        ("tag:vpn", .text(.tag, .equal("vpn"))),
        ("tag = q*-2026", .text(.tag, .wildcard("q*-2026"))),
        ("tag:none", .untagged),
        ("tag not in (vpn, none)", .not(.any([.text(.tag, .equal("vpn")), .untagged]))),
        ("tag = \"none\"", .text(.tag, .equal("none"))),
        ("resolution:false-positive", .resolution(.falsePositive)),
        ("resolution = true_p", .resolution(.truePositive)),
        ("outcome != benign", .not(.resolution(.benign))),
        ("asset = portal", .any([.text(.asset, .equal("portal")), .input(.asset, .equal("portal"))])),
        ("agency:so-*", .any([.text(.agency, .wildcard("so-*")), .input(.asset, .wildcard("so-*"))])),
        ("sensor ~ dmz", .input(.sensor, .contains("dmz"))),
        ("input ~ auth.log", .input(.path, .contains("auth.log"))),
        ("file = /var/log/*.log", .input(.path, .wildcard("/var/log/*.log"))),
        ("about Deploy", .about("deploy")),
        ("about 2001:db8::1", .about("2001:db8::1")),
        ("about ::1", .about("::1")), ("about fe80::/10", .aboutNetwork(IPNetwork("fe80::/10")!)),
        ("::1", .network(IPNetwork("::1")!)), ("not fe::1", .not(.network(IPNetwork("fe::1")!))),
        ("fe::/16 or ::1", .any([.network(IPNetwork("fe::/16")!), .network(IPNetwork("::1")!)])),
        ("ip:::1", .fieldNetwork(sources, kind: "ip", IPNetwork("::1")!)),
        ("ip = ::1", .fieldNetwork(sources, kind: "ip", IPNetwork("::1")!)),
        ("ip in (fe::1)", .fieldNetwork(sources, kind: "ip", IPNetwork("fe::1")!)),
        ("ip in ::/0", .fieldNetwork(sources, kind: "ip", IPNetwork("::/0")!)),
        ("count > 100", .number(.greater, 100)),
        ("n >= 1_000", .number(.greaterOrEqual, 1000)),
        ("id:ab12", .id("ab12")),
        ("id = AB12", .id("ab12")),
        ("run = last", .run(nil)),
        ("run:7", .run(7)),
        ("assignee = minh", .text(.assignee, .equal("minh"))),
        ("assigned = none", .unassigned),
        ("assigned != none", .not(.unassigned)), ("owner: An", .text(.owner, .equal("an"))),
        ("severity >= high status:open", .all([high, .status(.open)])),
        ("severity >= high and status:open", .all([high, .status(.open)])),
        ("severity >= high or status:open", .any([high, .status(.open)])),
        ("status:open or severity >= high and n > 1", .any([.status(.open), .all([high, .number(.greater, 1)])])),
        ("(status:open or severity >= high) and n > 1", .all([.any([.status(.open), high]), .number(.greater, 1)])),
        ("not (status:open)", .not(.status(.open))),
        ("not status:open and severity >= high", .all([.not(.status(.open)), high])),
        ("NOT status:open AND severity >= high", .all([.not(.status(.open)), high])),
        (
            "severity >= high AND source.ip in 203.0.113.0/24 and not status:closed last 24h",
            .all([
                high, .fieldNetwork(sources, kind: "ip", network), .not(.status(.closed)),
                .last(.greaterOrEqual, at(2026, 3, 11, 12)),
            ])
        ),
    ]

    @Test(arguments: meanings.indices)
    func means(index: Int) throws {
        let (text, expected) = FilterParserTests.meanings[index]
        #expect(try Filter.parse(text, clock: clock) == expected, "\(text)")
    }

    static let times: [(String, FilterExpression)] = [
        ("last 24h", .last(.greaterOrEqual, at(2026, 3, 11, 12))),
        ("last 7d", .last(.greaterOrEqual, at(2026, 3, 5, 12))),
        ("last 1h30m", .last(.greaterOrEqual, at(2026, 3, 12, 10, 30))),
        ("last 2 days", .last(.greaterOrEqual, at(2026, 3, 10, 12))),
        ("last 90 minutes status:open", .all([.last(.greaterOrEqual, at(2026, 3, 12, 10, 30)), .status(.open)])),
        ("last week", .last(.greaterOrEqual, at(2026, 3, 5, 12))),
        ("last hour", .last(.greaterOrEqual, at(2026, 3, 12, 11))),
        ("since monday", .last(.greaterOrEqual, at(2026, 3, 9))),
        ("since Thursday", .last(.greaterOrEqual, at(2026, 3, 12))),
        ("since fri 18:00", .last(.greaterOrEqual, at(2026, 3, 6, 18))),
        ("tuesday..wednesday", .all([.last(.greaterOrEqual, at(2026, 3, 10)), .first(.less, at(2026, 3, 12))])),
        ("last 2w", .last(.greaterOrEqual, at(2026, 2, 26, 12))),
        ("since 2026-03-12", .last(.greaterOrEqual, at(2026, 3, 12))),
        ("since 18:00", .last(.greaterOrEqual, at(2026, 3, 12, 18))),
        ("since yesterday", .last(.greaterOrEqual, at(2026, 3, 11))),
        ("since yesterday 18:00", .last(.greaterOrEqual, at(2026, 3, 11, 18))),
        ("since 2026-03-01 06:30 status:open", .all([.last(.greaterOrEqual, at(2026, 3, 1, 6, 30)), .status(.open)])),
        ("since 2026-03-01T06:30", .last(.greaterOrEqual, at(2026, 3, 1, 6, 30))),
        ("since 2026-03-01T06:30:15Z", .last(.greaterOrEqual, at(2026, 3, 1, 13, 30, 15))),
        ("since 2026-03-01T06:30:15.250+00:00", .last(.greaterOrEqual, at(2026, 3, 1, 13, 30, 15))),
        ("since 2h", .last(.greaterOrEqual, at(2026, 3, 12, 10))),
        ("until 2026-03-11", .first(.less, at(2026, 3, 12))),
        ("before 2026-03-11", .first(.less, at(2026, 3, 11))),
        ("today", .all([.last(.greaterOrEqual, at(2026, 3, 12)), .first(.less, at(2026, 3, 13))])),
        ("yesterday", .all([.last(.greaterOrEqual, at(2026, 3, 11)), .first(.less, at(2026, 3, 12))])),
        ("2026-11-01..2026-11-03", .all([.last(.greaterOrEqual, at(2026, 11, 1)), .first(.less, at(2026, 11, 4))])),
        (
            "2026-11-01T08:00..2026-11-01T09:30",
            .all([.last(.greaterOrEqual, at(2026, 11, 1, 8)), .first(.less, at(2026, 11, 1, 9, 31))])
        ),
        ("2026-11-01..", .last(.greaterOrEqual, at(2026, 11, 1))),
        ("..2026-11-01", .first(.less, at(2026, 11, 2))),
        ("last >= 2026-03-12", .last(.greaterOrEqual, at(2026, 3, 12))),
        ("last < 2026-03-12", .last(.less, at(2026, 3, 12))),
        ("first > 2026-03-12", .first(.greaterOrEqual, at(2026, 3, 13))),
        ("first <= 2026-03-12", .first(.less, at(2026, 3, 13))),
        ("first:2026-03-12", .all([.first(.greaterOrEqual, at(2026, 3, 12)), .first(.less, at(2026, 3, 13))])),
        ("first >= 06:00", .first(.greaterOrEqual, at(2026, 3, 12, 6))),
    ]

    @Test(arguments: times.indices)
    func meansTime(index: Int) throws {
        let (text, expected) = FilterParserTests.times[index]
        #expect(try Filter.parse(text, clock: clock) == expected, "\(text)")
    }

    /// (filter, where the caret stands, part of the message or advice)
    static let mistakes: [(String, Int, String)] = [
        ("sevrity >= high", 0, "did you mean \"severity\""),
        ("severity >= hgih", 12, "did you mean \"high\""),
        ("severity >= purple", 12, "one of informational"),
        ("severity >= ", 12, "needs a value"),
        ("severity", 0, "needs a comparison"),
        ("severity ~ high", 9, "cannot look into it"),
        ("status > open", 7, "has no order"),
        ("status:opne", 7, "did you mean \"open\""),
        ("high", 0, "severity >= high"),
        ("entity in 203.0.113.0/99", 10, "not a network"),
        ("source.ip > 203.0.113.7", 10, "has no order"),
        ("last 24x", 5, "not a duration"),
        ("last 3 dyas", 7, "did you mean \"days\""),
        ("last fortnight", 5, "not a duration"),
        ("resolution:bening", 11, "did you mean \"benign\""),
        ("resolution > benign", 11, "has no order"),
        ("tag > vpn", 4, "has no order"),
        ("url.paht = /", 0, "did you mean \"url.path\""),
        ("destination.ip in 10.0.0.0/40", 18, "not a network"),
        ("sensor >= a", 7, "has no order"),
        ("last", 4, "needs a value"),
        ("since tomorow", 6, "not a time"),
        ("2026-13-01..2026-11-03", 0, "not a time"),
        ("2026-11-05..2026-11-03", 0, "ends before it begins"),
        ("first > never", 8, "not a time"),
        ("(status:open", 0, "never closed"),
        ("status:open)", 11, "never opened"),
        ("status in (open", 10, "never closed"),
        ("title ~ \"open", 8, "never closed"),
        ("status:open and", 15, "missing at the end"),
        ("and status:open", 0, "one is missing"),
        ("status:open or or n > 1", 15, "one is missing"),
        (">= high", 0, "cannot begin"),
        ("status:open , n > 1", 12, "nothing can stand here"),
        ("count > many", 8, "not a whole number"),
        ("id:xyz", 3, "not the beginning of an id"),
        ("run = yesterday", 6, "not a run"),
        ("abuot 10.0.0.1", 0, "did you mean \"about\""),
        ("title ~ SQL injection", 12, "goes in quotes"),
        ("about", 5, "needs a value"),
        ("title = a*b*c*d*e*f*g*h*i*j*k", 8, "more than 8 stars"),
        ("not", 3, "missing at the end"),
        ("()", 1, "cannot begin"),
        ("xyzzy = 1", 0, "fields: severity"),
    ]

    @Test(arguments: mistakes.indices)
    func mistakesAreExplained(index: Int) {
        let (text, offset, part) = FilterParserTests.mistakes[index]
        do {
            let meaning = try Filter.parse(text, clock: clock)
            Issue.record("\(text) was read as \(meaning)")
        } catch {
            #expect(error.offset == offset, "\(text)")
            let shown = "\(error)"
            #expect(shown.contains(part), "\(shown)")
            let lines = shown.split(separator: "\n")
            #expect(lines.count >= 3)
            #expect(
                lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) } == offset + 2)
        }
    }

    @Test func boundsHold() {
        let deep = String(repeating: "(", count: 500) + "n > 1" + String(repeating: ")", count: 500)
        let wide = Array(repeating: "n > 1", count: 500).joined(separator: " and ")
        let negated = String(repeating: "not ", count: 500) + "n > 1"
        let list = "entity in (" + Array(repeating: "a", count: 500).joined(separator: ",") + ")"
        for text in [deep, wide, negated, list, String(repeating: "x", count: 20_000)] {
            #expect(throws: FilterError.self) { try Filter.parse(text, clock: clock) }
        }
    }

    @Test func caretStandsUnderWideAndHostileText() throws {
        do {
            _ = try Filter.parse("title ~ 漢字 and sevrity = \u{1b}[31mx", clock: clock)
            Issue.record("accepted")
        } catch {
            let lines = "\(error)".split(separator: "\n").map(String.init)
            #expect(!"\(error)".contains("\u{1b}"))
            #expect(lines[2] == String(repeating: " ", count: 2 + 17) + "^~~~~~~")
        }
    }

    @Test(arguments: [
        (["severity", ">=", "high"], "severity >= high"),
        (["title", "~", "SQL injection"], "title ~ \"SQL injection\""),
        (["title ~ 'a b'"], "title ~ 'a b'"),
        (["title=", "a \"b\" c"], "title= \"a \\\"b\\\" c\""),
        (["about", "Nguyễn Văn A", "or", "last 7d"], "about \"Nguyễn Văn A\" or last 7d"),
        ([], ""),
    ])
    func argumentsKeepTheirQuotes(arguments: [String], text: String) throws {
        #expect(Filter.text(ofArguments: arguments) == text)
    }
}
