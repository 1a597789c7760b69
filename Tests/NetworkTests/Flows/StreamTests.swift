import Events
import Network
import Testing

/// What reassembly delivers, and when.
@Suite struct StreamTests {
    @Test func deliversAcknowledgedDataOnce() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "hello ", size: 2)
        talk.send(fromClient: false, "world")
        talk.close()
        let run = Run(talk.frames)
        #expect(run.stream(.toServer) == "hello " && run.stream(.toClient) == "world")
        let flow = run.items(.flowEnd)[0].item
        #expect(flow.state.contains(.closed))
        #expect(run.events[0][.flowState] == "closed" && run.events[0][.tcpFlags] == "FSPA")
    }

    /// Established begins behind the handshake: the packet that completes it is still before it.
    @Test func marksPacketsAsTheHandshakeGoes() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "x")
        let run = Run(talk.frames)
        #expect(run.packets.map { $0.item.state.contains(.established) } == [false, false, false, true, true])
        #expect(run.packets.map { $0.item.state.contains(.streamed) } == [false, false, false, true, false])
        #expect(run.packets.map(\.item.direction) == [.toServer, .toClient, .toServer, .toServer, .toClient])
    }

    struct Piece: Sendable {
        var at: Int
        var text: String
    }

    /// Segments in the order of the capture, then one acknowledgement for all: what was put together.
    static let orders: [(name: String, policy: OverlapPolicy, pieces: [Piece], result: String)] = [
        ("in order", .bsd, [Piece(at: 0, text: "abc"), Piece(at: 3, text: "def")], "abcdef"),
        ("out of order", .bsd, [Piece(at: 3, text: "def"), Piece(at: 0, text: "abc")], "abcdef"),
        (
            "backwards, byte by byte", .bsd,
            [Piece(at: 3, text: "d"), Piece(at: 2, text: "c"), Piece(at: 1, text: "b"), Piece(at: 0, text: "a")], "abcd"
        ),
        ("retransmission with other content", .bsd, [Piece(at: 0, text: "abc"), Piece(at: 0, text: "XYZ")], "abc"),
        ("retransmission, last wins", .last, [Piece(at: 0, text: "abc"), Piece(at: 0, text: "XYZ")], "XYZ"),
        ("newcomer begins later", .bsd, [Piece(at: 0, text: "abcd"), Piece(at: 2, text: "XYef")], "abcdef"),
        (
            "newcomer begins before: its bytes count (BSD)", .bsd,
            [Piece(at: 0, text: "ab"), Piece(at: 4, text: "ef"), Piece(at: 2, text: "CDEF")], "abCDEF"
        ),
        (
            "newcomer begins before, first wins", .first,
            [Piece(at: 0, text: "ab"), Piece(at: 4, text: "ef"), Piece(at: 2, text: "CDEF")], "abCDef"
        ),
        (
            "newcomer spans two and a hole, last wins", .last,
            [Piece(at: 0, text: "ab"), Piece(at: 4, text: "ef"), Piece(at: 1, text: "12345")], "a12345"
        ),
        (
            "newcomer spans two and a hole, first wins", .first,
            [Piece(at: 0, text: "ab"), Piece(at: 4, text: "ef"), Piece(at: 1, text: "12345")], "ab23ef"
        ),
        ("inside what is stored", .bsd, [Piece(at: 0, text: "abcdef"), Piece(at: 2, text: "XX")], "abcdef"),
    ]

    @Test(arguments: orders.indices) func putsSegmentsTogether(_ number: Int) {
        let given = StreamTests.orders[number]
        var talk = Conversation()
        talk.handshake()
        for piece in given.pieces { talk.segment(fromClient: true, at: piece.at, Array(piece.text.utf8)) }
        talk.acknowledge(fromClient: false, upTo: given.result.utf8.count)
        let run = Run(talk.frames, options: NetworkOptions(overlap: given.policy))
        #expect(run.stream(.toServer) == given.result, "\(given.name)")
    }

    /// What was delivered stays: a later copy of acknowledged bytes changes nothing under any policy.
    @Test(arguments: [OverlapPolicy.first, .bsd, .last]) func neverChangesWhatWasDelivered(_ policy: OverlapPolicy) {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "abc")
        talk.segment(fromClient: true, at: 0, Array("XYZdef".utf8))
        talk.acknowledge(fromClient: false, upTo: 6)
        #expect(Run(talk.frames, options: NetworkOptions(overlap: policy)).stream(.toServer) == "abcdef")
    }

    @Test func wrapsSequenceNumbers() {
        var talk = Conversation()
        talk.clientISN = 0xFFFF_FFFA
        talk.handshake()
        talk.send(fromClient: true, "0123456789", size: 3)
        #expect(Run(talk.frames).stream(.toServer) == "0123456789")
    }

    @Test func passesOverAGap() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "abc")
        talk.segment(fromClient: true, at: 8, Array("xyz".utf8))
        talk.acknowledge(fromClient: false, upTo: 11)
        let run = Run(talk.frames)
        let chunks = run.items(.stream, .toServer).map { $0.buffers[0] }
        #expect(chunks.map(\.offset) == [0, 8])
        #expect(run.stream(.toServer) == "abcxyz")
        #expect(run.counters.streamGaps == 1 && run.counters.streamGapBytes == 5)
    }

    @Test func doesNotUseSegmentsWithAWrongChecksum() {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 0, Array("EVIL".utf8), badChecksum: true)
        talk.segment(fromClient: true, at: 0, Array("good".utf8))
        talk.acknowledge(fromClient: false, upTo: 4)
        let run = Run(talk.frames)
        #expect(run.stream(.toServer) == "good")
        #expect(run.packets.map { $0.item.state.contains(.streamed) }.filter { $0 }.count == 1)
        #expect(Run(talk.frames, options: NetworkOptions(checksums: .none)).stream(.toServer) == "EVIL")
    }

    @Test func deliversUnacknowledgedDataAtTheEnd() {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 0, Array("pending".utf8))
        let run = Run(talk.frames)
        #expect(run.stream(.toServer) == "pending")
        #expect(run.items(.stream)[0].item.packetIndex == -1)
    }

    @Test func ignoresDataOutsideTheWindow() {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 200_000, Array("far".utf8))
        talk.send(fromClient: true, "near")
        let run = Run(talk.frames)
        #expect(run.stream(.toServer) == "near" && run.counters.segmentsOutOfWindow == 1)
    }

    @Test func stopsAtTheDepth() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, [UInt8](repeating: 65, count: 5000))
        let run = Run(talk.frames, options: NetworkOptions(streamDepth: 3000))
        #expect(run.stream(.toServer).utf8.count == 3000 && run.counters.streamsPastDepth == 1)
    }

    /// Raw data is inspected in runs of `streamChunk` bytes, and what is left at the end.
    @Test func inspectsRawDataInChunks() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, [UInt8](repeating: 65, count: 1000), size: 100)
        talk.close()
        let run = Run(talk.frames, options: NetworkOptions(streamChunk: 300))
        #expect(run.items(.stream, .toServer).map { $0.buffers[0].bytes.count } == [300, 300, 300, 100])
        #expect(run.items(.stream, .toServer).map { $0.buffers[0].offset } == [0, 300, 600, 900])
    }

    @Test(arguments: [(false, ""), (true, "mid")]) func picksUpMidstreamOnlyWhenAsked(_ asked: Bool, _ result: String) {
        var talk = Conversation()
        talk.send(fromClient: true, "mid")
        let run = Run(talk.frames, options: NetworkOptions(midstream: asked))
        #expect(run.stream(.toServer) == result)
        #expect(run.packets.last?.item.state.contains(.established) == asked)
    }

    @Test func answersNoResetOutsideTheWindow() {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: false, at: 900_000, flags: 4)
        talk.send(fromClient: true, "still here")
        talk.reset(fromClient: false)
        let run = Run(talk.frames)
        #expect(run.stream(.toServer) == "still here")
        #expect(run.events.last?[.flowState] == "closed")
    }

    @Test func beginsAnotherFlowWhenPortsAreReused() {
        var first = Conversation()
        first.handshake()
        first.send(fromClient: true, "one")
        first.close()
        var second = Conversation()
        second.clientISN = 777_000
        second.handshake()
        second.send(fromClient: true, "two")
        let run = Run(first.frames + second.frames)
        #expect(run.items(.stream, .toServer).map(\.item.flow) == [1, 2])
        #expect(run.stream(.toServer) == "onetwo")
        #expect(run.events.map { $0[.flowReason] } == ["ports reused", "end of capture"])
    }

    /// Memory for two segments only: what waited longest goes, and is counted.
    @Test func evictsTheOldestWaitingData() {
        var frames: [[UInt8]] = []
        for number in 0..<600 {
            var talk = Conversation()
            talk.clientPort = 10_000 + number
            talk.handshake()
            talk.segment(fromClient: true, at: 0, Array("waiting".utf8))
            frames += talk.frames
        }
        let run = Run(frames, options: NetworkOptions(reassemblyBytes: 1 << 20))
        #expect((run.counters.evictions["streams"] ?? 0) > 80)
        #expect(run.items(.stream).count < 520 && run.items(.stream).count > 480)
    }
}
