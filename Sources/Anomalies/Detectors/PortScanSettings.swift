internal import Rules

/// `port_scan`: one source tries many ports of one host (vertical), or one port of many hosts (horizontal), in vain.
///
/// Counted are different targets of attempts without success within a sliding window, as in Zeek's `misc/scan` policy
/// (docs.zeek.org, "policy/misc/scan"), whose thresholds are the defaults: 15 ports or 25 hosts in five minutes. The
/// window slides in tenths of its length.
///
/// An attempt is in vain when the flow was never answered, when its handshake was not completed, when TCP answered
/// each packet with a reset, or when a firewall denied it. Late packets of finished connections (from a service port
/// to an ephemeral one, or with ACK set), broadcast, multicast, traceroute, and unanswered questions for names and for
/// the time are no attempts.
struct PortScanSettings: Sendable {
    var ports: Int
    var hosts: Int
    var windowSeconds: Int

    /// Slots in a window.
    static let slots: Int64 = 10

    var slotNanoseconds: Int64 { Int64(windowSeconds) * 1_000_000_000 / PortScanSettings.slots }

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        ports = try settings.number("ports", default: 15, in: 3...65_535)
        hosts = try settings.number("hosts", default: 25, in: 3...65_535)
        windowSeconds = try settings.seconds("window", default: 300, in: 10...86_400)
        try settings.finish(known: ["ports", "hosts", "window"])
    }
}
