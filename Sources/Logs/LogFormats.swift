internal import Events
internal import Primitives

/// The formats that lines are read in, in the order in which they are tried on a line that the input's own does not
/// fit. The order goes from formats that give themselves away to those that take nearly anything.
package enum LogFormats {
    /// Name (for `--as`) and description of every format.
    package static var table: [(name: String, description: String)] { entries.map { ($0.name, $0.description) } }

    /// `Mar  2 `, `2026-03-`, `<134>`: syslog's beginnings, behind which an access line may stand.
    private static func beginsWithStamp(_ line: Bytes) -> Bool {
        guard line.count > 16 else { return false }
        let (first, fourth, fifth) = (line.start[0], line.start[3], line.start[4])
        if first == ASCII.less { return true }
        if ASCII.isDigit(first) { return fifth == ASCII.minus && ASCII.isDigit(line.start[1]) && ASCII.isDigit(fourth) }
        return fourth == ASCII.space && (fifth == ASCII.space || ASCII.isDigit(fifth)) && ASCII.isLetter(line.start[2])
    }

    /// The entry of a format that the user gave.
    static func entry(of custom: CustomFormat) -> LogFormat {
        LogFormat(
            name: "custom", description: "the access-log format given by --format", mayBe: { _ in true },
            decode: { custom.decode($0, &$1, &$2) })
    }

    static let entries: [LogFormat] = [
        LogFormat(
            name: "docker", description: "Docker's json-file: the line inside is read", isWrapper: true,
            mayBe: { ContainerLines.mayBeDocker($0) }, decode: { ContainerLines.decodeDocker($0, &$1, &$2) }),
        LogFormat(
            name: "cri", description: "Kubernetes' container runtimes: the line inside is read", isWrapper: true,
            mayBe: { ContainerLines.mayBeCRI($0) }, decode: { ContainerLines.decodeCRI($0, &$1, &$2) }),
        LogFormat(
            name: "json", description: "JSON Lines: one object a line, its keys are the fields",
            mayBe: { $0.start[0] == 0x7B },
            decode: { line, sink, messages in
                // Docker's lines among others: this may be the input's first guess.
                if ContainerLines.mayBeDocker(line), !messages.takesKeysAsFields {
                    if ContainerLines.decodeDocker(line, &sink, &messages) { return true }
                    sink.begin()
                }
                return JSONLineFormat.decode(line, &sink, &messages)
            }),
        LogFormat(
            name: "rfc5424", description: "syslog, RFC 5424: <PRI>VERSION TIME HOST APP PID MSGID [DATA] MESSAGE",
            mayBe: { $0.start[0] == ASCII.less }, decode: { RFC5424Format.decode($0, &$1, &$2) }),
        LogFormat(
            name: "windows-xml", description: "Windows events in XML, one <Event> a line",
            mayBe: { WindowsEventXML.mayBe($0) }, decode: { WindowsEventXML.decode($0, &$1, &$2) }),
        LogFormat(
            name: "snare", description: "Windows events as Snare sends them without syslog: HOST MSWinEventLog ...",
            mayBe: { SnareFormat.mayBe($0) }, decode: { l, s, _ in SnareFormat.decode(l, &s) }),
        LogFormat(
            name: "zeek", description: "Zeek's tab-separated logs, by their #fields",
            mayBe: { $0.firstIndex(of: ASCII.tab) != nil }, decode: { ZeekFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "w3c", description: "W3C extended: IIS, CloudFront and whatever names its columns by #Fields",
            mayBe: { W3CFormat.mayBe($0) }, decode: { W3CFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "s3-access", description: "Amazon S3's server access log", mayBe: { BucketAccessFormat.mayBe($0) },
            decode: { BucketAccessFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "combined", description: "Apache and nginx access logs: common, combined, with virtual host",
            mayBe: { $0.start[0] != ASCII.openBracket && !beginsWithStamp($0) },
            decode: { l, s, _ in CombinedFormat.decode(l, &s) }),
        LogFormat(
            name: "apache-error", description: "Apache error log, 2.2 and 2.4",
            mayBe: { $0.start[0] == ASCII.openBracket }, decode: { ApacheErrorFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "nginx-error", description: "nginx error log",
            mayBe: { ASCII.isDigit($0.start[0]) }, decode: { NginxErrorFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "flow-record", description: "Amazon VPC flow logs in their default form",
            mayBe: { FlowRecordFormat.mayBe($0) }, decode: { l, s, _ in FlowRecordFormat.decode(l, &s) }),
        LogFormat(
            name: "audit", description: "Linux audit records, of auditd or through syslog",
            mayBe: { $0.starts(with: "type=") || $0.starts(with: "node=") },
            decode: { AuditFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "cef", description: "ArcSight Common Event Format",
            mayBe: { $0.starts(with: "CEF:") || $0.starts(with: "0|") },
            decode: { CommonEventFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "leef", description: "IBM's Log Event Extended Format",
            mayBe: { $0.starts(with: "LEEF:") }, decode: { LEEFFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "glog", description: "Google's glog and klog: Lmmdd hh:mm:ss.uuuuuu THREAD FILE:LINE] MESSAGE",
            mayBe: { GlogFormat.mayBe($0) }, decode: { GlogFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "syslog", description: "syslog, RFC 3164 and what daemons make of it, also with ISO 8601 time",
            mayBe: { _ in true }, decode: { SyslogFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "key-value", description: "key=value pairs: logfmt, Fortinet, SonicWall and their like",
            isExclusive: false,
            mayBe: { ASCII.isLetter($0.start[0]) || ASCII.isDigit($0.start[0]) },
            decode: { KeyValueFormat.decode($0, &$1, &$2) }),
        LogFormat(
            name: "application", description: "a time in nearly any form, then text", isExclusive: false,
            mayBe: { _ in true }, decode: { StampedFormat.decode($0, &$1, &$2) }),
    ]
}

/// One format. The functions are made once; `mayBe` looks at no more than the first bytes of a line that is not empty.
struct LogFormat: Sendable {
    let name: String
    let description: String
    /// A line that this format reads is of no other: as the input's first guess it may be tried before all others.
    var isExclusive = true
    /// Its lines hold a line of another format.
    var isWrapper = false
    let mayBe: @Sendable (Bytes) -> Bool
    /// Adds the line's fields; false where the line is not of this format.
    let decode: @Sendable (Bytes, inout EventSink, inout MessageDecoder) -> Bool
}
