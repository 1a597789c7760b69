package import Events
internal import Primitives

/// Decodes the frames of one capture: layers, flows, streams, transactions. A world of its own: flows and everything
/// else start empty. Not thread-safe.
package final class CaptureDecoder {
    private let output: InspectionOutput
    private let application: ApplicationLayer
    private let feeder: StreamFeeder
    private let tracker: TCPTracker
    private let reader: FlowReader
    private let flows: FlowTable
    private let flowEvents: FlowEvents
    private let midstream: Bool

    package init(options: NetworkOptions) {
        let pool = SegmentPool(limitBytes: options.reassemblyBytes)
        output = InspectionOutput(records: options.records, frames: options.frames)
        application = ApplicationLayer(parsers: ProtocolTable.make(output, options), output: output)
        feeder = StreamFeeder(pool: pool, application: application, output: output, options: options)
        tracker = TCPTracker(pool: pool, options: options, feeder: feeder)
        reader = FlowReader(options: options, pool: pool)
        flows = reader.flows
        flowEvents = FlowEvents(output: output, options: options)
        midstream = options.midstream
    }

    /// Decodes a batch. Resets `inspection` and `events` and fills them in packet order; their `.input` values lie in
    /// `packets`.
    package func decode(_ packets: PacketBatch, inspection: InspectionBatch, events: EventBatch) {
        inspection.reset(input: packets.bytes)
        events.reset(input: packets.bytes)
        events.recordCount = packets.packets.count
        output.begin(inspection, events)
        reader.read(packets, visitor: self)
        output.leave()
        output.end()
    }

    /// End of the capture: ends every flow, oldest first, at the time of the last packet.
    package func finish(inspection: InspectionBatch, events: EventBatch) {
        inspection.reset(input: .empty)
        events.reset(input: .empty)
        output.begin(inspection, events)
        output.leave()
        reader.finish(self)
        output.end()
    }

    package var counters: CaptureCounters {
        var all = CaptureCounters()
        reader.count(into: &all)
        all.transactions = output.transactions
        all.segmentsOutOfWindow = tracker.outOfWindow
        all.segmentsOverlapping = tracker.overlapping
        all.streamsPastDepth = tracker.pastDepth
        all.streamGaps = feeder.gaps
        all.streamGapBytes = feeder.gapBytes
        all.inspectionBytesDropped = output.bytesDropped
        for (name, number) in [("streams", tracker.evicted), ("transactions", application.refused)] where number > 0 {
            all.evictions[name] = number
        }
        return all
    }
}

extension CaptureDecoder: PacketVisitor {
    @inline(__always) func enter(_ packet: CapturedPacket, index: Int) { output.enter(packet, index: index) }

    /// Appends the packet's item and carries its data on.
    func visit(_ view: PacketView, _ place: PacketPlace) {
        guard place.flow >= 0 else {
            let item = output.flowlessItem(view.header, vlan: view.vlan)
            append(item, view)
            return
        }
        output.origin = view.header.origin
        let flow = flows.records + Int(place.flow)
        let item = output.itemCount
        let known = flow.pointee.recognition
        var way = place.way
        if midstream && view.header.has.contains(.tcp) && place.usable && isReversed(view, flow, way) {
            tracker.reverse(flow)
            way = way.reversed
        }
        output.packetWay = way
        var packet = output.packetItem(flow, way)
        if view.isWithoutDirection {
            (packet.key.client, packet.key.server) = (view.header.source, view.header.destination)
        }
        append(packet, view)
        var streamed = false
        if view.header.has.contains(.tcp) {
            streamed = place.usable && tracker.track(view, place.flow, flow, way)
            let reach = tracker.reach(flow)
            output.amend(item, streamToServer: reach.toServer, streamToClient: reach.toClient)
            if place.usable && !tracker.events.isEmpty { streamAnomalies(view, flow, way) }
        } else if view.header.has.contains(.udp) {
            application.datagram(flow, way, view.payload)
        }
        let isDatagram = view.header.has.contains(.udp)
        if streamed || isDatagram || flow.pointee.recognition != known {
            output.amend(item, streamed: streamed, settled: isDatagram, flow)
        }
    }

    /// Whether a session that is picked up behind its beginning was taken the wrong way round: its first segment is the
    /// server's answer to a SYN, or its first data are a server's.
    private func isReversed(_ view: PacketView, _ flow: FlowPointer, _ way: FlowDirection) -> Bool {
        if flow.pointee.session < 0 && view.header.tcpFlags & (TCP.syn | TCP.ack) == TCP.syn | TCP.ack {
            return way == .toServer
        }
        guard flow.pointee.session < 0 || flow.pointee.midstream, flow.pointee.application == .unknown,
            view.payloadLength > 0, tracker.isUntouched(flow)
        else { return false }
        return application.isReversed(view.payload, flow, way)
    }

    /// What is odd about the segment's session: items of their own (Suricata: `stream-event`).
    private func streamAnomalies(_ view: PacketView, _ flow: FlowPointer, _ way: FlowDirection) {
        tracker.events.visit { event in
            var item = output.item(.transaction, flow, way)
            item.header = view.header
            // No transaction of a protocol has this number.
            item.transaction = .max
            item.complete = true
            output.constant(.streamEvent, event.name)
            output.append(item)
            guard output.wants(.streamAnomaly) else { return }
            output.recordWord(.anomalyType, "stream")
            output.recordWord(.anomalyEvent, event.name)
            output.record(.streamAnomaly, item, event: -1)
        }
    }

    @inline(__always) private func append(_ made: consuming InspectionItem, _ view: PacketView) {
        made.header = view.header
        made.header.networkLength = view.networkLength
        made.header.transportLength = view.transportLength
        if view.region == .input {
            output.inputPayload(view.regionOffset + view.payloadOffset, view.payloadLength)
        } else {
            output.payload(view.payload, behind: Bytes(start: view.start, count: view.payloadOffset))
        }
        output.append(made)
    }

    /// An item of its own, which belongs to no flow.
    func anomalies(_ view: PacketView) {
        var item = output.flowlessItem(view.header, vlan: view.vlan)
        item.kind = .transaction
        item.complete = true
        item.header = view.header
        item.key.clientPort = view.header.sourcePort
        item.key.serverPort = view.header.destinationPort
        view.events.visit { output.constant(.decodeEvent, $0.name) }
        output.append(item)
        guard output.wants(.decodeAnomaly) else { return }
        view.events.visit { event in
            output.recordWord(.anomalyType, "decode")
            output.recordWord(.anomalyEvent, event.name)
            output.record(.decodeAnomaly, item, event: -1)
        }
    }

    func over(_ index: Int32, _ reason: FlowEnd) {
        let flow = flows.records + Int(index)
        output.origin = .flowEnd
        tracker.endFlow(flow)
        application.close(flow)
        flowEvents.append(flow, reason)
        output.origin = .frame
    }
}
