package import Events
internal import Primitives

/// Decodes the frames of one capture: layers, flows, streams, transactions. A world of its own: flows and everything
/// else start empty. Not thread-safe.
package final class CaptureDecoder {
    private let options: NetworkOptions
    private let output = InspectionOutput()
    private let pool: SegmentPool
    private let defragmenter: Defragmenter
    private let application: ApplicationLayer
    private let feeder: StreamFeeder
    private let tracker: TCPTracker
    private let flows: FlowTable
    private let flowEvents: FlowEvents
    /// What changes with every packet, behind a pointer: properties of a class cost a check for each access.
    private let hot: UnsafeMutablePointer<DecoderState>

    package init(options: NetworkOptions) {
        self.options = options
        var random = SystemRandomNumberGenerator()
        pool = SegmentPool(limitBytes: options.reassemblyBytes)
        defragmenter = Defragmenter(pool: pool, options: options, seed: random.next())
        application = ApplicationLayer(parsers: ProtocolTable.make(output, options))
        feeder = StreamFeeder(pool: pool, application: application, output: output, options: options)
        tracker = TCPTracker(pool: pool, options: options, feeder: feeder)
        flows = FlowTable(
            limitBytes: options.flowBytes, timeouts: options.timeouts, seeds: (random.next(), random.next()))
        flowEvents = FlowEvents(output: output)
        hot = .allocate(capacity: 1)
        hot.initialize(to: DecoderState(checksums: ChecksumJudge(options.checksums)))
    }

    deinit {
        hot.deinitialize(count: 1)
        hot.deallocate()
    }

    /// Decodes a batch. Resets `inspection` and `events` and fills them in packet order; their `.input` values lie in
    /// `packets`.
    package func decode(_ packets: PacketBatch, inspection: InspectionBatch, events: EventBatch) {
        inspection.reset(input: packets.bytes)
        events.reset(input: packets.bytes)
        events.recordCount = packets.packets.count
        output.begin(inspection, events)
        let bytes = packets.bytes
        packets.packets.withUnsafeBufferPointer { list in
            for index in 0..<list.count {
                output.enter(list[index], index: index)
                hot.pointee.now = max(hot.pointee.now, list[index].time.nanoseconds)
                expireFlows()
                read(list[index], bytes)
            }
        }
        output.leave()
        output.end()
    }

    /// End of the capture: ends every flow, oldest first, at the time of the last packet.
    package func finish(inspection: InspectionBatch, events: EventBatch) {
        inspection.reset(input: .empty)
        events.reset(input: .empty)
        output.begin(inspection, events)
        output.leave()
        while true {
            let index = flows.lists.oldest(flows.records)
            if index < 0 { break }
            end(index, .endOfCapture)
        }
        output.end()
    }

    package var counters: CaptureCounters {
        let state = hot.pointee
        var all = state.counts
        all.unread = state.unread.byName
        all.unreadInner = state.unreadInner.byName
        all.badChecksums = state.checksums.bad
        all.checksumsIgnored = state.checksums.ignored
        all.flows = Int64(state.flowNumber)
        all.transactions = output.transactions
        all.fragmentsTimedOut = defragmenter.timedOut
        all.segmentsOutOfWindow = tracker.outOfWindow
        all.segmentsOverlapping = tracker.overlapping
        all.streamsPastDepth = tracker.pastDepth
        all.streamGaps = feeder.gaps
        all.streamGapBytes = feeder.gapBytes
        all.inspectionBytesDropped = output.bytesDropped
        let tables = [
            ("flows", state.flowEvictions), ("fragments", defragmenter.evicted), ("streams", tracker.evicted),
            ("transactions", application.refused),
        ]
        for (name, number) in tables where number > 0 { all.evictions[name] = number }
        return all
    }

    // MARK: Packets

    private func read(_ packet: CapturedPacket, _ bytes: Bytes) {
        precondition(Int(packet.offset) + Int(packet.capturedLength) <= bytes.count, "frame outside its batch")
        hot.pointee.counts.packets += 1
        if packet.linkType != hot.pointee.linkType {
            hot.pointee.linkType = packet.linkType
            hot.pointee.linkReader = LinkTypes.reader(of: hot.pointee.linkType)
        }
        guard let linkReader = hot.pointee.linkReader else {
            hot.pointee.unread.count(.unknownLinkType)
            return
        }
        var view = PacketView(
            start: bytes.start + Int(packet.offset), count: Int(packet.capturedLength), region: .input,
            regionOffset: Int(packet.offset))
        if let reason = linkReader(&view, 0) {
            hot.pointee.unread.count(reason)
            return
        }
        hot.pointee.counts.decoded += 1
        handle(&view, tunnel: 0)
    }

    private func handle(_ view: inout PacketView, tunnel: UInt32) {
        let good = hot.pointee.checksums.judge(&view)
        if view.header.has.contains(.fragment) {
            hot.pointee.counts.fragments += 1
            appendPacket(view, flow: nil, .toServer, state: [])
            if let length = defragmenter.add(view, time: hot.pointee.now) {
                hot.pointee.counts.datagramsReassembled += 1
                var whole = PacketView(
                    start: UnsafePointer(defragmenter.output), count: length, region: .scratch, regionOffset: 0)
                whole.vlan = view.vlan
                whole.layers = view.layers
                inner(&whole, .network, tunnel: tunnel)
            }
            return
        }
        if view.header.has.isDisjoint(with: [.tcp, .udp, .icmp, .sctp]) {
            appendPacket(view, flow: nil, .toServer, state: [])
        } else {
            follow(view, tunnel, good)
        }
        if view.inner != .none {
            var within = PacketView(
                start: view.start + view.innerOffset, count: view.end - view.innerOffset, region: view.region,
                regionOffset: view.regionOffset + view.innerOffset)
            within.layers = view.layers
            inner(&within, view.inner, tunnel: tunnel + 1)
        }
    }

    private func inner(_ view: inout PacketView, _ kind: InnerFrame, tunnel: UInt32) {
        let reason: UnreadPacketReason?
        switch kind {
        case .ethernet: reason = Ethernet.read(&view, 0)
        case .ppp: reason = PPP.readFramed(&view, 0)
        case .network, .none: reason = RawIP.read(&view, 0)
        }
        if let reason {
            hot.pointee.unreadInner.count(reason)
        } else if tunnel >= 8 {
            hot.pointee.unreadInner.count(.tooManyLayers)
        } else {
            hot.pointee.counts.innerPackets += 1
            handle(&view, tunnel: tunnel)
        }
    }

    /// Finds or makes the packet's flow, appends the packet's item and carries its data on.
    private func follow(_ view: PacketView, _ tunnel: UInt32, _ good: Bool) {
        let (index, way) = flow(of: view, tunnel)
        let flow = flows.records + Int(index)
        flow.pointee.last = hot.pointee.now
        var state: FlowState = flow.pointee.packetsToServer | flow.pointee.packetsToClient == 0 ? .isNew : []
        count(view, flow, way)
        let isTCP = view.header.has.contains(.tcp)
        if !isTCP && flow.pointee.packetsToServer > 0 && flow.pointee.packetsToClient > 0 {
            flow.pointee.phase = .established
        }
        if flow.pointee.phase != .new { state.insert(.established) }
        if flow.pointee.phase == .closed { state.insert(.closed) }
        if flow.pointee.midstream { state.insert(.midstream) }
        let item = output.itemCount
        let known = flow.pointee.application
        appendPacket(view, flow: flow, way, state: state)
        var streamed = false
        if isTCP {
            streamed = good && tracker.track(view, index, flow, way)
            let reach = tracker.reach(flow)
            output.amend(item, streamToServer: reach.toServer, streamToClient: reach.toClient)
        } else if view.header.has.contains(.udp) {
            application.datagram(flow, way, view.payload)
        }
        if streamed || flow.pointee.application != known {
            output.amend(item, streamed: streamed, flow.pointee.application)
        }
        flows.lists.touch(index, flows.records)
    }

    private func flow(of view: PacketView, _ tunnel: UInt32) -> (Int32, FlowDirection) {
        let key = FlowLookup(view, tunnel: tunnel)
        let hash = flows.hash(key)
        if let found = flows.find(key, hash) {
            guard view.header.has.contains(.tcp),
                tracker.startsAnew(view, flows.records + Int(found.index), found.direction)
            else { return found }
            end(found.index, .reused)
        }
        if flows.isFull {
            end(flows.lists.oldest(flows.records), .evicted)
            hot.pointee.flowEvictions += 1
        }
        hot.pointee.flowNumber += 1
        let index = flows.insert(key, hash, number: hot.pointee.flowNumber, time: output.time.nanoseconds)
        flows.lists.link(index, flows.records)
        flows.records[Int(index)].icmpType = view.header.icmpType
        flows.records[Int(index)].icmpCode = view.header.icmpCode
        return (index, .toServer)
    }

    private func count(_ view: PacketView, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        let bytes = UInt64(output.frameLength)
        if way == .toServer {
            flow.pointee.packetsToServer &+= 1
            flow.pointee.bytesToServer &+= bytes
            flow.pointee.tcpFlagsToServer |= view.header.tcpFlags
        } else {
            flow.pointee.packetsToClient &+= 1
            flow.pointee.bytesToClient &+= bytes
            flow.pointee.tcpFlagsToClient |= view.header.tcpFlags
        }
    }

    @inline(__always) private func appendPacket(
        _ view: PacketView, flow: UnsafeMutablePointer<FlowRecord>?, _ way: FlowDirection, state: FlowState
    ) {
        var item: InspectionItem
        if let flow {
            item = output.item(.packet, flow, way)
        } else {
            item = output.flowlessItem(view.header, vlan: view.vlan)
        }
        item.state = state
        item.header = view.header
        item.header.networkLength = view.networkLength
        item.header.transportLength = view.transportLength
        if view.region == .input {
            output.inputPayload(view.regionOffset + view.payloadOffset, view.payloadLength)
        } else {
            output.payload(view.payload, behind: Bytes(start: view.start, count: view.payloadOffset))
        }
        output.append(item)
    }

    // MARK: Ends of flows

    private func expireFlows() {
        while true {
            let index = flows.lists.expired(hot.pointee.now, flows.records)
            if index < 0 { return }
            end(index, .timeout)
        }
    }

    private func end(_ index: Int32, _ reason: FlowEnd) {
        let flow = flows.records + Int(index)
        tracker.endFlow(flow)
        application.close(flow)
        flowEvents.append(flow, reason)
        flows.remove(index)
    }
}

