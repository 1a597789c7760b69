internal import Events
internal import Primitives

/// W3C's extended log format as IIS, CloudFront and others write it. The columns are those of the input's `#Fields:`;
/// an
/// input without one (a piece of a rotated log) is read where its columns are IIS's or CloudFront's own.
enum W3CFormat {
    static func mayBe(_ line: Bytes) -> Bool {
        guard line.count > 24, ASCII.isDigit(line.start[0]), line.start[4] == ASCII.minus else { return false }
        return line.start[10] == ASCII.tab || line.start[10] == ASCII.space
    }

    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard mayBe(line) else { return false }
        if let schema = messages.columns, schema.kind == .w3c, decode(line, schema, &sink) { return true }
        sink.begin()
        let usual = line.start[10] == ASCII.tab ? cloudFront : internetInformationServices
        return decode(line, usual, isGuess: true, &sink)
    }

    private static func decode(
        _ line: Bytes, _ schema: ColumnSchema?, isGuess: Bool = false, _ sink: inout EventSink
    ) -> Bool {
        guard let schema else { return false }
        let separator = line.firstIndex(of: ASCII.tab) == nil ? ASCII.space : ASCII.tab
        let done = Columns.with(line, separator: separator) { columns -> Bool in
            guard columns.count == schema.roles.count else { return false }
            var record = W3CRecord()
            for index in 0..<columns.count where !record.take(columns[index], schema.roles[index]) { return false }
            return (!isGuess || record.isCertain) && record.finish(&sink)
        }
        return done ?? false
    }

    /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
    private static let cloudFront = schema(
        """
        date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) \
        cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken \
        x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
        fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
        sc-range-start sc-range-end
        """, ASCII.tab)

    /// https://learn.microsoft.com/windows/win32/http/w3c-logging: the columns that IIS selects by itself.
    private static let internetInformationServices = schema(
        """
        date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status \
        sc-substatus sc-win32-status time-taken
        """, ASCII.space)

    private static func schema(_ names: StaticString, _ separator: UInt8) -> ColumnSchema? {
        let text = Bytes(start: names.utf8Start, count: names.utf8CodeUnitCount)
        return ColumnSchema.of(.w3c, separator: separator, text, .webAccess)
    }
}

/// What a column says of a request.
enum W3CRole {
    case other, date, time, client, clientPort, server, serverPort, user, method, stem, query, target, status, bytes,
        agent,
        referrer, host, version, forwarded

    static func of(_ name: Bytes) -> W3CRole {
        for (spelling, role) in table where name.equalsIgnoringCase(spelling) { return role }
        return .other
    }

    private static let table: [(StaticString, W3CRole)] = [
        ("date", .date), ("time", .time), ("c-ip", .client), ("c-port", .clientPort), ("s-ip", .server),
        ("s-port", .serverPort), ("cs-username", .user), ("cs-method", .method), ("cs-uri-stem", .stem),
        ("cs-uri-query", .query), ("cs-uri", .target), ("sc-status", .status), ("sc-bytes", .bytes),
        ("cs(user-agent)", .agent), ("cs(referer)", .referrer), ("cs-host", .host), ("x-host-header", .host),
        ("cs-version", .version), ("cs-protocol-version", .version), ("x-forwarded-for", .forwarded),
    ]
}

/// The columns of one request, gathered.
private struct W3CRecord {
    private var values:
        (
            date: Bytes, time: Bytes, client: Bytes, clientPort: Bytes, server: Bytes, serverPort: Bytes, user: Bytes
        ) = (.empty, .empty, .empty, .empty, .empty, .empty, .empty)
    private var method = Bytes.empty
    private var stem = Bytes.empty
    private var query = Bytes.empty
    private var target = Bytes.empty
    private var status = Bytes.empty
    private var bytes = Bytes.empty
    private var agent = Bytes.empty
    private var referrer = Bytes.empty
    private var host = Bytes.empty
    private var version = Bytes.empty
    private var forwarded = Bytes.empty

