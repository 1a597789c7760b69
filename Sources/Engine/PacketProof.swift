internal import Acquisition
internal import Events
internal import Network
internal import Primitives

/// Remembers which flows of a capture were hit, and reads the capture once more for the packets around each hit. It
/// costs nothing where nothing was found.
///
/// Kept for a hit: the first packets of its flow (who spoke to whom, and how it began), some before it, the packet
/// itself, and some behind it.
struct PacketProof {
    /// Bounds: what is beyond them is found all the same, only without its flow's packets.
    static let maximumSlices = 256
    static let maximumSlicesPerFlow = 4
    static let firstPackets = 8
    static let packetsBefore = 24
    static let packetsAfter = 16

    private struct Hit {
        var detection: ContentID
        var packet: UInt64
        /// The flow was over by then: `packet` is not one of it.
        var endsFlow: Bool
    }

    private var flows: [FlowKey: [Hit]] = [:]
    private var count = 0
    /// Names of the flows that were hit, by their numbers; of those that are over, how many packets they had, and the
    /// packet at which the last of them was found to be over.
    private var names: [UInt64: FlowKey] = [:]
    private var packets: [FlowKey: Int] = [:]
    private var lastPackets: [FlowKey: UInt64] = [:]

    var isFull: Bool { count >= PacketProof.maximumSlices }

    /// A detection in the item's flow, on its packet, or when that flow was over, before that packet.
    mutating func note(_ detection: ContentID, of item: InspectionItem) {
        guard !isFull else { return }
        let name = FrameNamer.name(item.key)
        if item.flow != 0 { names[item.flow] = name }
        guard flows[name, default: []].count < PacketProof.maximumSlicesPerFlow else { return }
        flows[name, default: []].append(
            Hit(detection: detection, packet: item.packetNumber, endsFlow: item.endsFlow))
        count += 1
    }

    /// Counts the packets of flows that were hit and are over now.
    mutating func count(_ inspection: InspectionBatch) {
        if names.isEmpty { return }
        for index in inspection.items.indices where inspection.items[index].kind == .flowEnd {
            guard let name = names[inspection.items[index].flow] else { continue }
            let item = inspection.items[index]
            packets[name, default: 0] += Int(item.packetsToServer) + Int(item.packetsToClient)
            lastPackets[name] = max(lastPackets[name] ?? 0, item.packetNumber)
        }
    }

    /// Reads the capture again from its beginning, as far as there is something to be kept. Empty where it cannot be
    /// (standard input, a file that is no longer the same).
    func slices(of spec: InputSpec, identity: ContentID) -> [PacketSlice] {
        guard !flows.isEmpty, spec.path != "-", let reader = try? InputReader(spec), reader.kind == .capture,
            reader.identity == identity
        else { return [] }
        var picks = flows.mapValues { hits in Pick(hits: hits.sorted { $0.packet < $1.packet }) }
        let sieve = FlowSieve(flows.keys)
        var namer = FrameNamer()
        let batch = PacketBatch()
        var open = picks.count
        // Behind this packet comes none of a flow that was hit; where one was not seen to end, nobody knows.
        let last = flows.keys.reduce(0) { max($0, lastPackets[$1] ?? .max) }
        while open > 0, (try? reader.read(into: batch)) == true {
            if let first = batch.packets.first, first.number > last { break }
            for packet in batch.packets {
                let frame = batch.frame(packet)
                guard let name = namer.name(of: frame, linkType: packet.linkType), sieve.mayHold(name) else { continue }
                if picks[name]?.add(packet, frame) ?? false { open -= 1 }
            }
        }
        let slices = picks.keys.flatMap { picks[$0]?.finish(flowPackets: packets[$0] ?? 0) ?? [] }
        return slices.sorted { ($0.hit, $0.detection) < ($1.hit, $1.detection) }
    }

    /// One flow's packets as they pass.
    private struct Pick {
        var hits: [Hit]
        private var next = 0
        private var first: [KeptPacket] = []
        private var recent: [KeptPacket] = []
        /// Slices begun, each with how many more packets it takes.
        private var open: [(slice: PacketSlice, more: Int)] = []
        private var isDone = false

        init(hits: [Hit]) { self.hits = hits }

        /// Whether this was the last packet that is wanted.
        mutating func add(_ packet: CapturedPacket, _ frame: Bytes) -> Bool {
            if isDone { return false }
            while next < hits.count, hits[next].endsFlow, hits[next].packet <= packet.number { beginAtEnd() }
            isDone = next == hits.count && !open.contains { $0.more > 0 }
            if isDone { return true }
            let kept = KeptPacket(
                number: packet.number, time: packet.time, wireLength: packet.originalLength, linkType: packet.linkType,
                bytes: frame.prefix(KeptPacket.maximumBytes).array)
            for index in open.indices where open[index].more > 0 {
                open[index].slice.packets.append(kept)
                open[index].more -= 1
            }
            while next < hits.count, hits[next].packet <= packet.number { begin(kept) }
            if first.count < PacketProof.firstPackets {
                first.append(kept)
            } else {
                recent.append(kept)
                if recent.count > PacketProof.packetsBefore { recent.removeFirst() }
            }
            return false
        }

        private mutating func begin(_ kept: KeptPacket) {
            let slice = PacketSlice(
                detection: hits[next].detection, hit: hits[next].packet, flowPackets: 0,
                packets: first + recent + [kept])
            open.append((slice, PacketProof.packetsAfter))
            next += 1
        }

        /// What was found when the flow was over stands on its last packet.
        private mutating func beginAtEnd() {
            let packets = first + recent
            let hit = packets.last?.number ?? hits[next].packet
            let slice = PacketSlice(
                detection: hits[next].detection, hit: hit, flowPackets: 0, packets: packets)
            open.append((slice, 0))
            next += 1
        }

        /// Once all packets have passed.
        mutating func finish(flowPackets: Int) -> [PacketSlice] {
            while next < hits.count, hits[next].endsFlow { beginAtEnd() }
            return open.map { entry in
                var slice = entry.slice
                slice.flowPackets = max(flowPackets, slice.packets.count)
                return slice
            }
        }
    }
}

/// Says at once that a flow is none of a few: a capture has a thousand times as many packets as were hit, and a
/// dictionary asks for much more.
private struct FlowSieve {
    private var holes = [Bool](repeating: false, count: 1 << 14)

    init(_ names: some Sequence<FlowKey>) {
        for name in names { holes[place(name)] = true }
    }

    @inline(__always) func mayHold(_ name: FlowKey) -> Bool { holes[place(name)] }

    /// Nobody gains by flows that fall into the same place.
    @inline(__always) private func place(_ name: FlowKey) -> Int {
        let ports = UInt64(name.clientPort) << 32 | UInt64(name.serverPort) << 16 | UInt64(name.ipProtocol)
        let addresses = name.client.low &* 31 &+ name.server.low &+ (name.client.high ^ name.server.high)
        return Int(((addresses ^ ports) &* 0x9E37_79B9_7F4A_7C15) >> 50)
    }
}
