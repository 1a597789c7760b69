internal import Events
internal import Primitives

/// One direction of a connection.
struct HTTP2Side {
    var pending = ByteStore()
    var table = HPACKTable()
    /// A header block that goes on in further frames, its stream, and whether the message ends with it.
    var block = ByteStore()
    var blockStream: UInt32 = 0
    var blockEnds = false
    /// The frame under way was told to be too long.
    var isLongNoted = false
    var isOverflowNoted = false
}

/// One direction of a stream: header fields, each behind its two lengths, and the body.
struct HTTP2Message {
    var fields = ByteStore()
    var body = ByteStore()
    var bodyBytes: Int64 = 0
    var isReported = false
    /// Its sender has ended the stream.
    var isOver = false
}

/// One stream: a request and its response (RFC 9113 section 5).
struct HTTP2Stream {
    let id: UInt32
    let transaction: UInt32
    let time: Timestamp
    var request = HTTP2Message()
    var response = HTTP2Message()
    var next: Int32 = -1
}

/// One connection.
struct HTTP2Connection {
    static let maximumStreams = 128
    var client = HTTP2Side()
    var server = HTTP2Side()
    var hasPreface = false
    var streams: Int32 = -1
    var streamCount = 0
    /// Streams that are not over, which are more than what is kept of them.
    var alive = 0
    var isCrowded = false
    var isLost = false
}

/// HTTP/2 over TCP in the clear (RFC 9113), with its header compression (RFC 7541). A transaction is a stream.
final class HTTP2Parser: FlowStateParser<HTTP2Connection> {
    static let preface = Pattern("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    private static let prefaceBytes = 24
    private static let maximumFrame = 1 << 20
    static let fieldsLimit = 64 << 10
    private static let fileLimit = 1 << 20

    let streams = StatePool<HTTP2Stream>(limit: 1 << 14)
    let report: HTTP2Report
    private let decoder: HPACKDecoder
    private let bodyLimit: Int

    init(output: InspectionOutput, options: NetworkOptions) {
        let meter = MemoryMeter(limit: 64 << 20)
        decoder = HPACKDecoder(meter: meter)
        // Suricata's limit of bodies is HTTP/1's: over HTTP/2 they are files, which have none.
        bodyLimit = max(options.httpBodyLimit, HTTP2Parser.fileLimit)
        report = HTTP2Report(output: output, options: options)
        super.init(.http2, output, initial: HTTP2Connection(), flows: 1 << 14, bytes: 64 << 20)
    }

    override var refused: Int64 { super.refused + streams.refused }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        way == .toServer ? HTTP2Parser.preface.test(bytes) : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = state(of: flow), !connection.pointee.isLost else { return }
        let side = side(connection, way)
        var pending = side.pointee.pending
        side.pointee.pending = ByteStore()
        let kept = pending.take(bytes, limit: HTTP2Parser.maximumFrame + (64 << 10), meter) { held in
            frames(held, connection, flow, way)
        }
        side.pointee.pending = pending
        if !kept { connection.pointee.isLost = true }
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.isLost = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let connection = known(flow) else { return }
        while connection.pointee.streams >= 0 {
            let index = connection.pointee.streams
            finish(index, flow, .toServer)
            finish(index, flow, .toClient)
            connection.pointee.streams = streams.states[Int(index)].next
            drop(index)
        }
        for side in [side(connection, .toServer), side(connection, .toClient)] {
            side.pointee.pending.free(meter)
            side.pointee.block.free(meter)
            side.pointee.table.free(meter)
        }
        release(flow)
    }

    private func side(
        _ connection: UnsafeMutablePointer<HTTP2Connection>, _ way: FlowDirection
    ) -> UnsafeMutablePointer<HTTP2Side> {
        let raw = UnsafeMutableRawPointer(connection)
        let offset = way == .toServer ? 0 : MemoryLayout<HTTP2Side>.stride
        return (raw + offset).assumingMemoryBound(to: HTTP2Side.self)
    }

    override func adopt(_ request: HTTPHead, _ flow: UnsafeMutablePointer<FlowRecord>) { begin(with: request, flow) }

    // MARK: Frames

