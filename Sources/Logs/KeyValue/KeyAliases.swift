internal import Events
internal import Primitives

/// How applications spell the fields that we know, in JSON and in `key=value` records: for each field the spellings in
/// order of trust, in lower case without `_`, `-` and blanks. A spelling that begins with a dot fits at the end of a
/// path.
enum KeyAliases {
    /// Fields that can be told by a spelling; the place in this list is the field's place in `AliasBoard`.
    static let table: [(field: Field, spellings: [String])] = [
        (
            .sourceAddress,
            [
                "clientip", ".clientip", "clienthost", "clientaddr", "clientaddress", "remoteip", ".remoteip", "remip",
                "srcip",
                ".srcip", "sourceip", ".sourceip", "sourceips", "sourceipaddress", "src", "remoteaddr",
                ".remoteaddr",
                "remoteaddress",
                ".remoteaddress", "rip", "rhost", "actorip", "ipaddress", ".ipaddress", "callingstationid",
                "remotehost",
                ".remotehost", "peer", "oip", "ip", "srchost", "requestip", "visitorip", ".remote", "userip", "xrealip",
                ".ip",
            ]
        ),
        (
            .sourcePort,
            ["srcport", ".srcport", "sourceport", "clientport", "spt", "remoteport", ".remoteport", "ipport", "port"]
        ),
        (
            .destinationAddress,
            [
                "dstip", ".dstip", "destip", ".destip", "destinationip", "dst", "dest", "localip", "lip",
                "localaddress", "serverip",
            ]
        ),
        (.destinationPort, ["dstport", ".dstport", "destport", "destinationport", "dpt", ".destport", "localport"]),
        (
            .userName,
            [
                "username", ".username", "user", "useremail", "clientusername", "uname", "login", "account", "acct",
                "accountid", "accountname",
                "suser", "targetusername", ".targetusername", "loginname", "setid", ".principalname", "name", "actor",
                "duser", "usr", "email", "userid", "unixuser",
            ]
        ),
        (
            .httpRequestMethod,
            [
                "requestmethod", ".requestmethod", "method", "httpmethod", "request.method", "verb",
                "httprequest.requestmethod", ".httpmethod",
            ]
        ),
        (
            .urlOriginal,
            [
                "requesturi", ".requesturi", "request.uri", "uri", "requestpath", "url", "request.url", "path",
                "urlpath", "request",
                "httprequest.requesturl", ".uri",
            ]
        ),
        (
            .httpResponseStatusCode,
            [
                "downstreamstatus", "responsecode", "httpstatus", "statuscode", "httpstatuscode", "responsestatus",
                "status", "code",
            ]
        ),
        (
            .userAgentOriginal,
            [
                "useragent", ".useragent", "requestuseragent", "httpuseragent", ".httpuseragent", "agent", "ua",
                "request.headers.useragent",
            ]
        ),
        (
            .httpRequestReferrer,
            ["referer", "referrer", "httpreferer", "requestreferer", "request.headers.referer", "httpreferrer"]
        ),
        (
            .httpResponseBodyBytes,
            [
                "bodybytessent", "bytessent", "responsebodysize", "responsebytes", "downstreamcontentsize",
                "responsesize", "bytes", "size",
            ]
        ),
        (.urlDomain, ["requesthost", "httphost", "request.host", "vhost", "servername", "virtualhost", "host"]),
        (.networkTransport, ["proto", "protocol", ".proto", "transport"]),
        (
            .eventAction,
            ["eventname", "action", "act", "eventtype", "securityevent", "operation", "eventid", ".eventaction"]
        ),
        (.eventReason, ["reason", "error", "err", "errormessage", "failurereason", "errorcode"]),
        (
            .message,
            [
                "message", "msg", "message.message", "log", "textpayload", "short_message", "logdesc", "event.original",
                "text",
            ]
        ),
        (.hostHostname, ["hostname", "computer", "devname", "computername"]),
        (.processName, ["syslogidentifier", "processname", "comm"]),
        (.logLevel, ["level", "lvl", "loglevel", "severity", "levelname", "priority"]),
    ]
}

