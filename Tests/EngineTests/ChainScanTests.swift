import Engine
import Events
import Foundation
import Output
import Primitives
import Query
import Storage
import Testing

/// Attacks of several steps, over several inputs: one incident, whatever way the inputs are read.
@Suite struct ChainScanTests {
    private static let estate = """
        networks: [10.20.0.0/16]
        agencies: [{id: ict, name: Department of Information, name_vi: Sở Thông tin}]
        systems:
          - {id: app, name: Application, owner: Lan, agency: ict, criticality: high, hosts: [app-07],
             addresses: [10.20.0.71], virtual_hosts: [app.example.org]}
        """

    /// Guessing, log-in, root, logs gone on one host; a firewall saw the same address scan before.
    private static func inputs(_ fixture: Fixture) throws -> [String] {
        func stamp(_ second: Int) -> String {
            let time = second + 9 * 3600
            return String(format: "Mar 12 %02d:%02d:%02d app-07", time / 3600, time / 60 % 60, time % 60)
        }
        // An input is known by its first 4 KiB: halves of it are longer than that.
        var auth = ""
        for number in 0..<80 {
            auth += "\(stamp(number - 3000)) CRON[7\(number)]: (root) CMD (run-parts /etc/cron.hourly)\n"
        }
        for number in 0..<30 {
            let user = ["root", "admin", "deploy"][number % 3]
            auth +=
                "\(stamp(number * 2)) sshd[9\(number)]: Failed password for \(user) from 203.0.113.7 port 4\(number) ssh2\n"
        }
        auth += "\(stamp(70)) sshd[999]: Accepted password for deploy from 203.0.113.7 port 50000 ssh2\n"
        auth += "\(stamp(300)) sudo:   deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/usr/bin/id\n"
        auth += "\(stamp(900)) sudo:   deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; "
        auth += "COMMAND=/usr/bin/truncate -s 0 /var/log/auth.log\n"
        var firewall = ""
        for port in 0..<40 {
            firewall +=
                "\(stamp(port).replacing(" 09:", with: " 08:").replacing("app-07", with: "fw-01")) kernel: [1.0] "
            firewall += "FW-DROP: IN=eth0 OUT=eth1 MAC=02:00:00:aa:bb:01:02:00:00:aa:bb:fe:08:00 SRC=203.0.113.7 "
            firewall += "DST=10.20.0.71 LEN=44 TOS=0x00 PREC=0x00 TTL=50 ID=7 PROTO=TCP SPT=40000 DPT=\(20 + port * 9) "
            firewall += "WINDOW=1024 RES=0x00 SYN URGP=0\n"
        }
        return [try fixture.write("auth.log", auth), try fixture.write("fw.log", firewall)]
    }

    private static func options(_ fixture: Fixture, jobs: Int = 2) throws -> EngineOptions {
        var options = Fixture.options(jobs: jobs)
        options.estatePath = try fixture.write("estate.yml", estate)
        return options
    }

    @Test func oneAttackIsOneIncident() throws {
        let fixture = try Fixture()
        let options = try Self.options(fixture)
        try fixture.scan(try Self.inputs(fixture), into: fixture.path("db"), options: options)
        let found = try Store(path: fixture.path("db"), mode: .read).incidents().filter { $0.severity >= .medium }
        let one = try #require(found.first)
        #expect(found.count == 1, "\(found.map { "\($0.title) \($0.entity.value)" })")
        #expect(one.entity.value == "203.0.113.7" && one.severity == .critical)
        for stage in [
            "reconnaissance", "initial-access", "privilege-escalation", "defense-evasion", "credential-access",
        ] {
            #expect(one.stages.contains(stage), "\(stage)")
        }
        #expect(one.assets == ["app"] && one.owners == ["Lan"] && one.agencies == ["ict"])
        #expect(one.inputs.count == 2)
        let summary = IncidentStoryText(one, .english).summary
        #expect(summary.contains("then logged in as deploy") && summary.contains("cleared logs"), "\(summary)")
    }

