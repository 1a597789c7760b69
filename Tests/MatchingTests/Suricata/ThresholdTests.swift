import Events
import Matching
import Testing

/// Seconds at which hits come, and those at which an alert must.
struct ThresholdCase: Sendable, CustomTestStringConvertible {
    var option: String
    var at: [Int]
    var alerts: [Int]
    var testDescription: String { option }
}

private let cases: [ThresholdCase] = [
    ThresholdCase(
        option: "threshold:type limit, track by_src, count 1, seconds 10;", at: [0, 1, 10, 11, 12], alerts: [0, 11]),
    ThresholdCase(
        option: "threshold:type limit, track by_src, count 2, seconds 10;", at: [0, 1, 2, 3, 20, 21, 22],
        alerts: [0, 1, 20, 21]),
    ThresholdCase(
        option: "threshold:type threshold, track by_src, count 3, seconds 10;", at: [0, 1, 2, 3, 4, 5, 6],
        alerts: [2, 5]),
    ThresholdCase(
        option: "threshold:type threshold, track by_src, count 3, seconds 10;", at: [0, 5, 16, 17, 18], alerts: [18]),
    // The window goes on from its first hit, whatever alerts in it.
    ThresholdCase(
        option: "threshold:type threshold, track by_src, count 2, seconds 10;", at: [0, 4, 8, 12, 13],
        alerts: [4, 13]),
    ThresholdCase(
        option: "threshold:type both, track by_src, count 3, seconds 10;", at: [0, 1, 2, 3, 4, 5, 11, 12, 13, 14],
        alerts: [2, 13]),
    ThresholdCase(
        option: "detection_filter:track by_src, count 2, seconds 10;", at: [0, 1, 2, 3, 14, 15], alerts: [2, 3]),
    ThresholdCase(
        option: "threshold:type backoff, track by_flow, count 1, multiplier 2;", at: [0, 1, 2, 3, 4, 5, 6, 7, 8],
        alerts: [0, 1, 3, 7]),
]

@Test(arguments: cases)
func thresholdsCountInPacketTime(_ one: ThresholdCase) throws {
    let found = try hits("alert udp any any -> any any (content:\"x\"; \(one.option) sid:1;)") { builder in
        builder.ipProtocol = 17
        let start = builder.seconds
        for second in one.at {
            builder.seconds = start + second
            builder.packet("x")
        }
    }
    #expect(found.map { one.at[$0.item] } == one.alerts)
}

@Test func thresholdsAreTrackedByWhatTheySay() throws {
    func count(_ track: String) throws -> Int {
        try sids(
            "alert udp any any -> any any (content:\"x\"; threshold:type limit, track \(track), count 1, seconds 60; sid:1;)"
        ) {
            builder in
            builder.ipProtocol = 17
            for (client, server) in [("10.0.0.1", "192.0.2.1"), ("10.0.0.1", "192.0.2.2"), ("10.0.0.2", "192.0.2.2")] {
                builder.client = client
                builder.server = server
                builder.packet("x")
                builder.packet("x", .toClient)
            }
        }.count
    }
    #expect(try count("by_src") == 4)
    #expect(try count("by_dst") == 4)
    #expect(try count("by_both") == 3)
    #expect(try count("by_rule") == 1)
}