    private func frames(
        _ held: Bytes, _ connection: UnsafeMutablePointer<HTTP2Connection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) -> Int {
        var at = 0
        if way == .toServer && !connection.pointee.hasPreface {
            guard held.count >= HTTP2Parser.prefaceBytes else { return 0 }
            connection.pointee.hasPreface = true
            at = HTTP2Parser.prefaceBytes
        }
        while held.count - at >= 9, !connection.pointee.isLost {
            let length = Int(held[at]) << 16 | Int(held.bigEndian16(at: at + 1))
            if length >= HTTP2Faults.longFrame { faults.long(held.count - at, side(connection, way), flow, way) }
            guard length <= HTTP2Parser.maximumFrame else {
                connection.pointee.isLost = true
                break
            }
            guard held.count - at >= 9 + length else { break }
            let frame = HTTP2Frame(
                type: held[at + 3], flags: held[at + 4], stream: held.bigEndian32(at: at + 5) & 0x7FFF_FFFF,
                body: held.slice(at + 9, at + 9 + length))
            output.frames(
                .http2Unit, .http2Header, .http2Data, held.slice(at, at + 9 + length), headerBytes: 9, flow, way)
            read(frame, connection, flow, way)
            side(connection, way).pointee.isLongNoted = false
            at += 9 + length
        }
        return connection.pointee.isLost ? held.count : at
    }

    private func read(
        _ frame: HTTP2Frame, _ connection: UnsafeMutablePointer<HTTP2Connection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if frame.stream == 0 {
            // Settings that only confirm the other side's say nothing.
            if frame.type != 4 || !frame.body.isEmpty { connectionFrame(frame, flow, way) }
            return
        }
        let index = stream(frame.stream, connection, flow)
        let transaction = index >= 0 ? streams.states[Int(index)].transaction : flow.pointee.transactions
        let made = item(flow, way, transaction, complete: false)
        report.frame(frame)
        output.append(made)
        if let fault = frame.fault { raiseBoth(fault, flow, way, transaction) }
        if index >= 0, frame.reopens, isOver(index) { raiseBoth("http2.stream_id_reuse", flow, way, transaction) }
        let side = side(connection, way)
        if index >= 0, frame.type == 3 || frame.type <= 1 && frame.endsStream { end(index, connection, way) }
        switch frame.type {
        case 0: if index >= 0 { data(frame, index, flow, way) }
        case 1, 9:
            if frame.type == 1 {
                side.pointee.block.clear()
                side.pointee.blockStream = frame.stream
                side.pointee.blockEnds = frame.endsStream
            }
            guard side.pointee.blockStream == frame.stream else {
                return raiseBoth("http2.continuation_without_headers", flow, way, transaction)
            }
            guard index >= 0, side.pointee.block.append(frame.content, limit: HTTP2Faults.blockLimit, meter) else {
                connection.pointee.isLost = true
                return faults.tooLong(transaction, flow, way)
            }
            if frame.endsHeaders { headers(index, connection, flow, way) }
        case 3: if index >= 0 { finish(index, flow, way) }
        default: break
        }
    }

    /// A frame of the connection is a transaction by itself, seen in both directions.
    func connectionFrame(
        _ frame: HTTP2Frame, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        let transaction = flow.pointee.transactions
        flow.pointee.transactions += 1
        for direction in [way, way.reversed] {
            // Where DNS is carried, such a frame does not say that a message lacks anything.
            let made = item(flow, direction, transaction, complete: flow.pointee.application != .doh2)
            if direction == way { report.frame(frame) }
            report.connection(direction)
            output.append(made)
        }
        if let fault = frame.fault { raiseBoth(fault, flow, way, transaction) }
    }

    private func end(
        _ index: Int32, _ connection: UnsafeMutablePointer<HTTP2Connection>, _ way: FlowDirection
    ) {
        if isOver(index) { return }
        if way == .toServer {
            streams.states[Int(index)].request.isOver = true
        } else {
            streams.states[Int(index)].response.isOver = true
        }
        if isOver(index) { connection.pointee.alive = max(connection.pointee.alive - 1, 0) }
    }

    private var faults: HTTP2Faults { HTTP2Faults(parser: self) }

    private func isOver(_ index: Int32) -> Bool {
        let stream = streams.states[Int(index)]
        return stream.request.isOver && stream.response.isOver
    }

    private func headers(
        _ index: Int32, _ connection: UnsafeMutablePointer<HTTP2Connection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        let side = side(connection, way)
        var table = side.pointee.table
        var block = side.pointee.block
        side.pointee.block = ByteStore()
        side.pointee.blockStream = 0
        var message = self.message(index, way)
        let isGood = decoder.decode(block.bytes, &table, { keep($0, $1, &message) })
        block.free(meter)
        side.pointee.table = table
        set(message, index, way)
        faults.block(decoder, isGood: isGood, side, streams.states[Int(index)].transaction, flow, way)
        if !isGood { connection.pointee.isLost = true }
        if side.pointee.blockEnds { finish(index, flow, way) }
    }

