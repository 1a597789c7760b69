import Events
import Primitives
import Testing

/// The year of a stamp without one: at most a day after the reference, else as late as can be.
@Test(arguments: [
    ("Mar 12 12:00:00", "2026-03-12T12:00:00Z", "2026-03-12"),
    ("Mar 13 11:00:00", "2026-03-12T12:00:00Z", "2026-03-13"),
    ("Mar 13 13:00:00", "2026-03-12T12:00:00Z", "2025-03-13"),
    ("Dec 31 23:59:59", "2026-01-01T00:00:10Z", "2025-12-31"),
    ("Jan  1 00:00:10", "2025-12-31T23:59:00Z", "2026-01-01"),
    ("Jan  2 00:00:10", "2025-12-31T12:00:00Z", "2025-01-02"),
    ("Feb 29 08:00:00", "2026-03-12T12:00:00Z", "2024-02-29"),
    ("Feb 29 08:00:00", "2024-02-28T12:00:00Z", "2024-02-29"),
    ("Feb 29 08:00:00", "2104-02-01T12:00:00Z", "2096-02-29"),
    ("Mar  1 00:30:00", "2024-02-29T23:00:00Z", "2024-03-01"),
])
func inferredYear(_ stamp: String, _ now: String, _ date: String) throws {
    let line = try event("\(stamp) host app: text", now: now)
    #expect(line.time.iso8601.prefix(10) == date)
    #expect(line.flags.contains(.yearInferred))
}

@Test func yearIsInferredInTheZoneOfTheInput() throws {
    // 23:30 UTC of the 31st is already the new year seven hours east.
    let line = try event("Jan  1 06:30:00 host app: text", zone: "Asia/Ho_Chi_Minh", now: "2025-12-31T23:30:00Z")
    #expect(line.time.iso8601 == "2025-12-31T23:30:00.000Z")
}
