internal import Events
internal import Primitives

/// Writes one event for each HTTP transaction, in ECS fields.
struct HTTPEvents {
    private var writer = EventWriter()
    private let forwarding: HTTPForwarding
    /// The flow's own client, where it is a trusted proxy.
    private var proxy: IPAddress?

    init(_ forwarding: HTTPForwarding) { self.forwarding = forwarding }

    func release() { writer.release() }

    mutating func begin(_ flow: FlowRecord, _ output: InspectionOutput) {
        writer.begin()
        writer.constant(.eventCategory, NetworkWords.network)
        writer.constant(.eventCategory, NetworkWords.web)
        writer.constant(.networkProtocol, NetworkWords.http)
        writer.parties(flow, output.events)
        proxy = forwarding.isTrusted(flow.client) ? flow.client : nil
    }

    mutating func request(_ head: HTTPHead, _ transaction: HTTPTransaction, _ output: InspectionOutput) {
        let events = output.events
        let line = HTTPRequestLine(head.startLine)
        let target = HTTPTarget(line.wholeTarget, isConnect: transaction.isConnect)
        writer.text(.httpRequestMethod, line.method, events)
        writer.text(.urlOriginal, line.wholeTarget, events)
        writer.text(.urlPath, target.path, events)
        writer.text(.urlQuery, target.query, events)
        let host = head.first("host") ?? .empty
        let authority = target.authority.isEmpty ? host : target.authority
        writer.lowered(.urlDomain, HTTPHost.name(in: authority), events)
        if let port = HTTPHost.port(in: authority) { writer.number(.urlPort, port, events) }
        `extension`(of: target.path, events)
        if let agent = head.first("user-agent") { writer.text(.userAgentOriginal, agent, events) }
        if let referrer = head.first("referer") { writer.text(.httpRequestReferrer, referrer, events) }
        if let cookie = head.first("cookie") { writer.text(.httpRequestCookie, cookie, events) }
        if let forwarded = head.last("x-forwarded-for") { handedOn(forwarded, events) }
        if let type = head.first("content-type") { writer.text(.httpRequestMimeType, mimeType(type), events) }
        version(line.version, events)
        let body = Int(transaction.requestBodyBytes)
        writer.number(.httpRequestBodyBytes, body, events)
        writer.number(.httpRequestBytes, transaction.requestHead.count + body, events)
    }

    mutating func response(_ head: HTTPHead, _ side: HTTPSide, _ output: InspectionOutput) {
        let events = output.events
        let line = HTTPStatusLine(head.startLine)
        if let code = line.code.decimal {
            writer.number(.httpResponseStatusCode, code, events)
            writer.constant(.eventOutcome, code < 400 ? NetworkWords.success : NetworkWords.failure)
        }
        writer.text(.httpResponseStatusPhrase, line.phrase, events)
        if let code = line.code.decimal, code / 100 == 3, let location = head.first("location") {
            writer.text(.httpResponseLocation, location, events)
        }
        if let type = head.first("content-type") { writer.text(.httpResponseMimeType, mimeType(type), events) }
        writer.number(.httpResponseBodyBytes, Int(side.bodyBytes), events)
        writer.number(.httpResponseBytes, side.head.count + Int(side.bodyBytes), events)
    }

    mutating func end(_ transaction: HTTPTransaction, _ output: InspectionOutput) -> Int32 {
        writer.end(output, .networkHTTP, transaction.time)
    }

    /// Of several lists the last: a proxy that adds one of its own (HAProxy's `option forwardfor`) puts it behind those
    /// that it was sent.
    private mutating func handedOn(_ list: Bytes, _ events: EventBatch) {
        writer.text(.httpForwardedFor, list, events)
        guard let proxy, let client = forwarding.client(list) else { return }
        writer.replaceClient(by: client, events)
        writer.address(.observerIP, proxy, events)
    }

    private mutating func version(_ text: Bytes, _ events: EventBatch) {
        if text.starts(with: "HTTP/") { writer.text(.httpVersion, text.dropping(5), events) }
    }

    private func mimeType(_ value: Bytes) -> Bytes {
        value.firstIndex(of: ASCII.semicolon).map { value.slice(0, $0).trimmed } ?? value
    }

    private mutating func `extension`(of path: Bytes, _ events: EventBatch) {
        let slash = path.lastIndex(of: ASCII.slash).map { $0 + 1 } ?? 0
        let name = path.dropping(slash)
        guard let dot = name.lastIndex(of: ASCII.dot), dot > 0, name.count - dot <= 16 else { return }
        writer.text(.urlExtension, name.dropping(dot + 1), events)
    }
}
