import Events
import Network
import Primitives
import Testing

/// Who asked, where a proxy handed the request on.
@Suite struct HTTPForwardingTests {
    static func source(
        _ forwarded: String, trusting networks: [String]
    ) -> (source: String?, observer: String?, port: String?) {
        var options = NetworkOptions()
        options.trustedProxies = networks.compactMap { IPNetwork($0) }
        let run = HTTPMessageTests.exchange(
            "GET / HTTP/1.1\r\nHost: a.example\r\n\(forwarded)\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", options: options)
        let event = run.events.first { $0.source == .networkHTTP }
        return (event?[.sourceIP], event?[.observerIP], event?[.sourcePort])
    }

    static let own = source("", trusting: []).source ?? ""

    @Test(arguments: [
        ("X-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9"),
        ("X-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n", "203.0.113.9"),
        ("X-Forwarded-For: 203.0.113.9:4711\r\n", "203.0.113.9"),
        ("X-Forwarded-For: \"x\", 2001:db8::7\r\n", "2001:db8::7"),
        ("X-Forwarded-For: [2001:db8::7]:80\r\n", "2001:db8::7"),
        ("X-Forwarded-For: [2001:DB8:0:0::7]\r\n", "2001:db8::7"),
        ("X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.9\r\n", "203.0.113.9"),
    ])
    func aTrustedProxyTellsTheClient(_ header: String, _ client: String) {
        let found = Self.source(header, trusting: [Self.own])
        #expect(found.source == client && found.observer == Self.own && found.port == nil)
    }

    @Test(arguments: [
        "", "X-Forwarded-For: unknown\r\n", "X-Forwarded-For: \r\n", "X-Forwarded-For: 1.2.3.4.5\r\n",
        "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: unknown\r\n",
    ])
    func withoutAnAddressTheProxyStands(_ header: String) {
        let found = Self.source(header, trusting: [Self.own])
        #expect(found.source == Self.own && found.observer == nil && found.port != nil)
    }

    @Test func nobodyElseIsBelieved() {
        let found = Self.source("X-Forwarded-For: 203.0.113.9\r\n", trusting: ["192.0.2.77/32"])
        #expect(found.source == Self.own && found.observer == nil)
    }

    @Test func hopsOfOurOwnArePassedOver() {
        let found = Self.source("X-Forwarded-For: 203.0.113.9, 192.0.2.77\r\n", trusting: [Self.own, "192.0.2.77"])
        #expect(found.source == "203.0.113.9")
    }
}
