internal import Events
internal import Primitives

/// What the columns of an input are, as its head names them: `#Fields:` of W3C's extended log format
/// (https://www.w3.org/TR/WD-logfile.html), `#fields` and `#separator` of Zeek
/// (https://docs.zeek.org/en/master/log-formats.html). Lines are read by it one by one; it holds for the whole input.
struct ColumnSchema {
    enum Kind {
        case w3c
        case zeek
    }

    let kind: Kind
    let separator: UInt8
    /// Names as the input spells them.
    let names: [[UInt8]]
    let roles: [W3CRole]
    let source: LogSource

    static let columnLimit = 128

    private init(_ kind: Kind, separator: UInt8, names: [[UInt8]], source: LogSource) {
        self.kind = kind
        self.separator = separator
        self.names = names
        roles = names.map { name in name.withBytes { W3CRole.of($0) } }
        self.source = source
    }

    /// The schema that the first directives of `head` name; nil where there are none.
    static func find(_ head: Bytes) -> ColumnSchema? {
        var from = 0
        var source = LogSource.unknown
        while from < head.count, head.start[from] == 0x23 {
            let end = head.firstIndex(of: ASCII.newline, from: from) ?? head.count
            let line = withoutTrailingBlanks(head.slice(from, end))
            if line.starts(with: "#path") { source = zeekSource(line.dropping(5).trimmed) }
            if line.starts(with: "#fields\t") {
                return of(.zeek, separator: ASCII.tab, line.dropping(8), source)
            }
            if line.starts(with: "#Fields:") {
                return of(.w3c, separator: ASCII.space, line.dropping(8), .webAccess)
            }
            from = end + 1
        }
        return nil
    }

    /// Names parted by blanks.
    static func of(_ kind: Kind, separator: UInt8, _ text: Bytes, _ source: LogSource) -> ColumnSchema? {
        var names: [[UInt8]] = []
        var at = 0
        while at < text.count, names.count < columnLimit {
            while at < text.count, text.start[at] == ASCII.space || text.start[at] == ASCII.tab { at += 1 }
            let end = Tag.wordEnd(text, at)
            if end > at { names.append(text.slice(at, end).array) }
            at = end
        }
        return names.count < 3 ? nil : ColumnSchema(kind, separator: separator, names: names, source: source)
    }

    /// What each of Zeek's logs holds (docs.zeek.org, "Log Files").
    private static let zeekLogs: [(path: StaticString, source: LogSource)] = [
        ("conn", .networkFlow), ("http", .networkHTTP), ("dns", .networkDNS), ("ssl", .networkTLS),
        ("x509", .networkTLS), ("ssh", .networkSSH), ("smtp", .networkSMTP), ("ftp", .networkFTP),
        ("smb_files", .networkSMB), ("smb_mapping", .networkSMB), ("dce_rpc", .networkDCERPC),
        ("kerberos", .networkKerberos), ("snmp", .networkSNMP), ("sip", .networkSIP),
        ("mqtt_connect", .networkMQTT), ("mqtt_publish", .networkMQTT), ("mqtt_subscribe", .networkMQTT),
        ("dhcp", .networkDHCP), ("rdp", .networkRDP), ("rfb", .networkRFB), ("ipsec", .networkIKE),
        ("ntp", .networkNTP),
    ]

    /// Of a log of Zeek's by its path; unknown for others.
    static func zeekSource(_ path: Bytes) -> LogSource {
        zeekLogs.first { path == $0.path }?.source ?? .unknown
    }
}

/// Splits a line at its separators into memory of the caller's.
struct Columns {
    let base: UnsafeMutablePointer<Bytes>
    private(set) var count = 0

    /// Runs `body` over the columns of `line`: no more than `ColumnSchema.columnLimit`.
    static func with<Result>(_ line: Bytes, separator: UInt8, _ body: (Columns) -> Result) -> Result? {
        withUnsafeTemporaryAllocation(of: Bytes.self, capacity: ColumnSchema.columnLimit) { memory in
            guard let base = memory.baseAddress else { return nil }
            var columns = Columns(base: base)
            var at = 0
            while at <= line.count, columns.count < ColumnSchema.columnLimit {
                let end = line.firstIndex(of: separator, from: at) ?? line.count
                (base + columns.count).initialize(to: line.slice(at, end))
                columns.count += 1
                at = end + 1
            }
            return body(columns)
        }
    }

    subscript(_ index: Int) -> Bytes { base[index] }
}
