internal import Primitives

/// A command by what its answer is like.
enum POP3Command: UInt8 {
    case other
    /// The answer has several lines where it is positive.
    case listing
    case startTLS
    case authenticate
    /// Ends a log-in whose user is named: PASS, APOP.
    case password

    var isLogIn: Bool { self == .authenticate || self == .password }
}

/// The commands that there are.
enum POP3Commands {
    /// What a command must look like.
    struct Rule {
        var name: StaticString
        var arguments: ClosedRange<Int>
        var kind = POP3Command.other

        /// With an argument, a listing is one line, but for a message's own lines. Without one, AUTH asks for the
        /// mechanisms that there are, one a line.
        func kind(_ count: Int) -> POP3Command {
            if kind == .authenticate && count == 0 { return .listing }
            return kind == .listing && arguments.lowerBound == 0 && count > 0 ? .other : kind
        }
    }

    /// RFC 1939 sections 3, 5 to 7; RFC 2449 section 5; RFC 2595 section 4; RFC 5034 section 4.
    private static let rules: [Rule] = [
        Rule(name: "quit", arguments: 0...0), Rule(name: "stat", arguments: 0...0),
        Rule(name: "list", arguments: 0...1, kind: .listing), Rule(name: "retr", arguments: 1...1, kind: .listing),
        Rule(name: "dele", arguments: 1...1), Rule(name: "noop", arguments: 0...0),
        Rule(name: "rset", arguments: 0...0), Rule(name: "top", arguments: 2...2, kind: .listing),
        Rule(name: "uidl", arguments: 0...1, kind: .listing), Rule(name: "user", arguments: 1...1),
        Rule(name: "pass", arguments: 1...1, kind: .password), Rule(name: "apop", arguments: 2...2, kind: .password),
        Rule(name: "capa", arguments: 0...0, kind: .listing),
        Rule(name: "stls", arguments: 0...0, kind: .startTLS),
        Rule(name: "auth", arguments: 1...2, kind: .authenticate), Rule(name: "sasl", arguments: 1...Int.max),
    ]

    static func rule(_ word: Bytes) -> Rule? { rules.first { word.equalsIgnoringCase($0.name) } }
}
