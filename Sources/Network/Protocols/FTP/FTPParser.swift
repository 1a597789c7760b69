internal import Events
internal import Primitives

/// One FTP control connection.
struct FTPSession {
    var lines = LinePair()
    var transaction: UInt32 = 0
    var started = Timestamp.none
    /// The command that waits for its answer.
    var isWaiting = false
    var command = ByteStore()
    var arguments = ByteStore()
    var user = ByteStore()
    /// Commands whose final answers are to come, and the log-ins among them.
    var asked = PendingCommands<FTPAsked>()
    var attempts = LogInAttempts()
    /// The server said something; it wants an account behind the password.
    var hasReply = false
    var wantsAccount = false
    /// Code of a reply of several lines under way.
    var code: UInt32 = 0
    var isDone = false
    /// Replies that promise another one, of the open transaction, and commands without an answer.
    var preliminary = 0
    var unanswered = 0
    /// The data connection that was announced last; -1: none.
    var expected: Int = -1
    var isPassive = false
    var dynamicPort = 0
    /// The port was announced in the transaction that is open.
    var showsPort = false
}

/// FTP control connections (RFC 959, RFC 2428). A transaction is a command and its answer.
final class FTPParser: FlowStateParser<FTPSession> {
    private static let lineLimit = 4096
    /// More of these are worth noting (Suricata: constants of its parser, `ftp.max-tx`).
    private static let mostPreliminary = 16
    private static let mostUnanswered = 1024

    private let expectations: FTPExpectations

    init(output: InspectionOutput, expectations: FTPExpectations) {
        self.expectations = expectations
        super.init(.ftp, output, initial: FTPSession(), flows: 1 << 16, bytes: 8 << 20)
    }

