import Anomalies
import Events
import Primitives
import Rules
import Testing

/// Simulated days for the detectors that learn: what they find once they have learned, and that they are silent before.
@Suite struct BaselineTests {
    static let day = 86_400.0

    static func login(_ seconds: Double, _ user: String, from source: String) -> Sample {
        Sample(
            seconds: seconds, source: .sshd,
            fields: [(.userName, user), (.sourceIP, source), (.eventOutcome, "success")])
    }

    /// Nine o'clock (as `Clock.start` is midnight of some zone) and a bit, on each of `days`.
    static func mornings(_ days: Int, _ user: String = "hoa", from source: String = "10.0.4.21") -> [Sample] {
        var random = Random(11)
        return (0..<days).flatMap { day in
            (0..<3).map { _ in
                login(Double(day) * Self.day + 9 * 3600 + Double(random.below(3600)), user, from: source)
            }
        }.sorted { $0.seconds < $1.seconds }
    }

    @Test func aNewValueIsFoundAfterLearning() throws {
        let rule = Simulation.rule("new_value", ["value": "source.ip", "learning": "7d"])
        #expect(try Simulation.run([rule], Self.mornings(10)).isEmpty)
        let early = Self.mornings(3) + [Self.login(4 * Self.day, "hoa", from: "203.0.113.7")]
        #expect(try Simulation.run([rule], early).isEmpty)
        let late = Self.mornings(10) + [Self.login(10.5 * Self.day, "hoa", from: "203.0.113.7")]
        let found = try Simulation.run([rule], late)
        #expect(found.count == 1 && found.first?.entity == Entity(kind: "user", value: "hoa"))
        #expect(found.first?.fields.contains(FieldValue(name: "source.ip", value: "203.0.113.7")) == true)
        #expect(found.first?.fields.contains(FieldValue(name: "baseline.records", value: "30")) == true)
        // It is known the second time.
        let again = late + [Self.login(13 * Self.day, "hoa", from: "203.0.113.7")]
        #expect(try Simulation.run([rule], again).count == 1)
    }

    @Test func networksStandForAddresses() throws {
        let rule = Simulation.rule("new_value", ["value": "source.ip", "learning": "7d", "network": "16"])
        let near = Self.mornings(10) + [Self.login(10.5 * Self.day, "hoa", from: "10.0.9.9")]
        #expect(try Simulation.run([rule], near).isEmpty)
        let far = Self.mornings(10) + [Self.login(10.5 * Self.day, "hoa", from: "10.7.9.9")]
        #expect(try Simulation.run([rule], far).count == 1)
        // Of IPv6, what a site is given: hosts change their addresses within it every day.
        let six = Self.mornings(10, from: "2001:db8:7:1::5")
        let own = six + [Self.login(10.5 * Self.day, "hoa", from: "2001:db8:7:9:a1b2:c3d4:e5f6:1")]
        #expect(try Simulation.run([rule], own).isEmpty)
        let foreign = six + [Self.login(10.5 * Self.day, "hoa", from: "2001:db8:8:1::5")]
        let fields = try #require(try Simulation.run([rule], foreign).first).fields
        #expect(fields.filter { $0.name == "source.ip" }.map(\.value) == ["2001:db8:8:1::5"])
        #expect(fields.filter { $0.name == "baseline.new" }.map(\.value) == ["2001:db8:8:0::/48"])
    }

    @Test func anUnusualHourIsFound() throws {
        let rule = Simulation.rule("time_of_day", ["learning": "7d", "days": "5"])
        #expect(try Simulation.run([rule], Self.mornings(12)).isEmpty)
        let night = Self.mornings(12) + [Self.login(12 * Self.day + 20 * 3600, "hoa", from: "10.0.4.21")]
        let found = try Simulation.run([rule], night)
        #expect(found.count == 1)
        // From eleven in the evening of that zone to nine or ten in the morning lie ten or eleven hours.
        let score = found.first?.fields.first { $0.name == "score" }.flatMap { Double($0.value) }
        #expect(score == 10 || score == 11)
        let close = Self.mornings(12) + [Self.login(12 * Self.day + 11.5 * 3600, "hoa", from: "10.0.4.21")]
        #expect(try Simulation.run([rule], close).isEmpty)
    }