    @Test func theSameWhateverWayItIsRead() throws {
        let fixture = try Fixture()
        let paths = try Self.inputs(fixture)
        try fixture.scan(paths, into: fixture.path("a.db"), options: try Self.options(fixture, jobs: 1))
        let expected = try SamenessTests.incidents(fixture.path("a.db"))
        for jobs in [2, 4] {
            let database = fixture.path("jobs\(jobs).db")
            try fixture.scan(paths.reversed(), into: database, options: try Self.options(fixture, jobs: jobs))
            #expect(try SamenessTests.incidents(database) == expected)
        }
        for (index, order) in [paths, paths.reversed()].enumerated() {
            let database = fixture.path("apart\(index).db")
            for path in order { try fixture.scan([path], into: database, options: try Self.options(fixture)) }
            #expect(try SamenessTests.incidents(database) == expected, "one input after the other")
        }
        // The log in two halves, the second scan going on where the first ended.
        let whole = try String(contentsOfFile: paths[0], encoding: .utf8)
        for cut in [6000, 7400, whole.utf8.count - 60] {
            let database = fixture.path("halves\(cut).db")
            try fixture.write("auth.log", Array(whole.utf8.prefix(cut)))
            try fixture.scan(paths, into: database, options: try Self.options(fixture))
            try fixture.write("auth.log", whole)
            try fixture.scan(paths, into: database, options: try Self.options(fixture))
            #expect(try SamenessTests.incidents(database) == expected, "cut at \(cut)")
        }
    }

    @Test func theAccountFindsWhatWasDoneToIt() throws {
        let fixture = try Fixture()
        try fixture.scan(try Self.inputs(fixture), into: fixture.path("db"), options: try Self.options(fixture))
        let desk = try AnalystDesk(
            path: fixture.path("db"), clock: FilterClock(now: Timestamp(seconds: 1_773_334_800) ?? .none, zone: .utc),
            width: 200, coloured: false)
        for filter in [
            "about deploy", "user.name = deploy", "asset:app", "owner:Lan", "agency:ict", "agency:'Sở Thông tin'",
        ] {
            #expect(try desk.count([filter]) == 1, "\(filter)")
        }
        #expect(try desk.count(["owner:Hoa"]) == 0)
        let who = try desk.who("deploy")
        #expect(who.contains("203.0.113.7") && who.contains("1 incident"))
        #expect(
            try desk.who("203.0.113.7").contains("logged in as deploy"), "the log-in binds the address to the account")
        try desk.speak("vi")
        let story = try desk.view(try #require(try desk.incidents([], limit: 1).first))
        #expect(story.contains("sau đó đăng nhập thành công") && story.contains("Application"))
    }

    @Test func unknownAssetsAreListed() throws {
        let fixture = try Fixture()
        var options = try Self.options(fixture)
        let line =
            "app.example.org:80 10.20.9.9 - - [12/Mar/2026:09:00:00 +0700] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n"
        let log = try fixture.write("access.log", line + line.replacing("app.example.org", with: "new.example.org"))
        try fixture.scan([log], into: fixture.path("db"), options: options)
        // Without --estate the inventory of the last scan goes on.
        options.estatePath = nil
        let desk = try AnalystDesk(
            path: fixture.path("db"), clock: FilterClock(now: Timestamp(seconds: 1_773_334_800) ?? .none, zone: .utc),
            width: 200, coloured: false)
        #expect(try desk.estateText()?.contains("app.example.org") ?? false)
    }

    @Test func intelligenceIsMatchedAndHeldAgainstTheStore() throws {
        let fixture = try Fixture()
        let line = "bad.example:80 10.20.3.4 - - [12/Mar/2026:09:00:00 +0700] \"GET /a HTTP/1.1\" 200 5 \"-\" \"x\"\n"
        let log = try fixture.write("access.log", String(repeating: line, count: 40))
        let list = try fixture.write("feed.txt", "bad.example # sold in a forum\n203.0.113.7\n")
        var options = Fixture.options()
        options.intelPaths = [list]
        try fixture.scan([log], into: fixture.path("live.db"), options: options)
        let live = try Store(path: fixture.path("live.db"), mode: .read)
        let one = try #require(try live.incidents().first { $0.rule == "intelligence.domain" })
        #expect(try live.incidents().count == 1 && one.count == 40 && one.severity == .high)
        let fields = try live.detections(of: one).flatMap(\.fields)
        #expect(fields.contains(FieldValue(name: "threat.feed.name", value: "feed")))
        #expect(fields.contains(FieldValue(name: "threat.indicator.description", value: "sold in a forum")))
        // What was scanned before the list was there.
        let before = try Self.inputs(fixture)
        try fixture.scan(before, into: fixture.path("late.db"))
        let count = try Store(path: fixture.path("late.db"), mode: .read).incidents().count
        try fixture.scan(before, into: fixture.path("late.db"), options: options)
        let late = try Store(path: fixture.path("late.db"), mode: .read)
        #expect(try late.incidents().filter { $0.rules.contains("intelligence.retro") }.count == 1)
        #expect(try late.incidents().count <= count, "it joins the incident that names the address")
        let again = try fixture.scan(before, into: fixture.path("late.db"), options: options)
        #expect(again.newIncidents == 0 && again.grownIncidents == 0)
    }
}
