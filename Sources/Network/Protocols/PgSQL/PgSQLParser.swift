internal import Events
internal import Primitives

/// What a connection to PostgreSQL waits for.
struct PgSQLMemory {
    /// The client asked for TLS: the server answers with one byte.
    var asksForTLS = false
    /// Transaction of the query whose answer is not over.
    var query: UInt32?
    /// Answers to it, rows not counted, and queries without an end of their answers.
    var answers = 0
    var unanswered = 0
    var isCrowded = false
    /// Somebody logs in, and who.
    var isOpening = false
    var isProven = false
    var user = ByteStore()
}

/// PostgreSQL's front-end and back-end protocol 3 (PostgreSQL documentation, "Message Formats"). A simple query is a
/// transaction, which the server ends by being ready for the next one.
final class PgSQLParser: FramedParser<PgSQLMemory> {
    private static let maximumMessage = 1 << 20
    /// More of these are worth noting (Suricata: a constant of its parser, `pgsql.max-tx`).
    private static let mostAnswers = 64
    private static let mostUnanswered = 1025
    /// Longest first message, which names a user and a database.
    private static let maximumOpening = 10_000

    /// First messages have a code in the place of a type.
    private enum Opening {
        static let version3: UInt32 = 0x0003_0000
        static let tls: UInt32 = 80_877_103
        static let gss: UInt32 = 80_877_104
    }

    init(output: InspectionOutput) {
        super.init(.pgsql, output, memory: PgSQLMemory(), maximumMessage: PgSQLParser.maximumMessage)
    }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        guard way == .toServer, bytes[0] == 0 else { return .no }
        guard bytes.count >= 8 else { return .more }
        let length = Int(bytes.bigEndian32(at: 0))
        let code = bytes.bigEndian32(at: 4)
        guard (8...PgSQLParser.maximumOpening).contains(length) else { return .no }
        return code == Opening.version3 || length == 8 && (code == Opening.tls || code == Opening.gss) ? .yes : .no
    }

    /// A type of one byte, which first messages lack, then a length that counts itself.
    override func length(_ bytes: Bytes, _ way: FlowDirection) -> Int? {
        guard !bytes.isEmpty else { return 0 }
        let start = way == .toServer && bytes[0] == 0 ? 0 : 1
        guard bytes.count >= start + 4 else { return 0 }
        let length = Int(bytes.bigEndian32(at: start))
        return length >= 4 ? start + length : nil
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard way == .toClient, let state = state(of: flow), state.pointee.memory.asksForTLS, !bytes.isEmpty else {
            return super.stream(bytes, flow, way)
        }
        state.pointee.memory.asksForTLS = false
        if bytes[0] == 0x53 {
            close(flow)
            flow.pointee.beginAnew(expectsTLS: true)
        } else if bytes.count > 1 {
            super.stream(bytes.dropping(1), flow, way)
        }
    }

    override func message(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<PgSQLMemory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        if way == .toClient { answered(bytes, &memory.pointee, flow) }
        switch (way, bytes[0]) {
        case (.toServer, 0):
            let code = bytes.count >= 8 ? bytes.bigEndian32(at: 4) : 0
            memory.pointee.asksForTLS = code == Opening.tls || code == Opening.gss
            if code == Opening.version3 { open(bytes, &memory.pointee) }
        case (.toServer, 0x51):
            count(&memory.pointee, flow)
            let made = item(flow, .toServer, flow.pointee.transactions)
            let text = bytes.dropping(5)
            output.buffer(.pgsqlQuery, text.slice(0, text.firstIndex(of: 0) ?? text.count))
            append(made, .toServer)
            memory.pointee.query = flow.pointee.transactions
            flow.pointee.transactions += 1
        case (.toClient, 0x5A):
            memory.pointee.unanswered = max(memory.pointee.unanswered - 1, 0)
            guard let query = memory.pointee.query else { return }
            memory.pointee.query = nil
            append(item(flow, .toClient, query), .toClient)
        case (.toClient, 0x44): break
        case (.toClient, 0x52) where !PgSQLParser.isAuthentication(bytes):
            raise("pgsql.malformed_response", flow, .toClient, max(flow.pointee.transactions, 1) - 1)
        case (.toClient, _):
            guard let query = memory.pointee.query else { return }
            memory.pointee.answers += 1
            if memory.pointee.answers == PgSQLParser.mostAnswers + 1 {
                raise("pgsql.too_many_responses", flow, .toClient, query)
            }
        default: break
        }
    }

    override func forget(_ memory: inout PgSQLMemory) { memory.user.free(meter) }

    private func count(_ memory: inout PgSQLMemory, _ flow: UnsafeMutablePointer<FlowRecord>) {
        memory.answers = 0
        memory.unanswered += 1
        guard memory.unanswered > PgSQLParser.mostUnanswered, !memory.isCrowded else { return }
        memory.isCrowded = true
        raise("pgsql.too_many_transactions", flow, .toClient, flow.pointee.transactions)
    }

    /// A request to prove oneself in one of the ways that there are ("AuthenticationOk" and those behind it).
    private static func isAuthentication(_ bytes: Bytes) -> Bool {
        guard bytes.count >= 9 else { return false }
        switch bytes.bigEndian32(at: 5) {
        case 0, 2, 3, 5, 7...12: return true
        default: return false
        }
    }

    /// A length that does not even cover itself.
    override func lost(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        let start = way == .toServer && bytes[0] == 0 ? 0 : 1
        guard bytes.count >= start + 4, bytes.bigEndian32(at: start) < 4 else { return }
        let transaction = max(flow.pointee.transactions, 1) - 1
        raise("pgsql.invalid_length", flow, .toClient, transaction)
        if way == .toServer { raise("pgsql.invalid_length", flow, .toServer, transaction) }
    }
}
