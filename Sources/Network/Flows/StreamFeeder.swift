internal import Events
internal import Primitives

/// Carries stream data on, in order: to the application layer as it is acknowledged, and to raw inspection in runs of
/// at least `streamChunk` bytes (sooner where a transaction ended, and at the end), as Suricata does.
final class StreamFeeder {
    private static let pieceBytes = 64 << 10

    private let pool: SegmentPool
    private let application: ApplicationLayer
    private let output: InspectionOutput
    private let depth: Int64
    private let chunk: Int64
    private let piece = UnsafeMutablePointer<UInt8>.allocate(capacity: pieceBytes)
    /// Bytes turned out to be missing since this was last set to false.
    @exclusivity(unchecked) var sawGap = false
    @exclusivity(unchecked) private(set) var gaps: Int64 = 0
    @exclusivity(unchecked) private(set) var gapBytes: Int64 = 0

    init(pool: SegmentPool, application: ApplicationLayer, output: InspectionOutput, options: NetworkOptions) {
        self.pool = pool
        self.application = application
        self.output = output
        depth = options.streamDepth > 0 ? Int64(options.streamDepth) : Int64.max
        chunk = Int64(max(options.streamChunk, 1))
    }

    deinit { piece.deallocate() }

    /// Capture time of the packet at hand, in nanoseconds.
    var packetTime: Int64 { output.time.nanoseconds }

    /// Delivers what lies before `limit` and was not delivered yet. `final`: nothing follows in this direction.
    func feed(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>,
        _ side: UnsafeMutablePointer<TCPStream>, _ way: FlowDirection, upTo limit: Int64, final: Bool
    ) {
        var limit = min(limit, depth)
        // What came with the packet that began the encryption is still looked at.
        let looks = !flow.pointee.encrypted
        if side.pointee.finSeen { limit = min(limit, side.pointee.fin) }
        while side.pointee.applied < limit {
            let from = side.pointee.applied
            let bytes = run(side, from: from, to: limit)
            if bytes.isEmpty {
                skip(flow, side, way, upTo: limit, looks: looks)
                // Suricata tells of gaps where somebody reads the stream.
                if !final && looks && flow.pointee.application != .failed { sawGap = true }
                continue
            }
            let length = bytes.count
            // Where bytes are missing behind these, no more will join them.
            let last = final || from + Int64(length) < limit
            output.dataTime = Timestamp(nanoseconds: pool.time(side.pointee.data, at: from) ?? packetTime)
            if !application.stream(flow, way, bytes, offset: UInt64(from), final: last) {
                guard application.wantsOther else { break }
                application.wantsOther = false
                feedRequest(flow, session)
                continue
            }
            side.pointee.applied = from + Int64(length)
            if output.rawWanted(way) || side.pointee.applied - side.pointee.inspected >= chunk {
                inspect(flow, side, way, looks: looks)
            }
        }
        if final {
            side.pointee.applied = max(side.pointee.applied, limit)
            inspect(flow, side, way, looks: looks)
            application.end(flow, way)
        }
        pool.release(&side.pointee.data, upTo: side.pointee.inspected)
    }

    /// What the client sent and the server has, before the answer to it.
    private func feedRequest(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>
    ) {
        flow.pointee.recognition.remove(.waiting)
        withUnsafeMutablePointer(to: &session.pointee.client) { client in
            feed(flow, session, client, .toServer, upTo: client.pointee.acknowledged, final: false)
        }
    }

    /// The bytes from `from` on, as far as they are there: where they lie if one block holds them, else a copy.
    private func run(_ side: UnsafeMutablePointer<TCPStream>, from: Int64, to limit: Int64) -> Bytes {
        if let whole = pool.run(side.pointee.data, from: from, to: limit) { return whole }
        let length = pool.gather(
            side.pointee.data, from: from, to: limit, into: piece, room: StreamFeeder.pieceBytes)
        return Bytes(start: piece, count: length)
    }

    /// Bytes were acknowledged that the capture does not hold.
    private func skip(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ side: UnsafeMutablePointer<TCPStream>, _ way: FlowDirection,
        upTo limit: Int64, looks: Bool
    ) {
        let next = min(pool.firstStored(side.pointee.data, from: side.pointee.applied) ?? limit, limit)
        let missing = next - side.pointee.applied
        inspect(flow, side, way, looks: looks)
        gaps += 1
        gapBytes += missing
        application.gap(flow, way, Int(missing))
        side.pointee.applied = next
        side.pointee.inspected = next
    }

    /// Hands over what was delivered since the last time as `.stream` items, where anybody looks at it.
    private func inspect(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ side: UnsafeMutablePointer<TCPStream>, _ way: FlowDirection,
        looks: Bool
    ) {
        output.rawDone(way)
        if !looks { side.pointee.inspected = max(side.pointee.inspected, side.pointee.applied) }
        while side.pointee.inspected < side.pointee.applied {
            let from = side.pointee.inspected
            let bytes = run(side, from: from, to: side.pointee.applied)
            if bytes.isEmpty {
                side.pointee.inspected = side.pointee.applied
                return
            }
            output.stream(flow, way, bytes, offset: UInt64(from))
            side.pointee.inspected = from + Int64(bytes.count)
        }
    }
}
