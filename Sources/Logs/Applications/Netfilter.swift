internal import Events
internal import Primitives

/// The kernel's packet log (`xt_LOG`, `nf_log`): `[12345.678] PREFIX IN=eth0 OUT= MAC=... SRC=192.0.2.1
/// DST=198.51.100.2 LEN=40 ... PROTO=TCP SPT=4711 DPT=22 ... SYN URGP=0`. Order of the keys:
/// net/netfilter/nf_log_syslog.c.
///
/// What was done is only in the prefix that the administrator chose: words like DROP or BLOCK mean denied.
enum Netfilter {
    static func decode(_ message: Bytes, _ sink: inout EventSink) -> Bool {
        guard let start = keysStart(message) else { return false }
        let prefix = withoutUptime(message.slice(0, start)).trimmed
        let keys = message.dropping(start)
        guard addKeys(keys, &sink) else { return false }
        if prefix.count > 0 { sink.add(.ruleName, prefix) }
        sink.add(slot: category)
        addVerdict(prefix, &sink)
        sink.source = .netfilter
        return true
    }

    private static let category = ConstantText("network").slot(.eventCategory)

    /// Where `IN=` begins, with `OUT=` behind it.
    private static func keysStart(_ message: Bytes) -> Int? {
        guard let start = message.firstIndex(of: "IN="), start < 256,
            start == 0 || !ASCII.isAlphanumeric(message.start[start - 1])
        else { return nil }
        guard let out = message.firstIndex(of: " OUT=", from: start), out - start < 64 else { return nil }
        return start
    }

    /// Without `[12345.678]` at the start.
    private static func withoutUptime(_ prefix: Bytes) -> Bytes {
        let text = prefix.trimmed
        guard text.count > 0, text.start[0] == ASCII.openBracket, let close = text.firstIndex(of: ASCII.closeBracket),
            close < 32
        else { return text }
        for index in 1..<max(1, close) {
            let byte = text.start[index]
            guard ASCII.isDigit(byte) || byte == ASCII.dot || byte == ASCII.space else { return text }
        }
        return text.dropping(close + 1)
    }

    /// Walks over ` KEY=VALUE` and the bare flags. False unless both addresses were there. The first value of a key
    /// counts: what an ICMP error quotes stands behind in brackets.
    private static func addKeys(_ keys: Bytes, _ sink: inout EventSink) -> Bool {
        var at = 0
        var found = 0
        while at < keys.count {
            let end = Tag.wordEnd(keys, at)
            let word = keys.slice(at, end)
            if word.count > 0, word.start[0] == ASCII.openBracket { break }
            if let equals = word.firstIndex(of: ASCII.equals) {
                found += add(key: word.slice(0, equals), value: word.dropping(equals + 1), &sink)
            } else if word == "SYN" || word == "ACK" || word == "FIN" || word == "RST" || word == "PSH" || word == "URG"
            {
                sink.add(.tcpFlags, word)
            }
            at = end + 1
        }
        return found >= 2
    }

    /// 1 for an address, else 0.
    private static func add(key: Bytes, value: Bytes, _ sink: inout EventSink) -> Int {
        if value.count == 0 { return 0 }
        switch key.count {
        case 2 where key == "IN": sink.add(.observerIngressInterface, value)
        case 3:
            if key == "SRC" {
                sink.addSource(value)
                return 1
            }
            if key == "DST" {
                sink.addDestination(value)
                return 1
            }
            if key == "SPT" { sink.add(.sourcePort, value, type: .number) }
            if key == "DPT" { sink.add(.destinationPort, value, type: .number) }
            if key == "OUT" { sink.add(.observerEgressInterface, value) }
            if key == "MAC" { addAddresses(value, &sink) }
        case 4 where key == "TYPE": sink.add(.icmpType, value, type: .number)
        case 4 where key == "CODE": sink.add(.icmpCode, value, type: .number)
        case 5 where key == "PROTO": sink.add(.networkTransport, value)
        default: break
        }
        return 0
    }

    /// `MAC=` holds destination, source and type of the frame in a row.
    private static func addAddresses(_ value: Bytes, _ sink: inout EventSink) {
        guard value.count >= 35 else { return }
        sink.add(.destinationMAC, value.slice(0, 17))
        sink.add(.sourceMAC, value.slice(18, 35))
    }

    private static func addVerdict(_ prefix: Bytes, _ sink: inout EventSink) {
        let edge = edgeVerdict(prefix)
        for word in denials where edge == false || prefix.containsIgnoringCase(word) {
            sink.add(slot: deniedAction)
            sink.add(slot: deniedType)
            sink.add(slot: failure)
            return
        }
        for word in permissions where edge == true || prefix.containsIgnoringCase(word) {
            sink.add(slot: allowedAction)
            sink.add(slot: allowedType)
            return
        }
        sink.add(slot: connectionType)
    }

    /// EdgeOS and VyOS name the rule and what it did: `[WAN_LOCAL-default-D]`, `[WAN_IN-10-R]`, `[WAN_OUT-20-A]`.
    private static func edgeVerdict(_ prefix: Bytes) -> Bool? {
        guard prefix.count > 4, prefix.start[0] == ASCII.openBracket, prefix.ends(with: "]"),
            prefix.start[prefix.count - 3] == ASCII.minus
        else { return nil }
        switch prefix.start[prefix.count - 2] {
        case 0x41: return true
        case 0x44, 0x52: return false
        default: return nil
        }
    }

    private static let denials: [StaticString] = ["drop", "block", "deny", "denied", "reject", "discard", "refuse"]
    private static let permissions: [StaticString] = ["accept", "allow", "permit", "pass"]
    private static let deniedAction = ConstantText("denied").slot(.eventAction)
    private static let deniedType = ConstantText("denied").slot(.eventType)
    private static let allowedAction = ConstantText("allowed").slot(.eventAction)
    private static let allowedType = ConstantText("allowed").slot(.eventType)
    private static let connectionType = ConstantText("connection").slot(.eventType)
    private static let failure = ConstantText("failure").slot(.eventOutcome)
}
