import Events
import Logs
import Primitives
import Testing

private func client(_ line: String, _ proxies: [String]) throws -> DecodedLine {
    let lines = try decode(Array(line.utf8), trustedProxies: proxies.compactMap { IPNetwork($0) })
    return lines.first ?? DecodedLine()
}

private func request(from peer: String, _ forwarded: String) -> String {
    #"\#(peer) - - [12/Mar/2026:02:58:01 +0000] "GET / HTTP/1.1" 200 5 "-" "x" "\#(forwarded)""#
}

/// The list is read from the right and never past a hop that is not trusted.
@Test(arguments: [
    ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
    ("10.0.0.1", "198.51.100.66, 203.0.113.7", "203.0.113.7"),
    ("10.0.0.1", "198.51.100.66, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
    ("10.0.0.1", "203.0.113.7, 10.0.0.2,10.0.0.3", "203.0.113.7"),
    ("10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9"),
    ("10.0.0.1", "198.51.100.66, unknown, 10.0.0.2", "10.0.0.2"),
    ("10.0.0.1", "198.51.100.66, 203.0.113.7:4711", "203.0.113.7"),
    ("10.0.0.1", "10.0.0.2, [2001:db8::7]:4711", "2001:db8::7"),
    ("2001:db8:1::1", "203.0.113.7", "203.0.113.7"),
    ("203.0.113.7", "198.51.100.66", "203.0.113.7"),
    ("203.0.113.7", "10.0.0.1, 198.51.100.66", "203.0.113.7"),
])
func forwardedListIsReadFromTheRight(_ peer: String, _ list: String, _ expected: String) throws {
    let event = try client(request(from: peer, list), ["10.0.0.0/8", "2001:db8:1::/48"])
    #expect(event["source.ip"] == expected)
    #expect(event.fields["source.ip"]?.count == 1)
    #expect(event["observer.ip"] == (expected == peer ? nil : peer))
}

@Test func withoutTrustTheListCountsForNothing() throws {
    #expect(try client(request(from: "10.0.0.1", "203.0.113.7"), [])["source.ip"] == "10.0.0.1")
}

@Test func forwardedHeaderOfRFC7239() throws {
    let event = try client(
        #"{"remote_ip":"10.0.0.1","remote_port":80,"method":"GET","uri":"/","status":200,"headers":{"Forwarded":"#
            + #""for=198.51.100.66, for=\"[2001:db8::7]:4711\";proto=https;by=10.0.0.1"}}"#, ["10.0.0.1"])
    #expect(event["source.ip"] == "2001:db8::7")
    #expect(event["source.port"] == nil)
    #expect(event["observer.ip"] == "10.0.0.1")
}