/// The best value so far for every field that a record's keys tell.
struct AliasBoard: @unchecked Sendable {
    private let ranks: UnsafeMutablePointer<Int32>
    private let slots: UnsafeMutablePointer<FieldSlot>
    /// Number of fields that can be told.
    static let size = KeyAliases.table.count

    init() {
        ranks = .allocate(capacity: AliasBoard.size)
        slots = .allocate(capacity: AliasBoard.size)
        ranks.initialize(repeating: .max, count: AliasBoard.size)
    }

    func free() {
        ranks.deallocate()
        slots.deallocate()
    }

    func begin() { ranks.update(repeating: .max, count: AliasBoard.size) }

    /// The same for text that a client may have had a hand in: two different clients cancel each other.
    func put(_ number: Int32, _ slot: FieldSlot, in sink: EventSink) {
        let place = Int(number >> 6)
        if KeyAliases.table[place].field == .sourceAddress, let known = value(place), slot.length > 0,
            !(sink.bytes(of: known) == sink.bytes(of: slot))
        {
            ranks[place] = -1
            return
        }
        put(number, slot)
    }

    /// Keeps `slot` for the spelling `number` (of `KeyAliasIndex.find`) unless a better one was there.
    @inline(__always) func put(_ number: Int32, _ slot: FieldSlot) {
        let place = Int(number >> 6)
        let rank = number & 63
        if slot.length == 0 || slot.type == .null || rank >= ranks[place] { return }
        ranks[place] = rank
        slots[place] = slot
    }

    /// The value kept for `table[place]`.
    func value(_ place: Int) -> FieldSlot? { ranks[place] == .max || ranks[place] < 0 ? nil : slots[place] }

    /// Adds what was found to the event, where the event does not have it.
    func finish(_ sink: inout EventSink) {
        for place in 0..<AliasBoard.size {
            guard let slot = value(place) else { continue }
            add(KeyAliases.table[place].field, slot, &sink)
        }
    }

    private func add(_ field: Field, _ slot: FieldSlot, _ sink: inout EventSink) {
        let text = sink.bytes(of: slot)
        if text == "-" || text == "N/A" { return }
        switch field {
        case .sourceAddress:
            if !sink.has(.sourceIP), !sink.has(.sourceAddress) { PeerText.add(text, .source, &sink) }
        case .destinationAddress:
            if !sink.has(.destinationIP), !sink.has(.destinationAddress) { PeerText.add(text, .destination, &sink) }
        case .sourcePort, .destinationPort, .httpResponseBodyBytes:
            if !sink.has(field), text.decimal != nil { sink.add(field, text, type: .number) }
        case .httpResponseStatusCode:
            if !sink.has(field), let status = text.decimal, status < 600, isHTTP {
                sink.add(field, text, type: .number)
            }
        case .urlOriginal:
            if !sink.has(field), isHTTP { RequestLine.addTarget(text, &sink) }
        case .urlDomain:
            if !sink.has(field), isHTTP { sink.add(field, text) }
        case .httpRequestMethod:
            if !sink.has(field), isHTTP { sink.add(field, text) }
        default:
            if !sink.has(field) { sink.add(field, text) }
        }
    }

    /// Two of method, target and status: the record is of a request.
    var isHTTP: Bool {
        let method = value(AliasBoard.method) != nil
        let target = value(AliasBoard.target) != nil
        let status = value(AliasBoard.status) != nil
        return method && target || target && status || method && status
    }

    private static let method = place(.httpRequestMethod)
    private static let target = place(.urlOriginal)
    private static let status = place(.httpResponseStatusCode)

    static func place(_ field: Field) -> Int {
        for (index, entry) in KeyAliases.table.enumerated() where entry.field == field { return index }
        preconditionFailure("no aliases for \(field)")
    }
}