    /// False where `value` cannot be of that column.
    mutating func take(_ value: Bytes, _ role: W3CRole) -> Bool {
        if value == "-" { return true }
        switch role {
        case .other: break
        case .date: values.date = value
        case .time: values.time = value
        case .client: values.client = value
        case .clientPort: values.clientPort = value
        case .server: values.server = value
        case .serverPort: values.serverPort = value
        case .user: values.user = value
        case .method: method = value
        case .stem: stem = value
        case .query: query = value
        case .target: target = value
        case .status:
            status = value
            return value.decimal != nil
        case .bytes: bytes = value
        case .agent: agent = value
        case .referrer: referrer = value
        case .host: host = value
        case .version: version = value
        case .forwarded: forwarded = value
        }
        return true
    }

    /// Whether the values are a request's although no directive says so: other logs have as many words in a line.
    var isCertain: Bool {
        plainAddress(values.client) != nil && (values.server.count == 0 || plainAddress(values.server) != nil)
            && (stem.count == 0 || stem.start[0] == ASCII.slash || stem.start[0] == 0x2A)
    }

    /// Adds the event's fields. Date and time are in UTC.
    func finish(_ sink: inout EventSink) -> Bool {
        guard plainAddress(values.client) != nil || isHostName(values.client) || stem.count > 0, setTime(&sink) else {
            return false
        }
        sink.addSource(values.client)
        addNumber(.sourcePort, values.clientPort, &sink)
        sink.addDestination(values.server)
        addNumber(.destinationPort, values.serverPort, &sink)
        sink.addPresent(.userName, values.user)
        sink.addPresent(.httpRequestMethod, method)
        addTarget(&sink)
        addNumber(.httpResponseStatusCode, status, &sink)
        addNumber(.httpResponseBodyBytes, bytes, &sink)
        sink.addPresent(.httpRequestReferrer, referrer)
        sink.addPresent(.userAgentOriginal, agent)
        sink.addPresent(.urlDomain, host)
        if version.starts(with: "HTTP/") { sink.add(.httpVersion, version.dropping(5)) }
        sink.addPresent(.httpForwardedFor, forwarded)
        sink.add(slot: sink.accessWords.category)
        sink.add(slot: sink.accessWords.type)
        if let code = status.decimal, CombinedFormat.isRefusal(code) { sink.add(slot: sink.accessWords.failure) }
        sink.source = .webAccess
        return true
    }

    private func addNumber(_ field: Field, _ value: Bytes, _ sink: inout EventSink) {
        if value.decimal != nil { sink.add(field, value, type: .number) }
    }

    private func setTime(_ sink: inout EventSink) -> Bool {
        guard values.date.count == 10, let year = values.date.digits(at: 0, 4),
            let month = values.date.digits(at: 5, 2),
            let day = values.date.digits(at: 8, 2)
        else { return false }
        var reader = StampReader(values.time)
        guard reader.clock() else { return false }
        reader.stamp.year = year
        reader.stamp.month = month
        reader.stamp.day = day
        reader.stamp.zoneSeconds = 0
        return reader.isPlausible && sink.setTime(reader.stamp)
    }

    /// `stem?query` in one, as a request has it.
    private func addTarget(_ sink: inout EventSink) {
        if target.count > 0 { return RequestLine.addTarget(target, &sink) }
        guard stem.count > 0 else { return }
        guard query.count > 0 else { return RequestLine.addTarget(stem, &sink) }
        guard sink.batch.scratch.reserve(stem.count + query.count + 1), let from = sink.batch.scratch.append(stem)
        else { return }
        sink.batch.scratch.push(ASCII.question)
        _ = sink.batch.scratch.append(query)
        RequestLine.addTarget(sink.batch.scratch.bytes(from, stem.count + query.count + 1), &sink)
    }
}
