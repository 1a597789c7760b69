package import Events
internal import Primitives

/// Where a packet belongs.
struct PacketPlace {
    /// The flow's place in the table; -1 for what has none (fragments, protocols that are not followed).
    var flow: Int32 = -1
    var way = FlowDirection.toServer
    /// False for a TCP segment whose checksum is judged and wrong: it takes no part in its stream.
    var usable = true
}

/// What stands behind a `FlowReader`: told of each packet and of each flow that is over.
protocol PacketVisitor: AnyObject {
    /// A frame begins, before anything of it is read and before flows that its time ends are ended.
    func enter(_ packet: CapturedPacket, index: Int)
    /// A packet was read (the frame's own, or one inside a tunnel or put together from fragments). Its flow is there
    /// and has counted it.
    func visit(_ view: PacketView, _ place: PacketPlace)
    /// Something is odd about a packet's headers, whether they could be read or not.
    func anomalies(_ view: PacketView)
    /// A flow is over; its record goes after this.
    func over(_ index: Int32, _ reason: FlowEnd)
}

/// Reads a capture's frames to their transport headers and finds the flow of each: link layers, tunnels, fragments,
/// checksums, the flow table and its timeouts. Everything else in this room stands on it.
package final class FlowReader {
    let flows: FlowTable
    private let defragmenter: Defragmenter
    /// What changes with every packet, behind a pointer: properties of a class cost a check for each access.
    private let hot: UnsafeMutablePointer<FlowReaderState>
    /// The frame at hand and those behind it, in a ring.
    private let frames: UnsafeMutablePointer<PreparedFrame>

    package convenience init(options: NetworkOptions) {
        self.init(options: options, pool: SegmentPool(limitBytes: options.reassemblyBytes))
    }

    init(options: NetworkOptions, pool: SegmentPool) {
        var random = SystemRandomNumberGenerator()
        defragmenter = Defragmenter(pool: pool, options: options, seed: random.next())
        flows = FlowTable(
            limitBytes: options.flowBytes, timeouts: options.timeouts, seeds: (random.next(), random.next()))
        hot = .allocate(capacity: 1)
        hot.initialize(to: FlowReaderState(checksums: ChecksumJudge(options.checksums)))
        frames = .allocate(capacity: FlowReader.ringSize)
        frames.initialize(repeating: PreparedFrame(), count: FlowReader.ringSize)
    }

    deinit {
        hot.deinitialize(count: 1)
        hot.deallocate()
        frames.deallocate()
    }

    /// Follows the flows of a batch and nothing else: no streams, no transactions. The same way that a capture decoder
    /// goes, with nobody listening.
    package func follow(_ packets: PacketBatch) { read(packets, visitor: NoVisitor()) }

    /// Flows seen so far.
    package var flowCount: UInt64 { hot.pointee.flowNumber }

    /// A power of two, more than `ahead`.
    private static let ringSize = 4
    /// Frames read before they are followed.
    private static let ahead = 2

    /// Memory is slow: each frame is read, and its slot of the table asked for, two frames before it is followed; its
    /// flow's record is asked for one frame before.
    @inline(__always) func read(_ packets: PacketBatch, visitor: some PacketVisitor) {
        let bytes = packets.bytes
        let list = UnsafePointer(packets.packets.start)
        let count = packets.packets.count
        for index in 0..<min(count, FlowReader.ahead) { prepare(list + index, bytes, frame(index)) }
        for index in 0..<count {
            let next = index &+ FlowReader.ahead
            if next < count { prepare(list + next, bytes, frame(next)) }
            flows.expectRecord(frame(index &+ 1).pointee.hash)
            visitor.enter(list[index], index: index)
            begin(list + index, frame(index), visitor)
        }
    }

    @inline(__always) private func frame(_ index: Int) -> UnsafeMutablePointer<PreparedFrame> {
        frames + (index & (FlowReader.ringSize &- 1))
    }

    /// Ends every flow, oldest first.
    func finish(_ visitor: some PacketVisitor) {
        while true {
            let index = flows.lists.oldest(flows.records)
            if index < 0 { return }
            end(index, .endOfCapture, visitor)
        }
    }

    func count(into all: inout CaptureCounters) {
        let state = hot.pointee
        all = state.counts
        all.unread = state.unread.byName
        all.unreadInner = state.unreadInner.byName
        all.badChecksums = state.checksums.bad
        all.checksumsIgnored = state.checksums.ignored
        all.flows = Int64(state.flowNumber)
        all.fragmentsTimedOut = defragmenter.timedOut
        for (name, number) in [("flows", state.flowEvictions), ("fragments", defragmenter.evicted)] where number > 0 {
            all.evictions[name] = number
        }
    }

    // MARK: Packets

    /// Reads a frame's layers. Nothing that is kept changes.
    @inline(__always) private func prepare(
        _ packet: UnsafePointer<CapturedPacket>, _ bytes: Bytes, _ frame: UnsafeMutablePointer<PreparedFrame>
    ) {
        let (offset, length) = (packet.pointee.offset, packet.pointee.capturedLength)
        precondition(Int(offset) + Int(length) <= bytes.count, "frame outside its batch")
        PacketView.restart(
            UnsafeMutableRawPointer(frame).assumingMemoryBound(to: PacketView.self),
            start: bytes.start + Int(offset), count: length, regionOffset: offset)
        // Nearly all captures are Ethernet's: a direct call.
        frame.pointee.reason =
            packet.pointee.linkType == 1
            ? Ethernet.read(&frame.pointee.view, 0) : readLink(packet.pointee.linkType, &frame.pointee.view)
        frame.pointee.isFollowed = frame.pointee.reason == nil && frame.pointee.view.isFollowed
        guard frame.pointee.isFollowed else { return }
        frame.pointee.key = FlowLookup(frame.pointee.view, tunnel: 0)
        frame.pointee.hash = flows.hash(frame.pointee.key)
        flows.expectSlot(frame.pointee.hash)
    }

    @inline(__always) private func begin(
        _ packet: UnsafePointer<CapturedPacket>, _ frame: UnsafeMutablePointer<PreparedFrame>,
        _ visitor: some PacketVisitor
    ) {
        let state = hot
        let time = packet.pointee.time.nanoseconds
        state.pointee.time = time
        state.pointee.frameLength = UInt64(packet.pointee.capturedLength)
        if time > state.pointee.now { state.pointee.now = time }
        if flows.lists.mayExpire(state.pointee.now) { expire(visitor) }
        state.pointee.counts.packets += 1
        if let reason = frame.pointee.reason {
            state.pointee.unread.count(reason)
            fail(&frame.pointee.view, reason, visitor)
            return
        }
        state.pointee.counts.decoded += 1
        if frame.pointee.isFollowed {
            let view = UnsafeMutableRawPointer(frame).assumingMemoryBound(to: PacketView.self)
            let hash = frame.pointee.hash
            withUnsafePointer(to: &frame.pointee.key) { follow(view, $0, hash, visitor) }
            if !frame.pointee.view.events.isEmpty { visitor.anomalies(frame.pointee.view) }
            if frame.pointee.view.inner != .none { descend(&frame.pointee.view, tunnel: 0, visitor) }
        } else {
            handle(&frame.pointee.view, tunnel: 0, visitor)
        }
    }

    private func readLink(_ linkType: UInt16, _ view: inout PacketView) -> UnreadPacketReason? {
        if linkType != hot.pointee.linkType {
            hot.pointee.linkType = linkType
            hot.pointee.linkReader = LinkTypes.reader(of: linkType)
        }
        guard let read = hot.pointee.linkReader else { return .unknownLinkType }
        return read(&view, 0)
    }

    private func fail(_ view: inout PacketView, _ reason: UnreadPacketReason, _ visitor: some PacketVisitor) {
        if let event = reason.event { view.events.note(event) }
        if !view.events.isEmpty { visitor.anomalies(view) }
    }

    private func handle(_ view: inout PacketView, tunnel: UInt32, _ visitor: some PacketVisitor) {
        if view.header.has.contains(.fragment) {
            _ = hot.pointee.checksums.judge(&view)
            collect(&view, tunnel, visitor)
            return
        }
        if view.isFollowed {
            let key = FlowLookup(view, tunnel: tunnel)
            let hash = flows.hash(key)
            flows.expectRecord(hash)
            withUnsafePointer(to: key) { key in
                withUnsafeMutablePointer(to: &view) { follow($0, key, hash, visitor) }
            }
        } else {
            _ = hot.pointee.checksums.judge(&view)
            visitor.visit(view, PacketPlace())
        }
        if !view.events.isEmpty { visitor.anomalies(view) }
        if view.inner != .none { descend(&view, tunnel: tunnel, visitor) }
    }

    /// Goes on with the packet inside this one.
    private func descend(_ view: inout PacketView, tunnel: UInt32, _ visitor: some PacketVisitor) {
        var within = PacketView(
            start: view.start + view.innerOffset, count: view.end - view.innerOffset, region: view.region,
            regionOffset: view.regionOffset + view.innerOffset)
        within.layers = view.layers
        within.header.origin = view.innerOrigin
        inner(&within, view.inner, tunnel: tunnel + 1, visitor)
    }

    /// `view` by its place: a copy of it for each question would cost more than the answers.
    @inline(__always) private func follow(
        _ view: UnsafeMutablePointer<PacketView>, _ key: UnsafePointer<FlowLookup>, _ hash: UInt32,
        _ visitor: some PacketVisitor
    ) {
        // The payload is summed up while the record comes.
        let usable = hot.pointee.checksums.judge(&view.pointee)
        var place = find(key, hash, view, visitor)
        place.usable = usable
        let flow = flows.records + Int(place.flow)
        let now = hot.pointee.now
        let isFirst = !FlowLists.sameTick(flow.pointee.last, now)
        flow.pointee.last = now
        count(view, flow, place.way)
        visitor.visit(view.pointee, place)
        flows.lists.touch(place.flow, isFirst: isFirst, flows.records)
    }

    private func collect(_ view: inout PacketView, _ tunnel: UInt32, _ visitor: some PacketVisitor) {
        hot.pointee.counts.fragments += 1
        visitor.visit(view, PacketPlace())
        let added = defragmenter.add(view, time: hot.pointee.now)
        if defragmenter.lastOverlapped {
            view.events.note(view.header.has.contains(.ipv4) ? .ipv4FragmentOverlap : .ipv6FragmentOverlap)
        }
        if !view.events.isEmpty { visitor.anomalies(view) }
        guard let length = added else { return }
        hot.pointee.counts.datagramsReassembled += 1
        var whole = PacketView(
            start: UnsafePointer(defragmenter.output), count: length, region: .scratch, regionOffset: 0)
        whole.vlan = view.vlan
        whole.layers = view.layers
        whole.header.origin = .fragments
        inner(&whole, .network, tunnel: tunnel, visitor)
    }

    private func inner(
        _ view: inout PacketView, _ kind: InnerFrame, tunnel: UInt32, _ visitor: some PacketVisitor
    ) {
        let reason: UnreadPacketReason?
        switch kind {
        case .ethernet: reason = Ethernet.read(&view, 0)
        case .ppp: reason = PPP.readFramed(&view, 0)
        case .network, .none: reason = RawIP.read(&view, 0)
        }
        if let reason {
            hot.pointee.unreadInner.count(reason)
            fail(&view, reason, visitor)
        } else if tunnel >= 8 {
            hot.pointee.unreadInner.count(.tooManyLayers)
        } else {
            hot.pointee.counts.innerPackets += 1
            // Its flow counts its own bytes, not those of what is around it.
            hot.pointee.frameLength = UInt64(view.count)
            handle(&view, tunnel: tunnel, visitor)
        }
    }

    // MARK: Flows

    /// Finds or makes the packet's flow.
    @inline(__always) private func find(
        _ key: UnsafePointer<FlowLookup>, _ hash: UInt32, _ view: UnsafeMutablePointer<PacketView>,
        _ visitor: some PacketVisitor
    ) -> PacketPlace {
        if let found = flows.find(key, hash) {
            let flow = flows.records + Int(found.index)
            if !flow.pointee.isLeft(by: view, found.direction) {
                return PacketPlace(
                    flow: found.index, way: view.pointee.isWithoutDirection ? .toServer : found.direction)
            }
            end(found.index, .reused, visitor)
        }
        return PacketPlace(flow: make(key.pointee, hash, view.pointee.header, visitor), way: .toServer)
    }

    private func make(
        _ key: FlowLookup, _ hash: UInt32, _ header: PacketHeader, _ visitor: some PacketVisitor
    ) -> Int32 {
        if flows.isFull {
            end(flows.lists.oldest(flows.records), .evicted, visitor)
            hot.pointee.flowEvictions += 1
        }
        hot.pointee.flowNumber += 1
        let index = flows.insert(key, hash, number: hot.pointee.flowNumber, time: hot.pointee.time)
        flows.lists.link(index, flows.records)
        flows.records[Int(index)].icmpType = header.icmpType
        flows.records[Int(index)].icmpCode = header.icmpCode
        flows.records[Int(index)].isV6 = header.has.contains(.ipv6)
        return index
    }

    /// Counts the packet in its flow. What is no TCP is established once both sides have spoken.
    @inline(__always) private func count(
        _ view: UnsafeMutablePointer<PacketView>, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        let bytes = hot.pointee.frameLength
        if way == .toServer {
            flow.pointee.packetsToServer &+= 1
            flow.pointee.bytesToServer &+= bytes
            flow.pointee.tcpFlagsToServer |= view.pointee.header.tcpFlags
        } else {
            flow.pointee.packetsToClient &+= 1
            flow.pointee.bytesToClient &+= bytes
            flow.pointee.tcpFlagsToClient |= view.pointee.header.tcpFlags
        }
        if !view.pointee.header.has.contains(.tcp), flow.pointee.packetsToServer > 0, flow.pointee.packetsToClient > 0 {
            flow.pointee.phase = .established
        }
    }

    private func expire(_ visitor: some PacketVisitor) {
        while true {
            let index = flows.lists.expired(hot.pointee.now, flows.records)
            if index < 0 { return }
            end(index, .timeout, visitor)
        }
    }

    private func end(_ index: Int32, _ reason: FlowEnd, _ visitor: some PacketVisitor) {
        visitor.over(index, reason)
        flows.remove(index)
    }
}

