internal import Events
internal import Primitives

/// Linux audit records, as auditd writes them and as the kernel sends them to syslog: `[node=HOST ]type=TYPE
/// msg=audit(SECONDS.MILLIS:SERIAL): key=value ... msg='op=login acct="root" ... res=failed'`, with
/// `log_format=ENRICHED` also a 0x1D and the names of what the numbers mean.
/// https://github.com/linux-audit/audit-documentation/wiki
///
/// An `EXECVE` record is the event of a new process: its arguments, decoded, are `process.args` and, joined,
/// `process.command_line`; program, process and user come from the SYSCALL record of the same event before it.
enum AuditFormat {
    /// Most pairs that are read of one record.
    private static let longestPairs = 512

    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard let type = line.firstIndex(of: "type="), type < 300,
            line.prefix(type + 200).contains(" msg=audit(") || line.prefix(type + 200).contains(" audit(")
        else { return false }
        guard let open = line.firstIndex(of: "audit(", from: type) else { return false }
        var reader = StampReader(line, at: open + 6)
        guard reader.epoch() || interpreted(&reader, open + 6), reader.peek == ASCII.colon,
            sink.setTime(reader.stamp)
        else { return false }
        guard let close = line.firstIndex(of: ASCII.closeParenthesis, from: reader.at) else { return false }
        // Memory for what is decoded must not move while the pairs of an earlier record lie there.
        guard sink.batch.scratch.reserve(2 * line.count + 4096) else { return false }
        sink.add(.eventSequence, line.slice(reader.at + 1, close))
        let kind = line.slice(type + 5, Tag.wordEnd(line, type + 5))
        sink.add(.eventAction, kind)
        sink.add(.auditRecordType, kind)
        let node = line.prefix(type)
        addHost(node, &sink)
        let record = AuditRecord(kind: kind, event: line.slice(open + 6, close), node: node)
        record.add(line.dropping(close + 1), &sink, &messages)
        sink.add(.message, line.dropping(min(line.count, close + 3)))
        record.addMeaning(&sink)
        return true
    }

    /// `ausearch -i`: `audit(03/04/2026 11:22:33.123:4571)`.
    private static func interpreted(_ reader: inout StampReader, _ at: Int) -> Bool {
        reader.at = at
        reader.stamp = CalendarStamp()
        return reader.dayFirst(monthFirst: true) && reader.isPlausible
    }

    private static func addHost(_ text: Bytes, _ sink: inout EventSink) {
        guard text.starts(with: "node="), !sink.has(.hostHostname) else { return }
        sink.addPresent(.hostHostname, text.slice(5, Tag.wordEnd(text, 5)))
    }

    /// Runs `body` over the pairs of a record: those before `msg='...'`, then those within.
    static func forEachPair(_ text: Bytes, _ body: (Bytes, Bytes) -> Void) {
        let quoted = inner(text)
        var outer = KeyValueScanner(text)
        for _ in 0..<longestPairs {
            guard let pair = outer.next(), !(pair.key == "msg") else { break }
            body(pair.key, pair.value)
        }
        guard let quoted else { return }
        var scanner = KeyValueScanner(quoted)
        for _ in 0..<longestPairs {
            guard let pair = scanner.next() else { break }
            body(pair.key, pair.value)
        }
        guard let names = text.firstIndex(of: 0x1D) else { return }
        var enriched = KeyValueScanner(text.dropping(names + 1))
        for _ in 0..<longestPairs {
            guard let pair = enriched.next() else { break }
            body(pair.key, pair.value)
        }
    }

    /// What stands between `msg='` and the closing quote.
    private static func inner(_ text: Bytes) -> Bytes? {
        guard let start = text.firstIndex(of: "msg='") else { return nil }
        let end = text.lastIndex(of: 0x27) ?? text.count
        return end > start + 5 ? text.slice(start + 5, end) : nil
    }
}

/// One record, told by its type.
private struct AuditRecord {
    let kind: Bytes
    /// `SECONDS.MILLIS:SERIAL`.
    let event: Bytes
    let node: Bytes

    func add(_ text: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) {
        messages.keys.beginRecord()
        messages.board.begin()
        var fields = AuditFields(keys: messages.keys, board: messages.board)
        var earlier: (pairs: Bytes, hasCommand: Bool)?
        if kind == "SYSCALL" {
            messages.audit.note(event, node: node, pairs: text, at: sink.lineOffset)
        } else if kind == "EXECVE" || kind == "PROCTITLE" {
            earlier = messages.audit.find(event, node: node, at: sink.lineOffset, isCommand: kind == "EXECVE")
        }
        fields.isCall = kind == "SYSCALL" || kind == "EXECVE" || kind == "USER_CMD"
        fields.hasArguments = kind == "EXECVE"
        if kind == "EXECVE" { fields.addArguments(text, &sink) }
        // The title says again what the arguments said.
        fields.skipsTitle = earlier?.hasCommand == true
        AuditFormat.forEachPair(text) { fields.add($0, $1, &sink) }
        guard kind == "EXECVE", let earlier, let place = sink.batch.scratch.append(earlier.pairs) else { return }
        fields.isOfOther = true
        AuditFormat.forEachPair(sink.batch.scratch.bytes(place, earlier.pairs.count)) { fields.add($0, $1, &sink) }
    }

    func addMeaning(_ sink: inout EventSink) {
        sink.source = .auditdRecord
        let isLogin = kind == "USER_LOGIN" || kind == "USER_AUTH" || kind == "USER_ERR" || kind == "ANOM_LOGIN_FAILURES"
        if isLogin { sink.add(slot: AuditWords.authentication) }
        if kind.starts(with: "ADD_") || kind.starts(with: "DEL_") || kind == "USER_CHAUTHTOK"
            || kind.starts(with: "USER_MGMT")
        {
            sink.add(slot: AuditWords.iam)
        }
        if kind == "EXECVE" || kind == "SYSCALL" || kind == "PROCTITLE" || kind == "USER_CMD" {
            sink.add(slot: AuditWords.process)
        }
        if kind == "EXECVE" { sink.add(slot: AuditWords.start) }
        if sink.has(.processCommandLine) { sink.source = .auditd }
        if kind == "USER_START" || kind == "USER_END" { sink.add(slot: AuditWords.session) }
    }
}

enum AuditWords {
    static let authentication = ConstantText("authentication").slot(.eventCategory)
    static let iam = ConstantText("iam").slot(.eventCategory)
    static let process = ConstantText("process").slot(.eventCategory)
    static let session = ConstantText("session").slot(.eventCategory)
    static let start = ConstantText("start").slot(.eventType)
    static let success = ConstantText("success").slot(.eventOutcome)
}
