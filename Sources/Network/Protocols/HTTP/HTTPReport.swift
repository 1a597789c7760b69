internal import Events
internal import Primitives

/// Says what was in a request or a response: its buffers as an inspection item, and the transaction's event.
final class HTTPReport {
    /// Bytes of a file's name that are in order.
    private static let maximumName = 4096

    let head: HTTPHead
    private let output: InspectionOutput
    private let body: HTTPBodyDecoder
    @exclusivity(unchecked) private var buffers: HTTPBuffers
    @exclusivity(unchecked) private var events: HTTPEvents
    private let anomalies: HTTPAnomalies
    private let digests: FileDigests?
    private let bodyLimit: Int

    init(output: InspectionOutput, options: NetworkOptions) {
        self.output = output
        events = HTTPEvents(HTTPForwarding(options.trustedProxies))
        anomalies = HTTPAnomalies(output: output)
        digests = output.wants(.fileinfo) ? FileDigests() : nil
        bodyLimit = options.httpBodyLimit
        head = HTTPHead(limit: options.httpHeadLimit)
        body = HTTPBodyDecoder(limit: options.httpBodyLimit)
        buffers = HTTPBuffers(output: output, limit: options.httpHeadLimit)
    }

    deinit {
        buffers.release()
        events.release()
    }

    /// The item of a request, once: when it is whole, when its inspected part is, or when no more of it will come.
    func request(
        _ transaction: UnsafeMutablePointer<HTTPTransaction>, _ side: HTTPSide,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let raw = transaction.pointee.requestHead.bytes
        output.frame(.httpRequest, raw, and: side.body.bytes, flow, .toServer)
        head.parse(raw)
        let decoded = body.decode(side.body.bytes, coding: head.joined("content-encoding"))
        let boundary = HTTPMultipart.boundary(head.first("content-type"))
        if let boundary { form(decoded, boundary, transaction.pointee.number, flow) }
        var item = output.item(.transaction, flow, .toServer)
        item.transaction = transaction.pointee.number
        item.complete = true
        buffers.request(head, raw, body: decoded, isFile: boundary == nil)
        if boundary == nil && !decoded.isEmpty { upload(decoded, transaction, side, flow) }
        if let boundary { formFaults(decoded, boundary) }
        if body.isBomb { output.anomaly("http.compression_bomb") }
        let isBomb = body.isBomb
        anomalies.request(head, transaction.pointee, serverPort: flow.pointee.serverPort)
        output.append(item)
        output.wantRaw(.toServer)
        if isBomb { bomb(transaction.pointee.number, flow, .toClient) }
    }

    private func formFaults(_ content: Bytes, _ boundary: Bytes) {
        let faults = HTTPMultipart.faults(content, boundary)
        if faults.badHeader { output.anomaly("http.multipart_invalid_header") }
        if faults.noData { output.anomaly("http.multipart_no_filedata") }
    }

    /// A bomb is seen in both directions of its transaction.
    private func bomb(_ transaction: UInt32, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        var item = output.item(.transaction, flow, way)
        item.transaction = transaction
        output.anomaly("http.compression_bomb")
        output.append(item)
    }

    /// The files of a form: an item each, before the request's own.
    private func form(
        _ content: Bytes, _ boundary: Bytes, _ transaction: UInt32, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        HTTPMultipart.eachFile(content, boundary) { name, part, isWhole in
            var item = output.item(.transaction, flow, .toServer)
            item.transaction = transaction
            output.buffer(.fileName, name)
            if name.count > HTTPReport.maximumName { output.anomaly("http.file_name_too_long") }
            output.number(.fileSize, part.count)
            output.buffer(.fileData, part)
            output.append(item)
            output.file(
                name, size: Int64(part.count), content: part, isWhole: isWhole, digests, flow, .toServer, transaction)
        }
    }

    /// A body that is one file, called by the path that it is sent to.
    private func upload(
        _ content: Bytes, _ transaction: UnsafeMutablePointer<HTTPTransaction>, _ side: HTTPSide,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let isPart = Int64(side.body.count) < side.bodyBytes
        let size = isPart ? side.bodyBytes : Int64(content.count)
        let path = buffers.path(HTTPTarget(HTTPRequestLine(head.startLine).target, isConnect: false))
        output.number(.fileSize, Int(size))
        output.buffer(.fileName, path)
        output.file(
            path, size: size, content: content, isWhole: true, digests, flow, .toServer, transaction.pointee.number)
    }

