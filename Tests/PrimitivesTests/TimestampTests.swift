import Primitives
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.000Z"),
        (1_773_345_481, "2026-03-12T19:58:01.000Z"), (4_102_444_799, "2099-12-31T23:59:59.000Z"),
    ])
    func writes(_ seconds: Int, _ text: String) throws {
        let time = try #require(Timestamp(seconds: Int64(seconds)))
        #expect(time.iso8601 == text)
        #expect(time.civil.secondsAsUTC == Int64(seconds))
    }

    @Test func writesFractionsInThrees() throws {
        #expect(try #require(Timestamp(seconds: 1, nanoseconds: 250_000_000)).iso8601 == "1970-01-01T00:00:01.250Z")
        #expect(try #require(Timestamp(seconds: 1, nanoseconds: 250_001_000)).iso8601 == "1970-01-01T00:00:01.250001Z")
        #expect(try #require(Timestamp(seconds: 1, nanoseconds: 1)).iso8601 == "1970-01-01T00:00:01.000000001Z")
        #expect(Timestamp(nanoseconds: -1).iso8601 == "1969-12-31T23:59:59.999999999Z")
    }

    @Test func refusesWhatDoesNotFit() {
        #expect(Timestamp(seconds: Int64.max) == nil)
        #expect(Timestamp(nanoseconds: .max).adding(nanoseconds: 1).nanoseconds == .max)
    }

    @Test func everyDayRoundTrips() {
        for day in stride(from: -100_000, through: 100_000, by: 37) {
            let civil = CivilTime(secondsAsUTC: Int64(day) * 86_400 + 3_661)
            #expect(
                civil.isValid && CivilTime.daysSinceEpoch(year: civil.year, month: civil.month, day: civil.day) == day)
            #expect((civil.hour, civil.minute, civil.second) == (1, 1, 1))
        }
    }
}

@Suite struct TimeZoneRulesTests {
    @Test(arguments: [("+07:00", 25_200), ("-0330", -12_600), ("+05", 18_000), ("UTC", 0), ("Z", 0)])
    func fixedOffsets(_ name: String, _ seconds: Int) throws {
        #expect(try #require(TimeZoneRules(named: name)).offsetSeconds(atUTC: 1_700_000_000) == seconds)
    }

    @Test(arguments: ["", "Nowhere/Land", "../etc/passwd", "/etc/passwd", "+25:00", "+7", "07:00"])
    func refuses(_ name: String) {
        #expect(TimeZoneRules(named: name) == nil)
    }

    @Test func vietNamHasNoSummerTime() throws {
        let zone = try #require(TimeZoneRules(named: "Asia/Ho_Chi_Minh"))
        #expect(zone.utcSeconds(ofLocal: 1_773_370_681) == 1_773_345_481)
    }

    /// Zurich, 2026: clocks go forward on 29 March at 01:00 UTC and back on 25 October at 01:00 UTC.
    @Test func daylightSavingBothWays() throws {
        let zone = try #require(TimeZoneRules(named: "Europe/Zurich"))
        let forward: Int64 = 1_774_746_000
        #expect(zone.offsetSeconds(atUTC: forward - 1) == 3600)
        #expect(zone.offsetSeconds(atUTC: forward) == 7200)
        #expect(zone.utcSeconds(ofLocal: forward + 7200) == forward)
        let back: Int64 = 1_792_890_000
        #expect(zone.offsetSeconds(atUTC: back - 1) == 7200)
        #expect(zone.offsetSeconds(atUTC: back) == 3600)
        // 02:30 happens twice: the first of the two is meant.
        #expect(zone.utcSeconds(ofLocal: back + 3600 + 1800) == back - 1800)
    }

    /// After the last transition that the zone file lists, its rule goes on.
    @Test func theRuleAtTheFootGoesOn() throws {
        let zone = try #require(TimeZoneRules(named: "Europe/Zurich"))
        #expect(zone.offsetSeconds(atUTC: 3_171_700_800) == 7200)
        #expect(zone.offsetSeconds(atUTC: 3_187_339_200) == 3600)
    }
}
