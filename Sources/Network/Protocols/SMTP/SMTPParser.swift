internal import Events
internal import Primitives

/// What the client's side of a session is sending.
enum SMTPPhase: UInt8 {
    case commands
    /// Asked to send a message, or to begin TLS: the server's answer decides.
    case dataAsked
    case tlsAsked
    case message
    /// A chunk of a message (RFC 3030), its length known.
    case chunk
    case done
}

/// One SMTP session, and the message under way in it.
struct SMTPSession {
    var toServer = LineAssembler()
    var toClient = LineAssembler()
    var phase = SMTPPhase.commands
    /// Commands without a reply so far, and how many of those replies come before the one that decides (RFC 2920:
    /// commands may be sent ahead).
    var waiting = 0
    var repliesBefore = 0
    /// The same commands by their part in a log-in, and the log-ins among them.
    var asked = PendingCommands<SMTPAsked>()
    var attempts = LogInAttempts()
    var exchange = SASLExchange()
    /// The client's next line answers a challenge (RFC 4954 section 4).
    var expectsAnswer = false
    var chunkBytes = 0
    var isLastChunk = false
    /// The server said something; else a transaction was noted for its silence.
    var hasReply = false
    var isSilenceNoted = false
    /// The server takes commands ahead of its replies (RFC 2920).
    var isPipelining = false
    /// Something followed DATA before the server let it; noted once a message.
    var isHasteNoted = false
    var transaction: UInt32 = 0
    /// Something of the transaction at hand was seen.
    var isOpen = false
    var started = Timestamp.none
    var helo = ByteStore()
    var mailFrom = ByteStore()
    /// Recipients, each on a line.
    var recipients = ByteStore()
    var message = MIMEMessage()
    var messageLines = LineAssembler()
    var facts = FactStore()
}

/// SMTP (RFC 5321) with the messages it carries. A transaction is a message, or what led to none.
final class SMTPParser: FlowStateParser<SMTPSession> {
    /// RFC 5321 section 4.5.3.1.4 allows 512 bytes; servers allow more.
    private static let commandLimit = 2048
    private static let messageLineLimit = 16 << 10
    private static let recipientsLimit = 8 << 10

    let attachmentLimit: Int
    let digests: FileDigests?
    /// The session whose message is being read: the MIME reader tells of what it finds.
    var current: (flow: UnsafeMutablePointer<FlowRecord>, session: UnsafeMutablePointer<SMTPSession>)?

    init(output: InspectionOutput, options: NetworkOptions) {
        attachmentLimit = options.httpBodyLimit
        digests = output.wants(.fileinfo) ? FileDigests() : nil
        super.init(.smtp, output, initial: SMTPSession(), flows: 1 << 16, bytes: 32 << 20)
    }