    private static let openings: [StaticString] = [
        "user ", "pass ", "port ", "eprt ", "feat\r\n", "auth tls\r\n", "auth ssl\r\n", "syst\r\n",
    ]

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        guard way == .toServer else { return .no }
        var undecided = false
        for opening in FTPParser.openings {
            switch bytes.matchIgnoringCase(opening) {
            case .yes: return .yes
            case .more: undecided = true
            case .answer, .no: break
            }
        }
        return undecided ? .more : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = state(of: flow), !session.pointee.isDone else { return }
        let toServer = way == .toServer
        var lines = session.pointee.lines.take(way)
        _ = lines.read(bytes, limit: FTPParser.lineLimit, meter) { line, isCut in
            if toServer { command(line, isCut, session, flow) } else { reply(line, isCut, session, flow) }
            return flow.pointee.application == .ftp && !session.pointee.isDone
        }
        guard flow.pointee.application == .ftp else { return lines.free(meter) }
        session.pointee.lines.put(lines, way)
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.isDone = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let session = known(flow) else { return }
        if session.pointee.isWaiting { _ = report(session, flow, code: .empty, text: .empty) }
        session.pointee.attempts.free(meter)
        session.pointee.lines.free(meter)
        session.pointee.command.free(meter)
        session.pointee.arguments.free(meter)
        session.pointee.user.free(meter)
        release(flow)
    }

    // MARK: Commands

    private func command(
        _ line: Bytes, _ isCut: Bool, _ session: UnsafeMutablePointer<FTPSession>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if session.pointee.isWaiting {
            _ = report(session, flow, code: .empty, text: .empty)
            session.pointee.transaction += 1
        }
        session.pointee.preliminary = 0
        session.pointee.unanswered += 1
        if session.pointee.unanswered == FTPParser.mostUnanswered + 1 {
            raiseBoth("ftp.too_many_transactions", flow, .toServer, session.pointee.transaction)
        }
        let (word, arguments) = line.firstWord
        session.pointee.isWaiting = true
        session.pointee.showsPort = false
        session.pointee.started = output.dataTime
        session.pointee.command.clear()
        session.pointee.arguments.clear()
        _ = session.pointee.command.append(word, limit: 64, meter)
        _ = session.pointee.arguments.append(arguments, limit: 1024, meter)
        let made = item(flow, .toServer, session.pointee.transaction)
        output.buffer(.ftpCommand, word)
        if !arguments.isEmpty { output.buffer(.ftpCommandData, arguments) }
        // Data are to go to somebody else than the client.
        if word.equalsIgnoringCase("port"), let end = FTPAddress.port(arguments), end.address != flow.pointee.client {
            output.constant(.ftpBounce, "yes")
        }
        if isCut { output.anomaly("ftp.request_command_too_long") }
        if word.equalsIgnoringCase("port") {
            announce(FTPAddress.port(arguments), passive: false, session)
        } else if word.equalsIgnoringCase("eprt") {
            announce(FTPAddress.extendedPort(arguments), passive: false, session)
        }
        showPort(session)
        append(made, .toServer)
        if word.equalsIgnoringCase("retr") || word.equalsIgnoringCase("stor") { transfer(arguments, session, flow) }
        if word.equalsIgnoringCase("user") {
            session.pointee.user.clear()
            _ = session.pointee.user.append(arguments, limit: 256, meter)
        } else if FTPParser.isTransfer(word) {
            expectations.describe(session.pointee.expected, word, arguments)
        }
        session.pointee.ask(word, meter)
    }

    /// A file needs a data connection, and a name. The answer's direction shows it as well.
    private func transfer(
        _ arguments: Bytes, _ session: UnsafeMutablePointer<FTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if session.pointee.dynamicPort == 0 {
            raiseBoth("ftp.file_before_port", flow, .toServer, session.pointee.transaction)
        } else if arguments.isEmpty {
            raiseBoth("ftp.file_without_name", flow, .toServer, session.pointee.transaction)
        }
    }

    private static func isTransfer(_ word: Bytes) -> Bool {
        word.equalsIgnoringCase("retr") || word.equalsIgnoringCase("stor") || word.equalsIgnoringCase("appe")
            || word.equalsIgnoringCase("stou") || word.equalsIgnoringCase("list") || word.equalsIgnoringCase("nlst")
    }

    private func announce(
        _ end: (address: IPAddress, port: UInt16)?, passive: Bool, _ session: UnsafeMutablePointer<FTPSession>
    ) {
        guard let end else { return }
        session.pointee.expected = expectations.add(end.address, end.port)
        session.pointee.isPassive = passive
        session.pointee.dynamicPort = Int(end.port)
        session.pointee.showsPort = true
    }

    /// The data connection's port and who opens it, where the open transaction announced it.
    private func showPort(_ session: UnsafeMutablePointer<FTPSession>) {
        guard session.pointee.showsPort else { return }
        output.constant(.ftpMode, session.pointee.isPassive ? "passive" : "active")
        output.number(.ftpDynamicPort, session.pointee.dynamicPort)
    }

    // MARK: Replies

    private func reply(
        _ line: Bytes, _ isCut: Bool, _ session: UnsafeMutablePointer<FTPSession>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        guard line.count >= 3, let code = line.prefix(3).decimal else { return }
        let text = line.count > 4 ? line.dropping(4) : .empty
        if code == 227 { announce(FTPAddress.passive(text), passive: true, session) }
        if code == 229, let port = FTPAddress.extendedPassive(text) {
            announce((flow.pointee.server, port), passive: true, session)
        }
        let isLast = line.count == 3 || line[3] != ASCII.minus
        var made = item(flow, .toClient, session.pointee.transaction, complete: isLast && code >= 200)
        output.buffer(.ftpCompletionCode, line.prefix(3))
        output.buffer(.ftpReply, text)
        output.constant(.ftpReplyReceived, "yes")
        showPort(session)
        if isCut { output.anomaly("ftp.response_command_too_long") }
        if isLast && code < 200 { session.pointee.preliminary += 1 }
        if isLast && code < 200, session.pointee.preliminary == FTPParser.mostPreliminary + 1 {
            output.anomaly("ftp.too_many_preliminary_responses")
        }
        // Codes of the first hundred are followed by another reply (RFC 959 section 4.2).
        let isAnswer = isLast && code >= 200
        let answered = session.pointee.answered(line, code)
        if let answered, let outcome = answered.outcome(code, session.pointee.wantsAccount) {
            made.event = report(answered, outcome, session, flow, code: line.prefix(3), text: text)
        } else if isAnswer && session.pointee.isWaiting {
            made.event = report(session, flow, code: line.prefix(3), text: text)
        }
        if let answered { session.pointee.close(answered, code, meter) }
        append(made, .toClient)
        if code == 227 || code == 229, session.pointee.showsPort {
            // The transaction is open in the other direction too.
            let asked = item(flow, .toServer, session.pointee.transaction, complete: false)
            showPort(session)
            output.append(asked)
        }
        if isAnswer { session.pointee.unanswered = max(session.pointee.unanswered - 1, 0) }
        guard isAnswer, session.pointee.isWaiting else { return }
        session.pointee.isWaiting = false
        session.pointee.transaction += 1
        if code == 234, session.pointee.command.bytes.equalsIgnoringCase("auth") {
            close(flow)
            flow.pointee.beginAnew(expectsTLS: true)
        }
    }
}

