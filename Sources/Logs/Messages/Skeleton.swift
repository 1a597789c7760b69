package import Events
internal import Primitives

/// What a message of one known form means: its skeleton, and what to add to the event.
///
/// A skeleton is the message's text with captures in it:
/// `Failed %{method} for (invalid user |)%{user} from %{ip} port %{port}( ssh2|)`.
/// - `(a|b|)`: one of the alternatives (no nesting); `\` takes the next character as it is.
/// - `%{name}`: a capture of `captureNames`; `%{field.name:kind}`: any field; `%{kind}` alone: matched and dropped.
/// - `*`: any text, dropped. Free text takes as much as it can: what stands behind it is looked for from the right, so
///   that a user name cannot carry a forged address. `%{name:short}` ends at the first place where the rest fits.
///
/// The whole message has to fit. Trailing blanks do not count.
package struct MessageForm: Sendable {
    package var skeleton: String
    package var category: [String] = []
    package var type: [String] = []
    package var action: String?
    package var outcome: Outcome = .none
    package var source: LogSource?
    package var further: [(Field, String)] = []

    package enum Outcome: Sendable {
        case none
        case success
        case failure
    }

    package init(
        _ skeleton: String, _ category: String = "", _ type: String = "", action: String? = nil,
        _ outcome: Outcome = .none, source: LogSource? = nil, further: [(Field, String)] = []
    ) {
        self.skeleton = skeleton
        self.category = category.split(separator: " ").map(String.init)
        self.type = type.split(separator: " ").map(String.init)
        self.action = action
        self.outcome = outcome
        self.source = source
        self.further = further
    }

    /// A log-in that was refused.
    package static func refused(_ skeleton: String, action: String = "login", source: LogSource? = nil) -> MessageForm {
        MessageForm(skeleton, "authentication", "start", action: action, .failure, source: source)
    }

    /// A log-in that went through.
    package static func accepted(_ skeleton: String, action: String = "login", source: LogSource? = nil) -> MessageForm
    {
        MessageForm(skeleton, "authentication", "start", action: action, .success, source: source)
    }

    /// Traffic that was turned away.
    package static func denied(_ skeleton: String, action: String = "denied", source: LogSource? = nil) -> MessageForm {
        MessageForm(skeleton, "network", "denied", action: action, .failure, source: source)
    }

    /// Known, and of no consequence.
    package static func plain(_ skeleton: String, _ category: String = "", action: String? = nil) -> MessageForm {
        MessageForm(skeleton, category, category.isEmpty ? "" : "info", action: action)
    }
}

/// The message forms of one family of programs.
package struct MessageFamily: Sendable {
    /// Names as the header has them, without path and instance, lower case; none: the forms are tried on any message
    /// that its own program's forms did not fit.
    package var programs: [String]
    package var source: LogSource
    package var forms: [MessageForm]
    /// The forms are tried on messages of any program.
    package let isForAny: Bool

    package init(_ programs: [String], _ source: LogSource, _ forms: [MessageForm]) {
        self.programs = programs
        self.source = source
        self.forms = forms
        isForAny = programs.isEmpty
    }
}

/// How a capture is delimited.
package enum CaptureKind: UInt8, Sendable {
    /// Any text, as long as possible. May be empty.
    case text
    /// Any text, as short as possible. May be empty.
    case short
    /// One or more bytes without a space.
    case word
    /// Decimal digits.
    case number
    /// An IP address, perhaps in brackets.
    case ip
    /// An IP address or a host name, without spaces, quotes and the like.
    case host
    /// Blanks; one or more.
    case blank
    /// One or more bytes without blanks, quotes, commas, semicolons, or closing brackets.
    case token

    /// The kinds that may hold `byte`, one bit each.
    static func classes(of byte: UInt8) -> UInt8 {
        let kinds: [CaptureKind] = [.text, .short, .word, .number, .ip, .host, .blank, .token]
        return kinds.reduce(0) { $1.accepts(byte) ? $0 | 1 << $1.rawValue : $0 }
    }

    private func accepts(_ byte: UInt8) -> Bool {
        switch self {
        case .text, .short: true
        case .number: ASCII.isDigit(byte)
        case .word: byte != ASCII.space && byte != ASCII.tab
        case .blank: byte == ASCII.space || byte == ASCII.tab
        case .ip:
            ASCII.isAlphanumeric(byte) || byte == ASCII.dot || byte == ASCII.colon || byte == ASCII.percent
        case .host:
            ASCII.isAlphanumeric(byte) || byte == ASCII.dot || byte == ASCII.colon || byte == ASCII.minus
                || byte == ASCII.underscore || byte == ASCII.percent || byte >= 0x80
        case .token:
            ![
                ASCII.space, ASCII.tab, ASCII.quote, 0x27, ASCII.comma, ASCII.semicolon, ASCII.closeParenthesis,
                ASCII.closeBracket, ASCII.greater,
            ].contains(byte)
        }
    }
}

/// Capture names for short, the field that they fill, and the kind that they have unless it is given.
package let captureNames: [(name: String, field: Field?, kind: CaptureKind)] = [
    ("user", .userName, .text), ("target", .userTargetName, .text), ("effective", .userEffectiveName, .text),
    ("uid", .userID, .number), ("gid", .groupID, .number), ("targetid", .userTargetID, .number),
    ("group", .groupName, .text), ("home", .userTargetHome, .text), ("shell", .userTargetShell, .text),
    ("domain", .userDomain, .token),
    ("ip", .sourceIP, .ip), ("addr", .sourceAddress, .host), ("port", .sourcePort, .number),
    ("dstip", .destinationIP, .ip), ("dst", .destinationAddress, .host), ("dstport", .destinationPort, .number),
    ("method", .sshMethod, .word), ("reason", .eventReason, .text), ("command", .processCommandLine, .text),
    ("tty", .processTTY, .text), ("cwd", .processWorkingDirectory, .text), ("exe", .processExecutable, .text),
    ("pid", .processPID, .number), ("host", .hostHostname, .token), ("service", .serviceName, .token),
    ("url", .urlOriginal, .text), ("path", .filePath, .text), ("proto", .networkTransport, .token),
    ("code", .eventCode, .token), ("query", .dnsQuestionName, .token), ("qtype", .dnsQuestionType, .token),
    ("rcode", .dnsResponseCode, .token),
    ("from", .emailFrom, .text), ("to", .emailTo, .text), ("status", .httpResponseStatusCode, .number),
    ("verb", .httpRequestMethod, .word), ("agent", .userAgentOriginal, .text),
    ("text", nil, .text), ("short", nil, .short), ("word", nil, .word), ("number", nil, .number), ("_", nil, .blank),
    ("anyip", nil, .ip), ("anyhost", nil, .host), ("token", nil, .token),
]