    private static var lineEnd: Bytes { Bytes("\r\n") }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        guard way == .toServer else { return .no }
        let helo = bytes.matchIgnoringCase("helo ")
        let ehlo = bytes.matchIgnoringCase("ehlo ")
        if helo == .yes || ehlo == .yes { return .yes }
        return helo == .more || ehlo == .more ? .more : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = state(of: flow), session.pointee.phase != .done else { return }
        if way == .toClient {
            // Taken out: a reply may end the session's life as SMTP.
            var lines = session.pointee.toClient
            session.pointee.toClient = LineAssembler()
            _ = lines.read(bytes, limit: SMTPParser.commandLimit, meter) { line, isCut in
                if isCut {
                    raise("smtp.max_reply_line_len_exceeded", flow, .toClient, session.pointee.transaction)
                }
                output.frame(.smtpResponse, line, and: SMTPParser.lineEnd, flow, .toClient)
                reply(line, session, flow)
                return session.pointee.phase != .done
            }
            if flow.pointee.application == .smtp { session.pointee.toClient = lines } else { lines.free(meter) }
            return
        }
        var rest = bytes
        while !rest.isEmpty, session.pointee.phase != .done {
            rest = session.pointee.phase == .chunk ? chunk(rest, session, flow) : lines(rest, session, flow)
        }
    }

    /// Commands, or lines of a message, up to where something else begins.
    private func lines(
        _ bytes: Bytes, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Bytes {
        var lines = session.pointee.toServer
        session.pointee.toServer = LineAssembler()
        let limit = session.pointee.phase == .message ? SMTPParser.messageLineLimit : SMTPParser.commandLimit
        let rest = lines.read(bytes, limit: limit, meter) { line, isCut in
            let before = session.pointee.phase
            // A welcome that came before the client's first command was nobody's yet.
            let isWelcome = flow.pointee.recognition.contains(.failed(.toClient))
            if !session.pointee.hasReply, !isWelcome, !session.pointee.isSilenceNoted {
                session.pointee.isSilenceNoted = true
                raiseBoth("smtp.no_server_welcome_message", flow, .toServer, session.pointee.transaction)
            }
            if before == .dataAsked && !session.pointee.isPipelining && !session.pointee.isHasteNoted {
                session.pointee.isHasteNoted = true
                raise("smtp.invalid_pipelined_sequence", flow, .toServer, session.pointee.transaction)
            }
            if before == .message || before == .dataAsked {
                messageLine(line, session, flow)
            } else {
                if isCut {
                    raise("smtp.max_command_line_len_exceeded", flow, .toServer, session.pointee.transaction)
                }
                // Suricata tells of a command twice: with its line's end, and without.
                output.frame(.smtpCommand, line, and: SMTPParser.lineEnd, flow, .toServer)
                output.frame(.smtpCommand, line, flow, .toServer)
                command(line, session, flow)
            }
            return session.pointee.phase == before
        }
        session.pointee.toServer = lines
        return rest
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = known(flow) else { return }
        // Which answer is whose can no longer be told.
        session.pointee.forgetLogIns(meter)
        guard way == .toServer else { return }
        finishMessage(session, flow)
        session.pointee.phase = .done
    }

    override func end(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = known(flow), way == .toServer, session.pointee.phase != .done else { return }
        finishMessage(session, flow)
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let session = known(flow) else { return }
        if session.pointee.phase != .done { finishMessage(session, flow) }
        session.pointee.toServer.free(meter)
        session.pointee.toClient.free(meter)
        session.pointee.helo.free(meter)
        session.pointee.mailFrom.free(meter)
        session.pointee.recipients.free(meter)
        session.pointee.message.free(meter)
        session.pointee.messageLines.free(meter)
        session.pointee.facts.free(meter)
        session.pointee.attempts.free(meter)
        release(flow)
    }

    // MARK: Commands and replies

    private func command(
        _ line: Bytes, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        session.pointee.waiting += 1
        if session.pointee.say(line, meter) { return }
        if !session.pointee.isOpen && !line.equalsIgnoringCase("quit") && !line.equalsIgnoringCase("rset") {
            session.pointee.isOpen = true
            session.pointee.started = output.dataTime
        }
        if line.startsIgnoringCase("ehlo ") || line.startsIgnoringCase("helo ") {
            duplicate(session.pointee.helo, session, flow)
            session.pointee.helo.clear()
            _ = session.pointee.helo.append(line.dropping(5).trimmed, limit: 512, meter)
        } else if line.startsIgnoringCase("mail from:") {
            duplicate(session.pointee.mailFrom, session, flow)
            session.pointee.mailFrom.clear()
            _ = session.pointee.mailFrom.append(SMTPParser.path(line.dropping(10)), limit: 512, meter)
        } else if line.startsIgnoringCase("rcpt to:") {
            let path = SMTPParser.path(line.dropping(8))
            _ = session.pointee.recipients.append(path, limit: SMTPParser.recipientsLimit, meter)
            withUnsafeBytes(of: ASCII.newline) {
                _ = session.pointee.recipients.append(Bytes($0), limit: SMTPParser.recipientsLimit, meter)
            }
        } else if line.equalsIgnoringCase("data") {
            session.pointee.phase = .dataAsked
            session.pointee.isHasteNoted = false
            session.pointee.repliesBefore = session.pointee.waiting - 1
            envelope(session, flow)
        } else if line.startsIgnoringCase("bdat ") {
            beginChunk(line.dropping(5).trimmed, session, flow)
        } else if line.equalsIgnoringCase("starttls") {
            session.pointee.phase = .tlsAsked
            session.pointee.isHasteNoted = false
            session.pointee.repliesBefore = session.pointee.waiting - 1
        } else if line.equalsIgnoringCase("rset") || line.equalsIgnoringCase("quit") {
            finishMessage(session, flow)
        }
    }

    /// What a transaction has once was said before.
    private func duplicate(
        _ field: ByteStore, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if field.count > 0 { raise("smtp.duplicate_fields", flow, .toServer, session.pointee.transaction) }
    }

    /// The address between the brackets of a path (RFC 5321 section 4.1.2), with them as signatures expect it.
    private static func path(_ text: Bytes) -> Bytes {
        let trimmed = text.trimmed
        if let end = trimmed.firstIndex(of: ASCII.greater) { return trimmed.slice(0, end + 1) }
        return trimmed.firstWord.word
    }

    private func reply(
        _ line: Bytes, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if session.pointee.hasReply && session.pointee.waiting == 0 {
            raise("smtp.unable_to_match_reply_with_request", flow, .toClient, session.pointee.transaction)
        }
        session.pointee.hasReply = true
        if line.dropping(min(4, line.count)).equalsIgnoringCase("pipelining") { session.pointee.isPipelining = true }
        guard line.count >= 3, (0..<3).allSatisfy({ ASCII.isDigit(line[$0]) }) else {
            return raise("smtp.invalid_reply", flow, .toClient, session.pointee.transaction)
        }
        guard line.count == 3 || line[3] == ASCII.space else { return }
        if session.pointee.waiting > 0 { session.pointee.waiting -= 1 }
        logIn(line, session, flow)
        if session.pointee.repliesBefore > 0 {
            session.pointee.repliesBefore -= 1
            return
        }
        switch session.pointee.phase {
        case .dataAsked:
            if line[0] == 0x33 {
                session.pointee.phase = .message
            } else {
                raise("smtp.data_command_rejected", flow, .toClient, session.pointee.transaction)
                session.pointee.phase = .commands
            }
        case .tlsAsked:
            if line[0] == 0x32 {
                beginTLS(session, flow)
            } else {
                raise("smtp.tls_rejected", flow, .toClient, session.pointee.transaction)
                session.pointee.phase = .commands
            }
        default: break
        }
    }

    /// The flow speaks TLS from here on.
    private func beginTLS(
        _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        finishMessage(session, flow)
        close(flow)
        session.pointee.phase = .done
        flow.pointee.beginAnew(expectsTLS: true)
    }

    // MARK: Messages

    private func messageLine(
        _ line: Bytes, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if line.count == 1 && line[0] == ASCII.dot {
            // The end of a message is answered as a command is.
            session.pointee.waiting += 1
            session.pointee.asked.add(.other)
            finishMessage(session, flow)
            session.pointee.phase = .commands
            return
        }
        // A dot that stands first was doubled (RFC 5321 section 4.5.2).
        mime(!line.isEmpty && line[0] == ASCII.dot ? line.dropping(1) : line, session, flow)
    }

    private func mime(
        _ line: Bytes, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        current = (flow, session)
        session.pointee.message.line(line, limit: attachmentLimit, meter, self)
        current = nil
    }

    private func beginChunk(
        _ text: Bytes, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let (size, rest) = text.firstWord
        guard let count = size.decimal, count <= 1 << 30 else {
            return raise("smtp.invalid_bdat", flow, .toServer, session.pointee.transaction)
        }
        session.pointee.isLastChunk = rest.equalsIgnoringCase("last")
        session.pointee.chunkBytes = count
        envelope(session, flow)
        if count > 0 {
            session.pointee.phase = .chunk
        } else if session.pointee.isLastChunk {
            finishMessage(session, flow)
        }
    }

    private func chunk(
        _ bytes: Bytes, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Bytes {
        let part = bytes.prefix(session.pointee.chunkBytes)
        var lines = session.pointee.messageLines
        _ = lines.read(part, limit: SMTPParser.messageLineLimit, meter) { line, _ in
            mime(line, session, flow)
            return true
        }
        session.pointee.messageLines = lines
        session.pointee.chunkBytes -= part.count
        if session.pointee.chunkBytes == 0 {
            // The line goes on where the chunk is over.
            if part.count < bytes.count && part[part.count - 1] != ASCII.newline {
                raise("smtp.bdat_chunk_len_exceeded", flow, .toServer, session.pointee.transaction)
            }
            session.pointee.phase = .commands
            if session.pointee.isLastChunk { finishMessage(session, flow) }
        }
        return bytes.dropping(part.count)
    }

    /// The item of the envelope, before the message itself.
    private func envelope(
        _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let made = item(flow, .toServer, session.pointee.transaction, complete: false)
        envelopeBuffers(session)
        append(made, .toServer)
    }

    private func envelopeBuffers(_ session: UnsafeMutablePointer<SMTPSession>) {
        if session.pointee.helo.count > 0 { output.buffer(.smtpHelo, session.pointee.helo.bytes) }
        if session.pointee.mailFrom.count > 0 { output.buffer(.smtpMailFrom, session.pointee.mailFrom.bytes) }
        SMTPParser.eachLine(session.pointee.recipients.bytes) { output.buffer(.smtpRecipient, $0) }
    }

    private static func eachLine(_ bytes: Bytes, _ body: (Bytes) -> Void) {
        var at = 0
        while let end = bytes.firstIndex(of: ASCII.newline, from: at) {
            body(bytes.slice(at, end))
            at = end + 1
        }
    }

    /// The transaction is over: its last item, its event, and room for the next.
    private func finishMessage(
        _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        guard session.pointee.isOpen else { return }
        current = (flow, session)
        session.pointee.message.end(meter, self)
        current = nil
        session.pointee.facts.add(.smtpHelo, session.pointee.helo.bytes, meter)
        session.pointee.facts.add(.smtpMailFrom, session.pointee.mailFrom.bytes, meter)
        SMTPParser.eachLine(session.pointee.recipients.bytes) {
            session.pointee.facts.add(.smtpRecipient, $0, meter)
        }
        var made = item(flow, .toServer, session.pointee.transaction)
        envelopeBuffers(session)
        made.event = event(
            flow, .networkSMTP, session.pointee.facts, at: session.pointee.started, session.pointee.transaction)
        append(made, .toServer)
        session.pointee.facts.clear()
        session.pointee.mailFrom.clear()
        session.pointee.recipients.clear()
        session.pointee.transaction += 1
        session.pointee.isSilenceNoted = false
        session.pointee.isOpen = false
    }
}
