import Events
import Matching
import Testing

/// Patterns are searched for in the payloads that their signatures may be about, and in no fewer: by port, by which
/// side's port, by protocol, at the payload's head and anywhere in it.
@Suite struct SlotLiteralsTests {
    private static let rules = """
        alert tcp any any -> any 445 (content:"needle"; sid:1;)
        alert tcp any any -> any [445,8000:8010] (content:"needle"; depth:6; sid:2;)
        alert tcp any 445 -> any any (content:"needle"; sid:3;)
        alert tcp any 445 <> any any (content:"needle"; sid:4;)
        alert tcp any any -> any !445 (content:"needle"; sid:5;)
        alert tcp any any -> any 1024: (content:"needle"; sid:6;)
        alert tcp any any -> any any (content:"needle"; sid:7;)
        alert http any any -> any any (content:"needle"; sid:8;)
        alert dns any any -> any 445 (content:"needle"; sid:9;)
        alert tcp any 40000 -> any 8005 (content:"needle"; sid:10;)
        alert tcp any any -> any [445,445,446] (content:"NEEDLE"; nocase; sid:11;)
        """

    private func found(
        _ port: UInt16, _ way: FlowDirection, application: ApplicationProtocol = .unknown, payload: String = "needle"
    ) throws -> Set<Int> {
        let packets = try sids(SlotLiteralsTests.rules) { build in
            (build.serverPort, build.application) = (port, application)
            build.packet(payload, way)
        }
        let streams = try sids(SlotLiteralsTests.rules) { build in
            (build.serverPort, build.application) = (port, application)
            build.stream(payload, way)
        }
        // A signature that counts from the payload's start alerts with a packet of its own.
        #expect(Set(packets) == Set(streams).union(packets.filter { $0 == 2 }))
        return Set(packets)
    }

    @Test func patternsAreSearchedByPort() throws {
        #expect(try found(445, .toServer) == [1, 2, 4, 7, 11])
        #expect(try found(445, .toClient) == [3, 4, 5, 6, 7])
        #expect(try found(446, .toServer) == [5, 7, 11])
        #expect(try found(8005, .toServer) == [2, 5, 6, 7, 10])
        #expect(try found(8005, .toClient) == [5, 6, 7])
        #expect(try found(8011, .toServer) == [5, 6, 7])
        #expect(try found(80, .toServer) == [5, 7])
    }

    @Test func patternsAreSearchedByProtocol() throws {
        #expect(try found(80, .toServer, application: .http) == [5, 7, 8])
        #expect(try found(80, .toServer, application: .http2) == [5, 7, 8])
        #expect(try found(445, .toServer, application: .dns) == [1, 2, 4, 7, 9, 11])
        #expect(try found(445, .toServer, application: .doh2) == [1, 2, 4, 7, 8, 9, 11])
        #expect(try found(80, .toServer, application: .tls) == [5, 7])
    }

    @Test func headsAreHeads() throws {
        #expect(try found(8005, .toServer, payload: "a needle") == [5, 6, 7, 10])
        #expect(try found(8005, .toServer, payload: String(repeating: "-", count: 100) + "needle") == [5, 6, 7, 10])
        #expect(try found(445, .toServer, payload: "") == [])
    }

    /// Payloads of a kind get an index of their own once many have come: what they are searched for stays the same.
    @Test func theHundredthPayloadIsSearchedAsTheFirst() throws {
        let kinds: [(port: UInt16, way: FlowDirection, application: ApplicationProtocol, payload: String)] = [
            (445, .toServer, .unknown, "needle"), (445, .toClient, .unknown, "needle"),
            (8005, .toServer, .unknown, "a needle"), (8011, .toServer, .unknown, "needle"),
            (80, .toServer, .http, "needle"), (445, .toServer, .dns, "needle"), (445, .toServer, .doh2, "needle"),
            (80, .toServer, .tls, "no such thing"),
        ]
        let rounds = 150
        let all = try hits(SlotLiteralsTests.rules) { build in
            for _ in 0..<rounds {
                for kind in kinds {
                    (build.serverPort, build.application) = (kind.port, kind.application)
                    build.packet(kind.payload, kind.way)
                }
            }
        }
        var found = [Set<Int>](repeating: [], count: rounds * kinds.count)
        for hit in all { found[hit.item].insert(hit.sid) }
        let expected: [Set<Int>] = [
            [1, 2, 4, 7, 11], [3, 4, 5, 6, 7], [5, 6, 7, 10], [5, 6, 7], [5, 7, 8], [1, 2, 4, 7, 9, 11],
            [1, 2, 4, 7, 8, 9, 11], [],
        ]
        for round in 0..<rounds {
            #expect(Array(found[round * kinds.count..<(round + 1) * kinds.count]) == expected, "round \(round)")
        }
    }
}
