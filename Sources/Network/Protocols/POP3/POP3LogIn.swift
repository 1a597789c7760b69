internal import Events
internal import Primitives

/// Log-ins: USER with PASS, APOP (RFC 1939 section 7), AUTH (RFC 5034).
extension POP3Session {
    /// A command that names somebody, or ends a log-in.
    mutating func ask(_ word: Bytes, _ rest: Bytes, _ meter: MemoryMeter) {
        if word.equalsIgnoringCase("user") {
            user.clear()
            _ = user.append(rest, limit: LogInAttempts.nameLimit, meter)
        } else if word.equalsIgnoringCase("pass") {
            // Without a name there is nothing to be wrong.
            attempts.add(user.count > 0 ? .spoken : [], user.bytes, meter)
        } else if word.equalsIgnoringCase("apop") {
            // The digest stands last.
            let end = rest.lastIndex(of: ASCII.space) ?? 0
            attempts.add(.spoken, rest.slice(0, end).trimmed, meter)
        } else if word.equalsIgnoringCase("auth"), !rest.isEmpty {
            let (mechanism, initial) = rest.firstWord
            exchange = SASLExchange(mechanism: mechanism)
            attempts.add(.exchange, .empty, meter)
            if !initial.isEmpty { attempts.say(initial, &exchange, meter) }
        }
    }
}

extension POP3Parser {
    /// The answer to a log-in. Answers the place of its event; -1 where it was none.
    func logIn(
        _ line: Bytes, _ session: UnsafeMutablePointer<POP3Session>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        guard let place = session.pointee.attempts.find() else { return -1 }
        defer { session.pointee.attempts.close(place, meter) }
        let marks = session.pointee.attempts.marks(place)
        let isGood = line.match("+OK") == .yes
        // Nobody was refused where nothing was said: the server does not know the mechanism.
        guard isGood || marks.contains(.spoken) && !marks.contains(.cancelled) else { return -1 }
        let outcome: LogInOutcome = isGood ? .success : POP3Parser.isUndecided(line) ? .undecided : .failure
        beginLogIn(flow, outcome, LogInWords.mail, session.pointee.attempts.user(place))
        if isGood { session.pointee.user.free(meter) }
        return writer.end(output, .application, output.dataTime)
    }

    /// Refusals that are not about the credentials (RFC 2449 section 8.1, RFC 3206 section 4).
    private static func isUndecided(_ line: Bytes) -> Bool {
        let code = line.dropping(min(5, line.count)).trimmed.responseCode
        return code.equalsIgnoringCase("in-use") || code.equalsIgnoringCase("login-delay")
            || code.equalsIgnoringCase("sys/temp") || code.equalsIgnoringCase("sys/perm")
    }
}
