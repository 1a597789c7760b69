internal import Events
internal import Primitives

/// Says what was in a request or a response: its buffers as an inspection item, and the transaction's event.
final class HTTPReport {
    let head: HTTPHead
    private let output: InspectionOutput
    private let body: HTTPBodyDecoder
    private var buffers: HTTPBuffers
    private var events = HTTPEvents()
    private let anomalies: HTTPAnomalies

    init(output: InspectionOutput, options: NetworkOptions) {
        self.output = output
        anomalies = HTTPAnomalies(output: output)
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
        var item = output.item(.transaction, flow, .toServer)
        item.transaction = transaction.pointee.number
        item.complete = true
        let raw = transaction.pointee.requestHead.bytes
        head.parse(raw)
        buffers.request(head, raw, body: body.decode(side.body.bytes, coding: head.joined("content-encoding")))
        anomalies.request(head, transaction.pointee)
        output.append(item)
        output.wantRaw(.toServer)
    }

    /// The item of a response, once, as for a request. `event` is the place of the transaction's event, -1 before it.
    func response(
        _ transaction: UnsafeMutablePointer<HTTPTransaction>, _ side: HTTPSide,
        _ flow: UnsafeMutablePointer<FlowRecord>, event: Int32
    ) {
        var item = output.item(.transaction, flow, .toClient)
        item.transaction = transaction.pointee.number
        item.complete = true
        item.event = event
        _ = head.parseResponse(side.head.bytes, isFinal: true)
        let decoded = body.decode(side.body.bytes, coding: head.joined("content-encoding"))
        buffers.response(head, side.head.bytes, body: decoded)
        anomalies.response(head)
        if !decoded.isEmpty { file(transaction, decoded.count) }
        output.append(item)
        output.wantRaw(.toClient)
    }

    /// Name and size of what the response carries: the name it gives, or the last part of what was asked for. `head` is
    /// the response's before, and the request's after this.
    private func file(_ transaction: UnsafeMutablePointer<HTTPTransaction>, _ size: Int) {
        output.number(.fileSize, size)
        let given = head.first("content-disposition").map { MIMEValue.parameter($0, "filename") } ?? .empty
        if !given.isEmpty { return output.buffer(.fileName, given) }
        guard transaction.pointee.hasRequest else { return }
        head.parse(transaction.pointee.requestHead.bytes)
        let path = HTTPTarget(HTTPRequestLine(head.startLine).target, isConnect: false).path
        output.buffer(.fileName, path.dropping(path.lastIndex(of: ASCII.slash).map { $0 + 1 } ?? 0))
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
        return events.end(transaction.pointee, output)
    }

    /// The flow is over: a transaction without a response is an event too.
    func unanswered(_ transaction: UnsafeMutablePointer<HTTPTransaction>, _ flow: UnsafeMutablePointer<FlowRecord>) {
        guard !transaction.pointee.responded, transaction.pointee.hasRequest else { return }
        events.begin(flow.pointee, output)
        head.parse(transaction.pointee.requestHead.bytes)
        events.request(head, transaction.pointee, output)
        _ = events.end(transaction.pointee, output)
    }
}