    /// A site with a day and a night, `days` long; `extra` adds requests to an hour.
    static func site(_ days: Int, extra: [Int: Int] = [:]) -> [Sample] {
        var random = Random(17)
        return (0..<days * 24).flatMap { hour -> [Sample] in
            let usual = (hour % 24 >= 8 && hour % 24 < 18 ? 120 : 30) + random.below(20)
            let count = usual + (extra[hour] ?? 0)
            return (0..<count).map { number in
                Sample.request(Double(hour) * 3600 + Double(number) * 3600 / Double(count), from: "198.51.100.7")
            }
        }
    }

    @Test func aFloodOfRequestsIsFound() throws {
        let rule = Simulation.rule("rate", ["key": "url.domain", "floor": "400", "learning": "1d"])
        #expect(try Simulation.run([rule], Self.site(9)).isEmpty)
        let found = try Simulation.run([rule], Self.site(9, extra: [8 * 24 + 10: 2000]))
        #expect(found.count == 1)
        #expect(found.first?.fields.contains { $0.name == "expectation" && (Double($0.value) ?? 0) < 160 } == true)
        // The first day teaches.
        #expect(try Simulation.run([rule], Self.site(2, extra: [10: 2000])).isEmpty)
    }

    /// A log whose first day begins in the evening: the hours before were not quiet, nobody watched them.
    @Test func hoursThatNobodyWatchedAreNotQuiet() throws {
        let rule = Simulation.rule("rate", ["key": "url.domain", "floor": "100", "factor": "3", "learning": "1d"])
        let begun = Self.site(3).filter { $0.seconds >= 20 * 3600 }
        // Twice what is usual at ten in the morning of the third day, that is, four times the mean with nothing.
        let busy = Self.site(3, extra: [2 * 24 + 10: 140]).filter { $0.seconds >= 20 * 3600 }
        #expect(try Simulation.run([rule], begun).isEmpty && Simulation.run([rule], busy).isEmpty)
        let flood = Self.site(3, extra: [2 * 24 + 10: 2000]).filter { $0.seconds >= 20 * 3600 }
        let found = try Simulation.run([rule], flood)
        let expected = found.first?.fields.first { $0.name == "expectation" }.flatMap { Double($0.value) } ?? 0
        #expect(found.count == 1 && expected > 100)
    }

    @Test func aDropIsOfAWholeHour() throws {
        let rule = Simulation.rule(
            "rate", ["key": "url.domain", "direction": "low", "floor": "20", "factor": "5", "learning": "1d"])
        func within(_ hour: Int, _ keeps: (Double) -> Bool) -> [Sample] {
            let start = Double(hour) * 3600
            return Self.site(4).filter { $0.seconds < start || $0.seconds >= start + 3600 || keeps($0.seconds - start) }
        }
        let hour = 3 * 24 + 11
        // Handed over until three minutes past, and from three minutes before: nothing is missing.
        let ends = Self.site(4).filter { $0.seconds < Double(hour) * 3600 + 180 }
        #expect(try Simulation.run([rule], ends).isEmpty)
        #expect(try Simulation.run([rule], within(hour) { $0 < 180 }).isEmpty)
        #expect(try Simulation.run([rule], within(hour) { $0 >= 3420 }).isEmpty)
        let thinned = within(hour) { Int($0) % 600 < 30 }
        #expect(try Simulation.run([rule], thinned).count == 1)
    }

    /// One record with a clock years, or a week, ahead makes no log silent: neither its own nor the others.
    @Test(arguments: [12 * 365.0, 40.0, 7.0]) func aWrongClockSilencesNobody(_ ahead: Double) throws {
        let rule = Simulation.rule("log_silence", ["key": "url.domain", "learning": "1d", "silence": "2h"])
        let other = Sample.request((4 + ahead) * Self.day, from: "198.51.100.7", host: "other.example.org")
        #expect(try Simulation.run([rule], Self.site(4) + [other]).isEmpty)
        if ahead > 14 {
            let own = Sample.request((4 + ahead) * Self.day, from: "198.51.100.7")
            #expect(try Simulation.run([rule], Self.site(4) + [own]).isEmpty)
        }
    }

