internal import Events
internal import Primitives

/// Linux audit records, as auditd writes them and as the kernel sends them to syslog: `[node=HOST ]type=TYPE
/// msg=audit(SECONDS.MILLIS:SERIAL): key=value ... msg='op=login acct="root" ... res=failed'`.
/// https://github.com/linux-audit/audit-documentation/wiki
enum AuditFormat {
    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard let type = line.firstIndex(of: "type="), type < 300,
            line.prefix(type + 200).contains(" msg=audit(") || line.prefix(type + 200).contains(" audit(")
        else { return false }
        guard let open = line.firstIndex(of: "audit(", from: type) else { return false }
        var reader = StampReader(line, at: open + 6)
        guard reader.epoch(), reader.peek == ASCII.colon, sink.setTime(reader.stamp) else { return false }
        guard let close = line.firstIndex(of: ASCII.closeParenthesis, from: reader.at) else { return false }
        sink.add(.eventSequence, line.slice(reader.at + 1, close))
        let kind = word(line, type + 5)
        sink.add(.eventAction, kind)
        addPairs(line.dropping(close + 1), &sink)
        sink.add(.message, line.dropping(min(line.count, close + 3)))
        addMeaning(kind, line.dropping(close), &sink)
        sink.source = .auditd
        return true
    }

    private static func word(_ line: Bytes, _ from: Int) -> Bytes {
        line.slice(from, Tag.wordEnd(line, from))
    }

    private static func addPairs(_ text: Bytes, _ sink: inout EventSink) {
        var scanner = KeyValueScanner(inner(text) ?? text)
        var outer = KeyValueScanner(text)
        for _ in 0..<64 {
            guard let pair = outer.next(), !(pair.key == "msg") else { break }
            add(pair.key, pair.value, &sink)
        }
        guard inner(text) != nil else { return }
        for _ in 0..<64 {
            guard let pair = scanner.next() else { break }
            add(pair.key, pair.value, &sink)
        }
    }

    /// What stands between `msg='` and the closing quote.
    private static func inner(_ text: Bytes) -> Bytes? {
        guard let start = text.firstIndex(of: "msg='") else { return nil }
        let end = text.lastIndex(of: 0x27) ?? text.count
        return end > start + 5 ? text.slice(start + 5, end) : nil
    }

    private static func add(_ key: Bytes, _ value: Bytes, _ sink: inout EventSink) {
        if value.count == 0 || value == "?" || value == "(none)" { return }
        switch key.count {
        case 2 where key == "id": addOnce(.userTargetID, value, &sink)
        case 3 where key == "pid": addOnce(.processPID, value, &sink, .number)
        case 3 where key == "uid": addOnce(.userID, value, &sink)
        case 3 where key == "exe": addOnce(.processExecutable, value, &sink)
        case 3 where key == "cwd": addOnce(.processWorkingDirectory, value, &sink)
        case 3 where key == "res": addOutcome(value, &sink)
        case 4 where key == "ppid": addOnce(.processParentPID, value, &sink, .number)
        case 4 where key == "acct": if !sink.has(.userName) { addText(.userName, value, &sink) }
        case 4 where key == "addr": if !sink.has(.sourceIP) { PeerText.add(value, .source, &sink) }
        case 4 where key == "comm": addOnce(.processName, value, &sink)
        case 4 where key == "name": addOnce(.filePath, value, &sink)
        case 7 where key == "success": addOutcome(value, &sink)
        case 8 where key == "terminal": addOnce(.processTTY, value, &sink)
        case 8 where key == "hostname": if !sink.has(.sourceIP), plainAddress(value) != nil { sink.addSource(value) }
        case 9 where key == "proctitle": addText(.processCommandLine, value, &sink)
        default: break
        }
    }

    private static func addOnce(_ field: Field, _ value: Bytes, _ sink: inout EventSink, _ type: ValueType = .text) {
        if !sink.has(field) { sink.add(field, value, type: type) }
    }

    /// Text that is all hexadecimal digits in pairs was encoded because it holds odd bytes; NUL parts arguments.
    private static func addText(_ field: Field, _ value: Bytes, _ sink: inout EventSink) {
        guard value.count >= 4, value.count % 2 == 0, value.count <= 16_384, sink.batch.scratch.reserve(value.count),
            isHex(value)
        else { return addOnce(field, value, &sink) }
        let from = sink.batch.scratch.count
        for index in stride(from: 0, to: value.count, by: 2) {
            let high = ASCII.hexValue(value.start[index]) ?? 0
            let low = ASCII.hexValue(value.start[index + 1]) ?? 0
            let byte = high << 4 | low
            sink.batch.scratch.push(byte == 0 ? ASCII.space : byte)
        }
        sink.add(
            slot: FieldSlot(FieldID(field), .scratch, .text, offset: from, length: sink.batch.scratch.count - from))
    }

    private static func isHex(_ value: Bytes) -> Bool {
        for index in 0..<value.count {
            let byte = value.start[index]
            guard ASCII.isDigit(byte) || byte >= 0x41 && byte <= 0x46 else { return false }
        }
        return true
    }

    private static func addOutcome(_ value: Bytes, _ sink: inout EventSink) {
        if sink.has(.eventOutcome) { return }
        if value.starts(with: "fail") || value == "no" || value == "0" { sink.add(slot: CombinedFormat.failure) }
        if value.starts(with: "succ") || value == "yes" || value == "1" { sink.add(slot: success) }
    }

    private static let success = ConstantText("success").slot(.eventOutcome)

    private static func addMeaning(_ kind: Bytes, _ text: Bytes, _ sink: inout EventSink) {
        let isLogin = kind == "USER_LOGIN" || kind == "USER_AUTH" || kind == "USER_ERR" || kind == "ANOM_LOGIN_FAILURES"
        if isLogin { sink.add(slot: authentication) }
        if kind.starts(with: "ADD_") || kind.starts(with: "DEL_") || kind == "USER_CHAUTHTOK"
            || kind.starts(with: "USER_MGMT")
        {
            sink.add(slot: iam)
        }
        if kind == "EXECVE" || kind == "SYSCALL" || kind == "PROCTITLE" || kind == "USER_CMD" {
            sink.add(slot: process)
        }
        if kind == "USER_START" || kind == "USER_END" { sink.add(slot: session) }
    }

    private static let authentication = ConstantText("authentication").slot(.eventCategory)
    private static let iam = ConstantText("iam").slot(.eventCategory)
    private static let process = ConstantText("process").slot(.eventCategory)
    private static let session = ConstantText("session").slot(.eventCategory)
}
