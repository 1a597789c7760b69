internal import Events
internal import Primitives

/// What is odd about how a flow's protocol came to be known (Suricata: `app-layer-events.rules`).
extension ApplicationLayer {
    /// An item of its own: no transaction of a protocol has this number.
    func note(_ name: StaticString, _ flow: FlowPointer, _ way: FlowDirection) {
        var made = output.item(.transaction, flow, way)
        made.transaction = .max
        made.complete = true
        output.anomaly(name)
        output.append(made)
    }

    /// The first bytes of the direction that did not tell the protocol: are they the same one's?
    func judge(
        _ bytes: Bytes, _ parser: ProtocolParser, _ flow: FlowPointer, _ way: FlowDirection, isFirst: Bool
    ) {
        flow.pointee.recognition.insert(.judged(way))
        guard isFirst, parser.tellsBothWays else { return }
        let told = parser.recogniseStream(bytes, flow, way)
        guard told == .no || told == .answer else { return }
        let other = parsers.first { $0.recogniseStream(bytes, flow, way) == .yes }
        flow.pointee.stranger = other?.application ?? .failed
        if way == .toClient { flow.pointee.recognition.insert(.strangeToClient) }
        note(
            other == nil ? "applayer_detect_protocol_only_one_direction" : "applayer_mismatch_protocol_both_directions",
            flow, way)
    }

    /// One side talks and talks, and nobody knows what.
    func silence(_ flow: FlowPointer, _ way: FlowDirection, from offset: UInt64, count: Int) {
        let limit = ApplicationLayer.silenceBytes
        guard offset < limit, offset + UInt64(count) >= limit,
            !flow.pointee.recognition.contains(.failed(way.reversed))
        else { return }
        note("applayer_proto_detection_skipped", flow, way)
    }
}