    /// A thousand users seen once each do not push out what another rule has learned.
    @Test func whoHoldsMostGivesWay() throws {
        let few = Simulation.rule("log_silence", ["key": "event.outcome", "learning": "1d", "silence": "2h"])
        let many = Simulation.rule("new_value", ["value": "source.ip", "learning": "7d"])
        let rules = [few, many]
        let samples = (0..<20_000).map { Self.login(Double($0) * 20, "user-\($0)", from: "10.0.4.21") }
        let judge = try AnomalyJudge(rules: rules, maximumBytes: 1 << 20)
        for observation in try Simulation.observations(rules, samples).sorted() { judge.feed(observation) }
        judge.finish()
        #expect(judge.evictions > 10_000)
        let kept = judge.baselines().filter { $0.rule == few.info.id }
        #expect(kept.count == 1 && kept.first?.count == 20_000)
    }

    @Test func aRareValueIsFound() throws {
        let rule = Simulation.rule(
            "rare_value",
            ["key": "url.domain", "value": "user_agent.original", "least": "1000", "most": "1", "learning": "1d"])
        var samples = Self.site(3)
        #expect(try Simulation.run([rule], samples).isEmpty)
        samples.append(Sample.request(3 * Self.day, from: "198.51.100.9", agent: "odd/1.0"))
        let found = try Simulation.run([rule], samples)
        #expect(found.count == 1)
        #expect(found.first?.fields.contains(FieldValue(name: "user_agent.original", value: "odd/1.0")) == true)
    }

    @Test func aLogThatGoesQuietIsFound() throws {
        let rule = Simulation.rule("log_silence", ["key": "url.domain", "learning": "1d", "silence": "2h"])
        let busy = Self.site(4).filter { $0.seconds < 3 * Self.day + 5 * 3600 || $0.seconds > 3 * Self.day + 9 * 3600 }
        #expect(try Simulation.run([rule], Self.site(4)).isEmpty)
        let found = try Simulation.run([rule], busy)
        #expect(found.count == 1)
        let value = found.first?.fields.first { $0.name == "value" }.flatMap { Double($0.value) } ?? 0
        #expect(abs(value - 4 * 3600) < 300)
        // The end of one log while another goes on.
        var two = Self.site(4).filter { $0.seconds < 3 * Self.day }
        two += Self.site(4).map { sample in
            var sample = sample
            sample.fields[1] = (.urlDomain, "other.example.org")
            return sample
        }
        let ended = try Simulation.run([rule], two.sorted { $0.seconds < $1.seconds })
        #expect(ended.map(\.entity.value) == ["portal.example.org"])
    }

    @Test func itDoesNotMatterWhereInputsAreCut() throws {
        let rules = [
            Simulation.rule("rate", ["key": "url.domain", "floor": "400", "learning": "1d"]),
            Simulation.rule("log_silence", ["key": "url.domain", "learning": "1d"]),
        ]
        let samples = Self.site(4, extra: [3 * 24 + 10: 2000])
        let whole = try Simulation.run(rules, samples)
        let cuts = Set(stride(from: 97, to: samples.count, by: 97))
        let cut = try Simulation.detections(rules, Simulation.observations(rules, samples, chunks: cuts))
        #expect(whole.count == 1 && whole.map(\.id) == cut.map(\.id) && whole.map(\.fields) == cut.map(\.fields))
    }