extension FlowLookup {
    /// ICMP messages have no ports: type and code take their place, so that a request and its answer meet. Packets in
    /// tunnels have flows of their own, told apart by depth.
    init(_ view: PacketView, tunnel: UInt32) {
        let header = view.header
        self.init(
            source: header.source, destination: header.destination, sourcePort: header.sourcePort,
            destinationPort: header.destinationPort, vlan: view.vlan | tunnel << 28, ipProtocol: header.ipProtocol)
        if header.has.contains(.icmp) {
            let answer =
                header.has.contains(.ipv4)
                ? ICMP.counterpart(of: header.icmpType) : ICMPv6.counterpart(of: header.icmpType)
            sourcePort = UInt16(header.icmpType) << 8 | UInt16(header.icmpCode)
            destinationPort = UInt16(answer) << 8 | UInt16(header.icmpCode)
        }
    }
}

/// What a decoder changes with every packet.
private struct DecoderState {
    var checksums: ChecksumJudge
    var unread = ReasonCounts()
    var unreadInner = ReasonCounts()
    var counts = CaptureCounters()
    var flowEvictions: Int64 = 0
    var flowNumber: UInt64 = 0
    /// Latest packet time seen, in nanoseconds: the clock by which flows time out.
    var now = Int64.min
    var linkType = UInt16.max
    var linkReader: LayerReader?
}
