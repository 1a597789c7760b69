internal import Events
internal import Primitives

/// Log-ins to PostgreSQL ("Start-up" in "Message Flow" of its documentation): the first message names the user; an
/// ErrorResponse ends it, or what follows AuthenticationOk: the server looks only then whether there is such a role.
/// What the user proves himself with is not looked at.
extension PgSQLParser {
    /// Types of messages, and the request that is the last of the proof.
    private enum Answer {
        static let authentication: UInt8 = 0x52
        static let error: UInt8 = 0x45
        static let good: UInt32 = 0
    }

    /// The parameters of the first message: names and values that end with a zero, `user` among them.
    func open(_ bytes: Bytes, _ memory: inout PgSQLMemory) {
        memory.user.clear()
        memory.isOpening = true
        memory.isProven = false
        var at = 8
        while at < bytes.count, bytes[at] != 0 {
            guard let name = text(bytes, &at), let value = text(bytes, &at) else { return }
            guard name == "user" else { continue }
            _ = memory.user.append(value.prefix(LogInAttempts.nameLimit), limit: LogInAttempts.nameLimit, meter)
            return
        }
    }

    /// What the server says while somebody logs in.
    func answered(_ bytes: Bytes, _ memory: inout PgSQLMemory, _ flow: UnsafeMutablePointer<FlowRecord>) {
        guard memory.isOpening else { return }
        switch bytes[0] {
        case Answer.error: end(PgSQLParser.outcome(bytes), &memory, flow)
        case Answer.authentication:
            memory.isProven = bytes.count >= 9 && bytes.bigEndian32(at: 5) == Answer.good
        default: if memory.isProven { end(.success, &memory, flow) }
        }
    }

    private func end(
        _ outcome: LogInOutcome, _ memory: inout PgSQLMemory, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        beginLogIn(flow, outcome, LogInWords.database, memory.user.bytes)
        _ = writer.end(output, .application, output.dataTime)
        memory.isOpening = false
        memory.user.free(meter)
    }

    /// By SQLSTATE ("PostgreSQL Error Codes", class 28): field `C` of the error.
    private static func outcome(_ bytes: Bytes) -> LogInOutcome {
        var at = 5
        while at < bytes.count, bytes[at] != 0 {
            let kind = bytes[at]
            at += 1
            guard let end = bytes.firstIndex(of: 0, from: at) else { return .undecided }
            if kind == 0x43 {
                let code = bytes.slice(at, end)
                return code == "28P01" || code == "28000" ? .failure : .undecided
            }
            at = end + 1
        }
        return .undecided
    }

    private func text(_ bytes: Bytes, _ at: inout Int) -> Bytes? {
        guard let end = bytes.firstIndex(of: 0, from: at) else { return nil }
        defer { at = end + 1 }
        return bytes.slice(at, end)
    }
}