    /// Days that were learned and stored take the place of the records behind them.
    @Test func whatWasLearnedGoesOn() throws {
        let rule = Simulation.rule("new_value", ["value": "source.ip", "learning": "7d"])
        let samples = Self.mornings(10) + [Self.login(10.5 * Self.day, "hoa", from: "203.0.113.7")]
        let observations = try Simulation.observations([rule], samples).sorted()
        let whole = try AnomalyJudge(rules: [rule])
        for observation in observations { whole.feed(observation) }
        whole.finish()
        let expected = whole.takeDetections()
        let horizon = Timestamp(
            nanoseconds: BaselineDay.day(of: Clock.time(6 * Self.day)) * BaselineDay.nanoseconds)
        let early = try AnomalyJudge(rules: [rule])
        for observation in observations where observation.time < horizon { early.feed(observation) }
        early.finish()
        #expect(early.takeDetections().isEmpty && early.baselines().first?.isLearning == true)
        let late = try AnomalyJudge(rules: [rule])
        late.restore(early.baselines(), through: horizon)
        for observation in observations { late.feed(observation) }
        late.finish()
        let found = late.takeDetections()
        #expect(found.count == 1 && found.map(\.id) == expected.map(\.id))
        #expect(found.map(\.fields) == expected.map(\.fields))
        #expect(late.baselines().map(\.count) == whole.baselines().map(\.count))
        // What was learned under other settings is not used: the rule learns anew.
        let other = Simulation.rule("new_value", ["value": "source.ip", "learning": "8d"])
        let anew = try AnomalyJudge(rules: [other])
        anew.restore(early.baselines(), through: horizon)
        for observation in observations { anew.feed(observation) }
        anew.finish()
        #expect(anew.takeDetections().isEmpty)
    }

    /// The store keeps one row of all that a key had, and gives the days that were over: what comes after them, and is
    /// read again with every run, counts once.
    @Test func daysThatAreReadAgainCountOnce() throws {
        let rule = Simulation.rule("new_value", ["value": "source.ip", "learning": "7d"])
        let observations = try Simulation.observations([rule], Self.mornings(10)).sorted()
        let whole = try AnomalyJudge(rules: [rule])
        for observation in observations { whole.feed(observation) }
        whole.finish()
        let expected = whole.baselines()
        #expect(expected.map(\.count).max() ?? 0 > 0)
        let day = BaselineDay.day(of: Clock.time(6 * Self.day))
        var stored = expected
        for _ in 1...3 {
            for place in stored.indices { stored[place].days.removeAll { $0.day >= day } }
            let again = try AnomalyJudge(rules: [rule])
            again.restore(stored, through: Timestamp(nanoseconds: day * BaselineDay.nanoseconds))
            for observation in observations { again.feed(observation) }
            again.finish()
            stored = again.baselines()
            #expect(stored.map(\.count) == expected.map(\.count) && stored.map(\.days) == expected.map(\.days))
        }
    }

    @Test func aResetBeginsAnew() throws {
        let rule = Simulation.rule("new_value", ["value": "source.ip", "learning": "7d"])
        let samples = Self.mornings(10) + [Self.login(10.5 * Self.day, "hoa", from: "203.0.113.7")]
        let judge = try AnomalyJudge(rules: [rule])
        judge.reset([BaselineReset(rule: rule.info.id, key: ["hoa"], from: Clock.time(8 * Self.day))])
        for observation in try Simulation.observations([rule], samples).sorted() { judge.feed(observation) }
        judge.finish()
        #expect(judge.takeDetections().isEmpty)
        let baseline = try #require(judge.baselines().first)
        #expect(baseline.since >= Clock.time(8 * Self.day) && baseline.isLearning)
    }

    /// A million keys that come once leave no room; whoever comes often stays.
    @Test func memoryIsBoundedAndHeavyKeysAreKept() throws {
        let rule = Simulation.rule("new_value", ["value": "source.ip", "learning": "7d", "least": "5"])
        var samples = Self.mornings(10) + [Self.login(10.5 * Self.day, "hoa", from: "203.0.113.7")]
        for number in 0..<20_000 {
            samples.append(Self.login(Double(number) * 40, "u\(number)", from: "10.1.1.1"))
        }
        samples.sort { $0.seconds < $1.seconds }
        let judge = try AnomalyJudge(rules: [rule], maximumBytes: 2 << 20)
        for observation in try Simulation.observations([rule], samples).sorted() { judge.feed(observation) }
        judge.finish()
        #expect(judge.evictions > 10_000)
        #expect(judge.takeDetections().map(\.entity.value) == ["hoa"])
    }
}
