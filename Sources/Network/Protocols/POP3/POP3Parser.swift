internal import Events
internal import Primitives

/// One POP3 connection.
struct POP3Session {
    var lines = LinePair()
    /// Numbers of the next command's transaction and of the first that waits for its answer.
    var next: UInt32 = 0
    var waiting: UInt32 = 0
    var commands = PendingCommands<POP3Command>()
    /// Whom USER named last, and the log-ins that wait for their answers.
    var user = ByteStore()
    var attempts = LogInAttempts()
    var exchange = SASLExchange()
    /// The lines of an answer go on until one that is a dot.
    var isInData = false
    /// The client's next line answers a challenge (RFC 5034 section 4).
    var expectsAnswer = false
    /// Bytes are missing: what follows is passed over until it looks like a beginning.
    var isLostToServer = false
    var isLostToClient = false
    var isDone = false
}

/// POP3 (RFC 1939, RFC 2449). A transaction is a command and its answer; the server's greeting is one of its own.
final class POP3Parser: FlowStateParser<POP3Session> {
    /// Bytes of a line that are looked at; with its end, a command may have 255 and an answer 512 (RFC 2449 section 4).
    private static let lineLimit = 1024
    /// As Suricata counts: a command of 256 is let through.
    private static let maximumCommand = 256
    private static let maximumAnswer = 512
    /// Commands that wait (Suricata: `pop3.max-tx`).
    private static let maximumWaiting: UInt32 = 256

    init(output: InspectionOutput) {
        super.init(.pop3, output, initial: POP3Session(), flows: 1 << 16, bytes: 8 << 20)
    }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        way == .toClient ? bytes.match("+OK") : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = state(of: flow), !session.pointee.isDone else { return }
        let toServer = way == .toServer
        var lines = session.pointee.lines.take(way)
        _ = lines.read(bytes, limit: POP3Parser.lineLimit, meter) { line, isCut in
            if toServer { command(line, isCut, session, flow) } else { answer(line, isCut, session, flow) }
            return flow.pointee.application == .pop3 && !session.pointee.isDone
        }
        guard flow.pointee.application == .pop3 else { return lines.free(meter) }
        session.pointee.lines.put(lines, way)
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = known(flow) else { return }
        session.pointee.lines.drop(way, meter)
        if way == .toServer { session.pointee.isLostToServer = true } else { session.pointee.isLostToClient = true }
        // Which answer is whose can no longer be told.
        session.pointee.commands = PendingCommands()
        session.pointee.attempts.clear(meter)
        session.pointee.exchange = SASLExchange()
        session.pointee.waiting = session.pointee.next
        session.pointee.isInData = false
        session.pointee.expectsAnswer = false
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let session = known(flow) else { return }
        session.pointee.lines.free(meter)
        session.pointee.user.free(meter)
        session.pointee.attempts.free(meter)
        release(flow)
    }

    // MARK: Commands

    private func command(
        _ line: Bytes, _ isCut: Bool, _ session: UnsafeMutablePointer<POP3Session>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if session.pointee.expectsAnswer {
            session.pointee.expectsAnswer = false
            return session.pointee.attempts.say(line, &session.pointee.exchange, meter)
        }
        let (word, rest) = line.firstWord
        let rule = POP3Commands.rule(word)
        if session.pointee.isLostToServer {
            if rule == nil { return }
            session.pointee.isLostToServer = false
        }
        guard rule != nil || POP3Parser.mayBeCommand(word) else {
            session.pointee.isDone = true
            return
        }
        let arguments = POP3Parser.words(rest)
        let made = item(flow, .toServer, session.pointee.next)
        if isCut || line.count + 2 > POP3Parser.maximumCommand { output.anomaly("pop3.request_too_long") }
        if let rule, !rule.arguments.contains(arguments) { output.anomaly("pop3.incorrect_argument_count") }
        if rule == nil { output.anomaly("pop3.unknown_command") }
        append(made, .toServer)
        if session.pointee.commands.add(rule?.kind(arguments) ?? .other) { session.pointee.ask(word, rest, meter) }
        session.pointee.next += 1
        if session.pointee.commands.count > POP3Parser.maximumWaiting {
            raiseBoth("pop3.too_many_transactions", flow, .toServer, session.pointee.waiting)
            session.pointee.isDone = true
        }
    }

    private static func mayBeCommand(_ word: Bytes) -> Bool {
        for index in 0..<word.count where !ASCII.isLetter(word[index]) && !ASCII.isDigit(word[index]) { return false }
        return !word.isEmpty
    }

    private static func words(_ text: Bytes) -> Int {
        var count = 0
        var rest = text
        while !rest.isEmpty {
            count += 1
            rest = rest.firstWord.rest
        }
        return count
    }

    // MARK: Answers

    private func answer(
        _ line: Bytes, _ isCut: Bool, _ session: UnsafeMutablePointer<POP3Session>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if session.pointee.isInData {
            if line.count == 1 && line[0] == ASCII.dot {
                session.pointee.isInData = false
                finish(.empty, isCut: false, session, flow)
            }
            return
        }
        let isGood = line.match("+OK") == .yes
        if isGood || line.match("-ERR") == .yes {
            session.pointee.isLostToClient = false
        } else if !session.pointee.isLostToClient {
            // `+ ` and a challenge; anything else is no answer.
            if line.isEmpty || line[0] != ASCII.plus { session.pointee.isDone = true }
            session.pointee.expectsAnswer = session.pointee.commands.first == .authenticate
            return
        } else {
            return
        }
        if isGood && session.pointee.commands.first == .listing {
            tellLong(line, isCut, session, flow)
            session.pointee.isInData = true
            return
        }
        let asked = session.pointee.commands.first
        finish(line, isCut: isCut || line.count + 2 > POP3Parser.maximumAnswer, session, flow)
        if isGood && asked == .startTLS {
            close(flow)
            flow.pointee.beginAnew(expectsTLS: true)
        }
    }

    /// The answer is whole. One that nobody asked for is the greeting.
    private func finish(
        _ line: Bytes, isCut: Bool, _ session: UnsafeMutablePointer<POP3Session>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let asked = session.pointee.commands.take()
        var made = item(flow, .toClient, session.pointee.waiting)
        if let asked, asked.isLogIn { made.event = logIn(line, session, flow) }
        if isCut { output.anomaly("pop3.response_too_long") }
        append(made, .toClient)
        session.pointee.waiting += 1
        if asked == nil { session.pointee.next = max(session.pointee.next, session.pointee.waiting) }
    }

    private func tellLong(
        _ line: Bytes, _ isCut: Bool, _ session: UnsafeMutablePointer<POP3Session>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        guard isCut || line.count + 2 > POP3Parser.maximumAnswer else { return }
        raise("pop3.response_too_long", flow, .toClient, session.pointee.waiting)
    }
}