/// A frame whose layers are read.
private struct PreparedFrame {
    var view = PacketView(start: Bytes.empty.start, count: 0, region: .input, regionOffset: 0)
    var reason: UnreadPacketReason?
    var isFollowed = false
    var key = FlowLookup(
        source: IPAddress(v4: 0), destination: IPAddress(v4: 0), sourcePort: 0, destinationPort: 0, vlan: 0,
        ipProtocol: 0)
    var hash: UInt32 = 0
}

/// Nobody listens: flows are followed for their records alone.
private final class NoVisitor: PacketVisitor {
    @inline(__always) func enter(_ packet: CapturedPacket, index: Int) {}
    @inline(__always) func visit(_ view: PacketView, _ place: PacketPlace) {}
    @inline(__always) func anomalies(_ view: PacketView) {}
    @inline(__always) func over(_ index: Int32, _ reason: FlowEnd) {}
}

/// What a reader changes with every packet.
private struct FlowReaderState {
    var checksums: ChecksumJudge
    var unread = ReasonCounts()
    var unreadInner = ReasonCounts()
    var counts = CaptureCounters()
    var flowEvictions: Int64 = 0
    var flowNumber: UInt64 = 0
    /// Latest packet time seen, in nanoseconds: the clock by which flows time out.
    var now = Int64.min
    /// Time of the frame at hand, and the length of the packet in it that is followed.
    var time = Int64.min
    var frameLength: UInt64 = 0
    var linkType = UInt16.max
    var linkReader: LayerReader?
}
