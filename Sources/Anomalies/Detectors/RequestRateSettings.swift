internal import Rules

/// `request_rate`: a client sends far more web requests a minute than the other clients of the same virtual host (of
/// the same input, where requests name no host) and than itself before.
///
/// Robust z-score (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993): (value - median) / (1.4826 MAD),
/// as median and MAD don't follow the outliers that they are to find. The median and MAD are those of all other
/// clients' minutes within `baseline`; a client that was busy in `history` minutes of it is held to its own median
/// too, which it must exceed three times over. The spread is at least a quarter of the expectation, and one request.
///
/// `floor` is absolute: fewer requests a minute are never an anomaly. An address behind which several different user
/// agents are at work (an office behind one address) is allowed the floor, and the expectation, for each of them, up to
/// `agents`.
struct RequestRateSettings: Sendable {
    var floor: Int
    var score: Double
    var agents: Int
    var baselineMinutes: Int
    var historyMinutes: Int
    var gapMinutes: Int

    static let slotNanoseconds: Int64 = 60 * 1_000_000_000

    /// Clients with at least this many requests in a minute are kept by name, others only as numbers.
    var named: Int { max(2, floor / 4) }

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        floor = try settings.number("floor", default: 600, in: 10...1_000_000)
        score = try settings.fraction("score", default: 10, in: 1...10_000)
        agents = try settings.number("agents", default: 8, in: 1...64)
        baselineMinutes = try settings.seconds("baseline", default: 3600, in: 300...86_400) / 60
        historyMinutes = try settings.seconds("history", default: 600, in: 60...86_400) / 60
        gapMinutes = try settings.seconds("gap", default: 300, in: 60...86_400) / 60
        try settings.finish(known: ["floor", "score", "agents", "baseline", "history", "gap"])
    }
}
