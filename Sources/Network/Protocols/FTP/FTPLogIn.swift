internal import Events
internal import Primitives

/// A command by its part in a log-in (RFC 959 section 5.4).
enum FTPAsked: UInt8 {
    case other
    case user
    case password
    case account

    init(_ word: Bytes) {
        if word.equalsIgnoringCase("user") {
            self = .user
        } else if word.equalsIgnoringCase("pass") {
            self = .password
        } else if word.equalsIgnoringCase("acct") {
            self = .account
        } else {
            self = .other
        }
    }

    var word: Bytes {
        switch self {
        case .other: .empty
        case .user: Bytes("USER")
        case .password: Bytes("PASS")
        case .account: Bytes("ACCT")
        }
    }

    /// How a log-in ended with this final answer; nil where it was none, or goes on. A refusal of USER alone is none:
    /// no server's log has one, and it may only ask for TLS. 503 refuses a command that nothing led to.
    func outcome(_ code: Int, _ wantsAccount: Bool) -> LogInOutcome? {
        switch (self, code) {
        case (.user, 230), (.user, 232), (.password, 230), (.password, 232), (.password, 202): .success
        case (.account, 230) where wantsAccount: .success
        case (.user, _), (.other, _), (_, 503): nil
        case (.account, 400..<600): wantsAccount ? .failure : nil
        case (.password, 400..<600): .failure
        default: nil
        }
    }
}

extension FTPSession {
    /// A command was sent: its answer is to come.
    mutating func ask(_ word: Bytes, _ meter: MemoryMeter) {
        let kind = FTPAsked(word)
        if asked.add(kind), kind != .other { attempts.add([], user.bytes, meter) }
    }

    /// The command that this line is the final answer to. What stands inside a reply of several lines is no answer, and
    /// neither is the welcome (RFC 959 sections 4.2 and 5.4).
    mutating func answered(_ line: Bytes, _ code: Int) -> FTPAsked? {
        let mark = line.count > 3 ? line[3] : ASCII.space
        if self.code != 0, self.code != UInt32(code) { return nil }
        self.code = mark == ASCII.minus ? UInt32(code) : 0
        guard mark == ASCII.space else { return nil }
        defer { hasReply = true }
        return code < 200 || code == 220 && !hasReply ? nil : asked.take()
    }

    /// Done with the answer to a command.
    mutating func close(_ answered: FTPAsked, _ code: Int, _ meter: MemoryMeter) {
        guard answered != .other else { return }
        if answered == .password { wantsAccount = code == 332 }
        if let place = attempts.find() { attempts.close(place, meter) }
    }
}

extension FTPParser {
    /// The event of the command that waits.
    func report(
        _ session: UnsafeMutablePointer<FTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>, code: Bytes,
        text: Bytes
    ) -> Int32 {
        beginEvent(flow)
        writer.text(.userName, session.pointee.user.bytes, output.events)
        return finish(
            session.pointee.command.bytes, session.pointee.arguments.bytes, code, text, session.pointee.started)
    }

    /// The event of a log-in that ended. Where commands were sent ahead it is not the one that came last.
    func report(
        _ asked: FTPAsked, _ outcome: LogInOutcome, _ session: UnsafeMutablePointer<FTPSession>,
        _ flow: UnsafeMutablePointer<FlowRecord>, code: Bytes, text: Bytes
    ) -> Int32 {
        let user = session.pointee.attempts.find().map { session.pointee.attempts.user($0) } ?? .empty
        let isLast = session.pointee.isWaiting && FTPAsked(session.pointee.command.bytes) == asked
        beginLogIn(flow, outcome, LogInWords.ftp, user)
        if isLast {
            return finish(
                session.pointee.command.bytes, session.pointee.arguments.bytes, code, text, session.pointee.started)
        }
        return finish(asked.word, .empty, code, text, output.dataTime)
    }

    private func finish(
        _ command: Bytes, _ arguments: Bytes, _ code: Bytes, _ text: Bytes, _ time: Timestamp
    ) -> Int32 {
        let events = output.events
        writer.text(.ftpCommand, command, events)
        // What proves who somebody is is not told.
        if !command.equalsIgnoringCase("pass") && !command.equalsIgnoringCase("acct") {
            writer.text(.ftpArguments, arguments, events)
        }
        writer.text(.ftpReplyCode, code, events)
        writer.text(.ftpReply, text, events)
        return writer.end(output, .networkFTP, time)
    }
}