    /// The item of a response, once, as for a request. `event` is the place of the transaction's event, -1 before it.
    func response(
        _ transaction: UnsafeMutablePointer<HTTPTransaction>, _ side: HTTPSide,
        _ flow: UnsafeMutablePointer<FlowRecord>, event: Int32
    ) {
        output.frame(.httpResponse, side.head.bytes, and: side.body.bytes, flow, .toClient)
        var item = output.item(.transaction, flow, .toClient)
        item.transaction = transaction.pointee.number
        item.complete = true
        item.event = event
        _ = head.parseResponse(side.head.bytes, isFinal: true)
        let decoded = body.decode(side.body.bytes, coding: head.joined("content-encoding"))
        buffers.response(head, side.head.bytes, body: decoded)
        anomalies.response(head, side.head.bytes, transaction.pointee)
        if body.isDamaged { output.anomaly("http.gzip_decompression_failed") }
        let isBomb = body.isBomb
        if isBomb { output.anomaly("http.compression_bomb") }
        if !decoded.isEmpty, let range = head.first("content-range"), !HTTPContentRange.isValid(range) {
            output.anomaly("http.range_invalid")
        }
        let coding = anomalies.coding(head)
        let isPart = !decoded.isEmpty && Int64(side.body.count) < side.bodyBytes
        if !decoded.isEmpty { file(transaction, decoded, isPart ? side.bodyBytes : Int64(decoded.count), flow, event) }
        output.append(item)
        output.wantRaw(.toClient)
        if isBomb { bomb(transaction.pointee.number, flow, .toServer) }
        guard let coding else { return }
        var other = output.item(.transaction, flow, .toServer)
        other.transaction = transaction.pointee.number
        other.event = event
        output.anomaly(coding)
        output.append(other)
    }

    /// Name and size of what the response carries: the name it gives, or the path of what was asked for. `head` is the
    /// response's before, and the request's after this.
    private func file(
        _ transaction: UnsafeMutablePointer<HTTPTransaction>, _ content: Bytes, _ size: Int64,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ event: Int32
    ) {
        output.number(.fileSize, Int(size))
        var name = head.first("content-disposition").map { MIMEValue.parameter($0, "filename") } ?? .empty
        if name.isEmpty, transaction.pointee.hasRequest {
            head.parse(transaction.pointee.requestHead.bytes)
            name = buffers.path(HTTPTarget(HTTPRequestLine(head.startLine).target, isConnect: false))
        }
        if !name.isEmpty { output.buffer(.fileName, name) }
        if name.count > HTTPReport.maximumName { output.anomaly("http.file_name_too_long") }
        output.file(
            name, size: size, content: content, isWhole: true, digests, flow, .toClient, transaction.pointee.number,
            event: event)
    }

    /// The event of a transaction whose response is over. Answers its place.
    func event(
        _ transaction: UnsafeMutablePointer<HTTPTransaction>, _ side: HTTPSide,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        events.begin(flow.pointee, output)
        if transaction.pointee.hasRequest {
            head.parse(transaction.pointee.requestHead.bytes)
            events.request(head, transaction.pointee, output)
        }
        _ = head.parseResponse(side.head.bytes, isFinal: true)
        events.response(head, side, output)
        let place = events.end(transaction.pointee, output)
        output.record(.http, flow, .toServer, transaction.pointee.number, event: place)
        return place
    }

    /// The flow is over: a transaction without a response is an event too.
    func unanswered(_ transaction: UnsafeMutablePointer<HTTPTransaction>, _ flow: UnsafeMutablePointer<FlowRecord>) {
        guard !transaction.pointee.responded, transaction.pointee.hasRequest else { return }
        events.begin(flow.pointee, output)
        head.parse(transaction.pointee.requestHead.bytes)
        events.request(head, transaction.pointee, output)
        let place = events.end(transaction.pointee, output)
        output.record(.http, flow, .toServer, transaction.pointee.number, event: place)
    }
}
