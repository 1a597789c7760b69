internal import Events
internal import Primitives

/// A command by its part in a log-in.
enum SMTPAsked: UInt8 {
    case other
    case authenticate
}

/// AUTH (RFC 4954).
extension SMTPSession {
    /// Takes what the client says for its part in a log-in. True where it was no command.
    mutating func say(_ line: Bytes, _ meter: MemoryMeter) -> Bool {
        if expectsAnswer {
            expectsAnswer = false
            asked.add(.authenticate)
            attempts.say(line, &exchange, meter)
            return true
        }
        guard line.startsIgnoringCase("auth ") else {
            asked.add(.other)
            return false
        }
        guard asked.add(.authenticate) else { return false }
        let (mechanism, initial) = line.dropping(5).trimmed.firstWord
        exchange = SASLExchange(mechanism: mechanism)
        attempts.add(.exchange, .empty, meter)
        if !initial.isEmpty { attempts.say(initial, &exchange, meter) }
        return false
    }

    mutating func forgetLogIns(_ meter: MemoryMeter) {
        asked = PendingCommands()
        attempts.clear(meter)
        exchange = SASLExchange()
        expectsAnswer = false
    }
}

extension SMTPParser {
    /// A final reply: does it end a log-in?
    func logIn(
        _ line: Bytes, _ session: UnsafeMutablePointer<SMTPSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        guard session.pointee.asked.take() == .authenticate, let place = session.pointee.attempts.find(),
            let code = line.prefix(3).decimal
        else { return }
        if code == 334 {
            session.pointee.expectsAnswer = true
            return
        }
        let marks = session.pointee.attempts.marks(place)
        let isRefused = marks.contains(.spoken) && !marks.contains(.cancelled)
        if let outcome = SMTPParser.outcome(code, isRefused) {
            beginLogIn(flow, outcome, LogInWords.smtp, session.pointee.attempts.user(place))
            writer.text(.smtpHelo, session.pointee.helo.bytes, output.events)
            _ = writer.end(output, .networkSMTP, output.dataTime)
        }
        session.pointee.attempts.close(place, meter)
    }

    /// How a log-in ended; nil where it was none: nobody was named, or the command was not understood (RFC 4954
    /// sections 4 and 6).
    private static func outcome(_ code: Int, _ isRefused: Bool) -> LogInOutcome? {
        switch code {
        case 200..<300: .success
        case 500...504: nil
        case 538: isRefused ? .undecided : nil
        case 400..<600: isRefused ? .failure : nil
        default: nil
        }
    }
}