/// Ends of data connections as commands and replies name them.
enum FTPAddress {
    /// `h1,h2,h3,h4,p1,p2` (RFC 959 section 4.1.2).
    static func port(_ text: Bytes) -> (address: IPAddress, port: UInt16)? {
        var numbers: (Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0)
        var rest = text
        for index in 0..<6 {
            var length = 0
            while length < rest.count, ASCII.isDigit(rest[length]) { length += 1 }
            guard length > 0, length <= 3, let value = rest.slice(0, length).decimal, value <= 255 else { return nil }
            switch index {
            case 0: numbers.0 = value
            case 1: numbers.1 = value
            case 2: numbers.2 = value
            case 3: numbers.3 = value
            case 4: numbers.4 = value
            default: numbers.5 = value
            }
            rest = rest.dropping(length)
            if index < 5 {
                guard !rest.isEmpty, rest[0] == ASCII.comma else { return nil }
                rest = rest.dropping(1)
            }
        }
        let address = UInt32(numbers.0) << 24 | UInt32(numbers.1) << 16 | UInt32(numbers.2) << 8 | UInt32(numbers.3)
        return (IPAddress(v4: address), UInt16(numbers.4 << 8 | numbers.5))
    }

    /// The numbers between brackets of a 227 reply.
    static func passive(_ text: Bytes) -> (address: IPAddress, port: UInt16)? {
        guard let open = text.firstIndex(of: ASCII.openParenthesis) else { return nil }
        return port(text.dropping(open + 1))
    }

    /// `|1|192.0.2.1|1025|` (RFC 2428 section 2).
    static func extendedPort(_ text: Bytes) -> (address: IPAddress, port: UInt16)? {
        guard text.count > 6 else { return nil }
        let mark = text[0]
        guard let second = text.firstIndex(of: mark, from: 1), let third = text.firstIndex(of: mark, from: second + 1),
            let fourth = text.firstIndex(of: mark, from: third + 1),
            let address = IPAddress(text.slice(second + 1, third)),
            let port = text.slice(third + 1, fourth).decimal, port <= 65_535
        else { return nil }
        return (address, UInt16(port))
    }

    /// `(|||1025|)` of a 229 reply.
    static func extendedPassive(_ text: Bytes) -> UInt16? {
        guard let open = text.firstIndex(of: "(|||"), let end = text.firstIndex(of: 0x7C, from: open + 4),
            let port = text.slice(open + 4, end).decimal, port <= 65_535
        else { return nil }
        return UInt16(port)
    }
}
