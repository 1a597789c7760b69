import Events
import Network
import Primitives
import Testing

@Suite struct FlowTests {
    static func reply(_ payload: [UInt8]) -> [UInt8] {
        let datagram = Frames.udp("198.51.100.2", 9, "192.0.2.1", 40_000, payload)
        return Frames.ethernet(0x0800, Frames.ipv4("198.51.100.2", "192.0.2.1", 17, datagram))
    }

    @Test func pairsBothDirections() {
        let run = Run([Frames.udpFrame([1]), FlowTests.reply([2, 3]), Frames.udpFrame([4])])
        #expect(run.packets.map(\.item.flow) == [1, 1, 1])
        #expect(run.packets.map(\.item.direction) == [.toServer, .toClient, .toServer])
        #expect(run.packets.map { $0.item.state.contains(.established) } == [false, true, true])
        #expect(run.packets.map { $0.item.state.contains(.isNew) } == [true, false, false])
        #expect(run.packets[2].item.packetsToServer == 2 && run.packets[2].item.packetsToClient == 1)
        let event = run.events[0]
        #expect(event.source == .networkFlow && event[.sourceIP] == "192.0.2.1" && event[.sourcePort] == "40000")
        #expect(event[.destinationIP] == "198.51.100.2" && event[.destinationPort] == "9")
        #expect(event[.networkTransport] == "udp" && event[.eventDuration] == "2000000")
        #expect(event[.sourcePackets] == "2" && event[.destinationPackets] == "1" && event[.networkPackets] == "3")
        #expect(event[.flowState] == "established" && event[.eventCategory] == "network")
        #expect(event.time.nanoseconds == 1_700_000_000_000_000_000)
    }

    @Test func keepsVLANsApart() {
        let tagged = { (id: UInt8) -> [UInt8] in
            let plain = Frames.udpFrame([1])
            return Array(plain[..<12]) + [0x81, 0, 0, id] + Array(plain[12...])
        }
        let run = Run([tagged(1), tagged(2), tagged(1)], times: [0, 2, 4])
        #expect(run.packets.map(\.item.flow) == [1, 2, 1])
        // The longest idle one ends first.
        #expect(run.events.map { $0[.networkVLANID] } == ["2", "1"])
    }

    /// Suricata's defaults: UDP 30 s new and 300 s established; TCP 60, 600 and 60 s.
    @Test(arguments: [(29.0, 1), (31.0, 2)]) func timesOutNewUDPFlows(_ pause: Double, _ flows: UInt64) {
        let run = Run([Frames.udpFrame([1]), Frames.udpFrame([2])], times: [0, pause])
        #expect(run.packets.last?.item.flow == flows)
    }

    @Test(arguments: [(299.0, 1), (301.0, 2)]) func timesOutEstablishedUDPFlows(_ pause: Double, _ flows: UInt64) {
        let run = Run([Frames.udpFrame([1]), FlowTests.reply([2]), Frames.udpFrame([2])], times: [0, 1, 1 + pause])
        #expect(run.packets.last?.item.flow == flows)
    }

    @Test(arguments: [(599.0, 1), (601.0, 2)]) func timesOutEstablishedTCPFlows(_ pause: Double, _ flows: UInt64) {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 0, flags: 0x10)
        let run = Run(talk.frames, times: [0, 0, 0, pause])
        #expect(run.packets.last?.item.flow == flows)
        #expect(run.events[0][.flowReason] == (flows == 2 ? "timeout" : "end of capture"))
    }

    /// Time is the packets': a flow ends when a later packet shows that its time is over, before that packet's item.
    @Test func endsFlowsInPacketOrder() {
        let other = Frames.udpFrame([9], sourcePort: 41_000)
        let run = Run([Frames.udpFrame([1]), other], times: [0, 100])
        #expect(run.items.map(\.item.kind) == [.packet, .flowEnd, .packet, .flowEnd])
        #expect(run.items.map(\.item.packetNumber) == [1, 2, 2, 2])
        #expect(run.events.map(\.line) == [2, 2])
    }

    @Test func evictsTheLongestIdleFlow() {
        let frames = (0..<5000).map { Frames.udpFrame([1], sourcePort: 10_000 + $0) }
        let run = Run(frames, options: NetworkOptions(flowBytes: 1000))
        let evicted = run.counters.evictions["flows"] ?? 0
        #expect(evicted == 5000 - 64)
        #expect(run.items(.flowEnd).map(\.item.flow) == (1...5000).map { UInt64($0) })
        #expect(run.counters.flows == 5000)
    }

    @Test func growsAndFindsAllFlowsAgain() {
        let frames = (0..<20_000).map { Frames.udpFrame([1], sourcePort: $0 + 1) }
        let run = Run(frames + frames, times: [Double](repeating: 0, count: 40_000))
        #expect(run.counters.flows == 20_000)
        #expect(run.packets.suffix(20_000).map(\.item.flow) == (1...20_000).map { UInt64($0) })
    }

    /// The same items whatever the batches are cut to.
    @Test(arguments: [1, 2, 7]) func doesNotDependOnBatches(_ size: Int) {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n", size: 9)
        talk.send(fromClient: false, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", size: 11)
        talk.close()
        let whole = Run(talk.frames)
        let parts = Run(talk.frames, batchSize: size)
        #expect(whole.items.map(\.item.kind) == parts.items.map(\.item.kind))
        #expect(whole.items.map { $0.buffers.map(\.bytes) } == parts.items.map { $0.buffers.map(\.bytes) })
        #expect(whole.events.map(\.fields) == parts.events.map(\.fields))
    }
}
