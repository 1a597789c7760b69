internal import Events
internal import Primitives

/// One IMAP connection.
struct IMAPSession {
    var toServer = IMAPLines()
    var toClient = IMAPLines()
    /// Commands that wait for an answer that matters: log-ins, and what changes how the connection goes on.
    var attempts = LogInAttempts()
    var exchange = SASLExchange()
    /// The tag of the command whose literal is to come, and the user's name where the literal is one.
    var tag = ByteStore()
    var name = ByteStore()
    var isNameAwaited = false
    /// The client's next line answers a challenge (RFC 9051 section 6.2.2).
    var expectsAnswer = false
    var isDone = false
}

/// IMAP (RFC 3501, RFC 9051): log-ins, and where TLS begins. Messages and what else is said are passed over.
final class IMAPParser: FlowStateParser<IMAPSession> {
    private static let tagLimit = 64
    /// Bytes of commands of one connection that wait for their answers: about a hundred log-ins. Each command looks
    /// through them.
    private static let attemptLimit = 4 << 10

    init(output: InspectionOutput) {
        super.init(.imap, output, initial: IMAPSession(), flows: 1 << 16, bytes: 8 << 20)
    }

    /// The greeting (RFC 9051 section 7.1): `* OK ` or `* PREAUTH `.
    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        guard way == .toClient else { return .no }
        let ready = bytes.matchIgnoringCase("* ok")
        let known = bytes.matchIgnoringCase("* preauth")
        if ready == .more || known == .more { return .more }
        guard ready == .yes || known == .yes else { return .no }
        let length = ready == .yes ? 4 : 9
        guard bytes.count > length else { return .more }
        return bytes[length] <= ASCII.space ? .yes : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = state(of: flow) else { return }
        var rest = bytes
        while !rest.isEmpty, flow.pointee.application == .imap, !session.pointee.isDone {
            rest = way == .toServer ? fromClient(rest, session, flow) : fromServer(rest, session, flow)
            if session.pointee.toServer.isLost || session.pointee.toClient.isLost { session.pointee.isDone = true }
        }
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = known(flow) else { return }
        let isPassed =
            way == .toServer
            ? session.pointee.toServer.pass(count, meter) : session.pointee.toClient.pass(count, meter)
        if isPassed && !session.pointee.isNameAwaited { return }
        // Which answer is whose can no longer be told.
        session.pointee.forgetLogIns(meter)
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let session = known(flow) else { return }
        session.pointee.toServer.free(meter)
        session.pointee.toClient.free(meter)
        session.pointee.forgetLogIns(meter)
        release(flow)
    }

    // MARK: Commands

    private func fromClient(
        _ bytes: Bytes, _ session: UnsafeMutablePointer<IMAPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Bytes {
        if session.pointee.toServer.literal > 0 {
            let part = session.pointee.toServer.takeLiteral(bytes)
            session.pointee.literal(part, meter)
            return bytes.dropping(part.count)
        }
        let (line, rest) = session.pointee.toServer.next(bytes, meter)
        guard let line else { return rest }
        if session.pointee.toServer.takeContinuation() {
            session.pointee.goOn(line, meter)
        } else if session.pointee.expectsAnswer {
            session.pointee.expectsAnswer = false
            session.pointee.attempts.say(line, &session.pointee.exchange, meter)
        } else {
            command(line, session)
        }
        session.pointee.toServer.forget(meter)
        return rest
    }

    private func command(_ line: Bytes, _ session: UnsafeMutablePointer<IMAPSession>) {
        let (tag, behind) = line.firstWord
        guard !tag.isEmpty, tag.count <= IMAPParser.tagLimit, !behind.isEmpty else { return }
        // What had this tag before gets no answer any more.
        if let old = session.pointee.attempts.find(tag) { session.pointee.attempts.close(old, meter) }
        let (word, arguments) = behind.firstWord
        if word.equalsIgnoringCase("login") {
            ask(.spoken, tag, session)
            session.pointee.login(arguments, meter)
        } else if word.equalsIgnoringCase("authenticate") {
            let (mechanism, initial) = arguments.firstWord
            ask(.exchange, tag, session)
            session.pointee.exchange = SASLExchange(mechanism: mechanism)
            // RFC 4959: the first message with the command.
            if !initial.isEmpty { session.pointee.attempts.say(initial, &session.pointee.exchange, meter) }
        } else if word.equalsIgnoringCase("starttls") {
            ask(.startTLS, tag, session)
        } else if word.equalsIgnoringCase("compress") {
            ask(.compression, tag, session)
        }
        if let literal = IMAPLiteral(endOf: line) {
            session.pointee.tag.clear()
            _ = session.pointee.tag.append(tag, limit: IMAPParser.tagLimit, meter)
            session.pointee.announce(literal, meter)
        }
    }

    private func ask(_ marks: LogInMarks, _ tag: Bytes, _ session: UnsafeMutablePointer<IMAPSession>) {
        session.pointee.exchange.end()
        session.pointee.isNameAwaited = false
        session.pointee.attempts.add(marks, tag: tag, .empty, limit: IMAPParser.attemptLimit, meter)
    }

    // MARK: Answers

    private func fromServer(
        _ bytes: Bytes, _ session: UnsafeMutablePointer<IMAPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Bytes {
        if session.pointee.toClient.literal > 0 {
            return bytes.dropping(session.pointee.toClient.takeLiteral(bytes).count)
        }
        let (line, rest) = session.pointee.toClient.next(bytes, meter)
        guard let line else { return rest }
        if session.pointee.toClient.takeContinuation() {
            if let literal = IMAPLiteral(endOf: line) { session.pointee.toClient.begin(literal) }
        } else if !line.isEmpty {
            answer(line, session, flow)
        }
        if flow.pointee.application == .imap { session.pointee.toClient.forget(meter) }
        return rest
    }

    private func answer(
        _ line: Bytes, _ session: UnsafeMutablePointer<IMAPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let (tag, behind) = line.firstWord
        if tag == "+" {
            session.pointee.expectsAnswer = session.pointee.exchange.isOpen
            return
        }
        let (word, text) = behind.firstWord
        let isGood = word.equalsIgnoringCase("ok")
        let isStatus = isGood || word.equalsIgnoringCase("no") || word.equalsIgnoringCase("bad")
        if tag == "*" {
            let isText = isStatus || word.equalsIgnoringCase("bye") || word.equalsIgnoringCase("preauth")
            if !isText, let literal = IMAPLiteral(endOf: line) { session.pointee.toClient.begin(literal) }
            return
        }
        guard isStatus else { return }
        session.pointee.answered(tag, meter)
        guard let place = session.pointee.attempts.find(tag) else { return }
        let marks = session.pointee.attempts.marks(place)
        if marks.contains(.startTLS) || marks.contains(.compression) {
            session.pointee.attempts.close(place, meter)
            if isGood { change(marks, session, flow) }
            return
        }
        if marks.contains(.exchange) { session.pointee.endExchange() }
        // Nobody was refused where nothing was said: the server does not know the mechanism.
        if isGood || marks.contains(.spoken) && !marks.contains(.cancelled) {
            let outcome: LogInOutcome = isGood ? .success : IMAPParser.isUndecided(text) ? .undecided : .failure
            beginLogIn(flow, outcome, LogInWords.mail, session.pointee.attempts.user(place))
            _ = writer.end(output, .application, output.dataTime)
        }
        session.pointee.attempts.close(place, meter)
    }

    /// The connection goes on otherwise: with TLS (RFC 9051 section 6.2.1), or compressed (RFC 4978).
    private func change(
        _ marks: LogInMarks, _ session: UnsafeMutablePointer<IMAPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        guard marks.contains(.startTLS) else {
            session.pointee.isDone = true
            return
        }
        close(flow)
        flow.pointee.beginAnew(expectsTLS: true)
    }

    /// Refusals that are not about the credentials (RFC 5530 section 3).
    private static func isUndecided(_ text: Bytes) -> Bool {
        let code = text.responseCode
        return code.equalsIgnoringCase("unavailable") || code.equalsIgnoringCase("privacyrequired")
            || code.equalsIgnoringCase("inuse")
    }
}