    private func data(
        _ frame: HTTP2Frame, _ index: Int32, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        var message = self.message(index, way)
        message.bodyBytes += Int64(frame.content.count)
        let fits = message.isReported || message.body.append(frame.content, limit: bodyLimit, meter)
        set(message, index, way)
        if frame.endsStream || !fits { finish(index, flow, way) }
    }

    // MARK: Streams

    func message(_ index: Int32, _ way: FlowDirection) -> HTTP2Message {
        way == .toServer ? streams.states[Int(index)].request : streams.states[Int(index)].response
    }

    func set(_ message: HTTP2Message, _ index: Int32, _ way: FlowDirection) {
        if way == .toServer {
            streams.states[Int(index)].request = message
        } else {
            streams.states[Int(index)].response = message
        }
    }

    /// The stream of that number, made when it is first named; the oldest gives way. -1 where there is no room.
    func stream(
        _ id: UInt32, _ connection: UnsafeMutablePointer<HTTP2Connection>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        var at = connection.pointee.streams
        var previous: Int32 = -1
        while at >= 0 {
            if streams.states[Int(at)].id == id { return at }
            if streams.states[Int(at)].next < 0, connection.pointee.streamCount >= HTTP2Connection.maximumStreams {
                finish(at, flow, .toServer)
                finish(at, flow, .toClient)
                drop(at)
                connection.pointee.streamCount -= 1
                if previous >= 0 { streams.states[Int(previous)].next = -1 } else { connection.pointee.streams = -1 }
                break
            }
            previous = at
            at = streams.states[Int(at)].next
        }
        let made = streams.take(
            HTTP2Stream(id: id, transaction: flow.pointee.transactions, time: output.dataTime))
        guard made >= 0 else { return -1 }
        flow.pointee.transactions += 1
        streams.states[Int(made)].next = connection.pointee.streams
        connection.pointee.streams = made
        connection.pointee.streamCount += 1
        faults.opened(connection, made, flow)
        return made
    }

    private func drop(_ index: Int32) {
        for way in [FlowDirection.toServer, .toClient] {
            var message = self.message(index, way)
            message.fields.free(meter)
            message.body.free(meter)
            set(message, index, way)
        }
        streams.give(index)
    }

    /// A message is over, or its inspected part is there: its item, once; with the response the stream's event.
    func finish(_ index: Int32, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        var message = self.message(index, way)
        guard !message.isReported, message.fields.count > 0 else { return }
        message.isReported = true
        set(message, index, way)
        let stream = streams.states[Int(index)]
        var made = item(flow, way, stream.transaction)
        if report.dns(message, isRequest: way == .toServer) { flow.pointee.application = .doh2 }
        made.application = flow.pointee.application
        if way == .toServer {
            report.request(message)
        } else {
            report.response(message)
            beginEvent(flow)
            report.event(stream, &writer)
            made.event = writer.end(output, .networkHTTP, stream.time)
        }
        append(made, way)
        faults.body(report, stream.transaction, flow, way)
    }
}

/// One frame (RFC 9113 section 4.1), taken apart as far as its type needs it.
struct HTTP2Frame {
    let type: UInt8
    let flags: UInt8
    let stream: UInt32
    let body: Bytes

    var endsStream: Bool { flags & 1 != 0 }
    var endsHeaders: Bool { flags & 4 != 0 }

    /// What is odd about it by itself, by the names of Suricata's `http2-events.rules`.
    var fault: StaticString? {
        switch type {
        case 0: stream == 0 ? "http2.data_stream_zero" : nil
        case 1: flags & 8 != 0 && (body.isEmpty || Int(body[0]) >= body.count) ? "http2.invalid_frame_data" : nil
        case 2: body.count == 5 ? nil : "http2.invalid_frame_length"
        case 3, 8: body.count == 4 ? nil : "http2.invalid_frame_length"
        case 4: body.count % 6 == 0 ? nil : "http2.invalid_frame_data"
        case 7: body.count >= 8 ? nil : "http2.invalid_frame_length"
        default: nil
        }
    }

    /// May not come where a stream is over: resets, windows and priorities may, for a while (RFC 9113 section 5.1).
    var reopens: Bool { type != 2 && type != 3 && type != 8 && type != 9 }

    /// Without padding and priority.
    var content: Bytes {
        var rest = body
        if type <= 1, flags & 8 != 0, !rest.isEmpty {
            let padding = Int(rest[0])
            rest = rest.dropping(1)
            rest = rest.prefix(max(rest.count - padding, 0))
        }
        if type == 1, flags & 0x20 != 0 { rest = rest.dropping(min(5, rest.count)) }
        return rest
    }
}
