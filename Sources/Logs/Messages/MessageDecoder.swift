internal import Events
internal import Primitives

/// Reads the message part of a record: the program's own forms first, then those that any program may write.
struct MessageDecoder: @unchecked Sendable {
    /// JSON keys stand for themselves alone.
    var takesKeysAsFields = false
    /// Longer messages are not looked into: no program of the tables writes them.
    static let maximumBytes = 32 << 10
    private(set) var forms: FormReader?
    private var ownForms: MessageForms?
    /// What the last directives of the input say of its columns.
    var columns: ColumnSchema?
    /// What its head says of them: holds where a directive within names no columns that could be used.
    var headColumns: ColumnSchema?
    /// What lines before left behind for those after them.
    var sessions = ProcessSessions()
    var audit = AuditEvents()
    var joined = JoinedLines()
    private var directives = DirectiveLines()
    /// Paths of JSON records.
    let keys = JSONKeys()
    /// What the keys of a record tell.
    let board = AliasBoard()
    /// Working memory of `LoginPhrases`.
    let lowered = UnsafeMutablePointer<UInt8>.allocate(capacity: LoginPhrases.lookedBytes)

    /// The memory is the decoder's own; `LogDecoder` frees it by `free`.
    init() {}

    func free() {
        forms?.free()
        sessions.free()
        audit.free()
        board.free()
        lowered.deallocate()
    }

    /// Reads messages by `forms` instead of the built-in ones alone. Call it before the first message.
    mutating func use(_ forms: MessageForms?) { ownForms = forms }

    mutating func makeForms() { forms = FormReader(ownForms?.tables ?? MessageTables.shared) }

    /// Forgets the lines before.
    mutating func forgetLines() {
        sessions.removeAll()
        audit.removeAll()
        directives = DirectiveLines()
    }

    /// Looks at every line: what directives say of columns holds for those behind them.
    @inline(__always) mutating func see(_ line: Bytes) {
        if line.count > 0, line.start[0] == 0x23 {
            if let found = directives.take(line) { columns = found ?? headColumns }
        } else {
            directives.isOpen = false
        }
    }

    /// Adds what `message` of `program` says. False where no form fits.
    mutating func decode(program: Bytes, message: Bytes, into sink: inout EventSink) -> Bool {
        guard message.count > 0, message.count <= MessageDecoder.maximumBytes else { return false }
        if forms == nil { makeForms() }
        return forms?.decode(program: program, withoutTrailingBlanks(message), into: &sink) ?? false
    }
}

/// `/usr/sbin/cron` -> `cron`, `postfix/smtpd` stays (its family is told by the part before the slash),
/// `sshd(pam_unix)` -> `sshd`.
func baseName(_ program: Bytes) -> Bytes {
    var name = program
    if let parenthesis = name.firstIndex(of: ASCII.openParenthesis), parenthesis > 0 {
        name = name.slice(0, parenthesis)
    }
    if name.starts(with: "/"), let slash = name.lastIndex(of: ASCII.slash) { return name.dropping(slash + 1) }
    if let slash = name.firstIndex(of: ASCII.slash), slash > 0 { return name.slice(0, slash) }
    return name
}

func withoutTrailingBlanks(_ text: Bytes) -> Bytes {
    var end = text.count
    while end > 0, text.start[end - 1] <= ASCII.space { end -= 1 }
    return text.slice(0, end)
}
