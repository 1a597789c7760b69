internal import Events
internal import Primitives

/// Requests that wait for their responses, and how many of those came.
struct LDAPMemory {
    static let maximumOpen = 16
    /// Requests without a last response, and responses to one, that are in order (Suricata: `ldap.max-tx`, and a
    /// constant of its parser; it counts before it adds one).
    static let mostUnanswered = 257
    static let mostResponses = 1025
    var unanswered = 0
    var isCrowded = false
    var messages = InlineArray<16, UInt32>(repeating: 0)
    var transactions = InlineArray<16, UInt32>(repeating: 0)
    var responses = InlineArray<16, UInt32>(repeating: 0)
    var open = 0
    /// Number of the request to go over to TLS that waits for its answer.
    var asksForTLS: UInt32?
    /// It was granted (RFC 4511 section 4.14): what follows is TLS.
    var beginsTLS = false
    var bind = LDAPBind()
}

/// LDAP 3 (RFC 4511) over TCP and UDP. A transaction is a request with its responses.
final class LDAPParser: FramedParser<LDAPMemory> {
    /// Attributes of one message that are looked at.
    private static let maximumAttributes = 256

    init(output: InspectionOutput) {
        super.init(.ldap, output, memory: LDAPMemory(), maximumMessage: 256 << 10)
    }

    /// One message (section 4.1.1), as far as signatures ask of it.
    private struct Message {
        var number: UInt32 = 0
        var operation: UInt8
        var content: Bytes

        init?(_ bytes: Bytes) {
            var top = DERReader(bytes)
            guard let whole = top.next(DERTag.sequence) else { return nil }
            var parts = whole.elements
            guard let id = parts.next(DERTag.integer), (1...4).contains(id.content.count), let unit = parts.next(),
                unit.tag & 0xC0 == 0x40
            else { return nil }
            for index in 0..<id.content.count { number = number << 8 | UInt32(id.content[index]) }
            operation = unit.tag & 0x1F
            content = unit.content
        }

        /// Bind, unbind, search, modify, add, delete, modify DN, compare, abandon, extended.
        var isRequest: Bool {
            switch operation {
            case 0, 2, 3, 6, 8, 10, 12, 14, 16, 23: true
            default: false
            }
        }

        /// More responses follow an entry, a reference and an intermediate one.
        var isLast: Bool { operation != 4 && operation != 19 && operation != 25 }
    }

    override func length(_ bytes: Bytes, _ way: FlowDirection) -> Int? {
        guard !bytes.isEmpty else { return 0 }
        guard bytes[0] == DERTag.sequence else { return nil }
        guard bytes.count >= 2 else { return 0 }
        if bytes[1] & 0x80 == 0 { return 2 + Int(bytes[1]) }
        let digits = Int(bytes[1] & 0x7F)
        guard (1...4).contains(digits) else { return nil }
        guard bytes.count >= 2 + digits else { return 0 }
        var length = 0
        for index in 0..<digits { length = length << 8 | Int(bytes[2 + index]) }
        return 2 + digits + length
    }

    private func isExpected(_ flow: UnsafeMutablePointer<FlowRecord>) -> Bool {
        [flow.pointee.serverPort, flow.pointee.clientPort].contains { $0 == 389 || $0 == 3268 }
    }

    override var unitFrame: FrameKind? { .ldapUnit }

    override func recogniseStream(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Recognition {
        guard isExpected(flow) else { return .no }
        let answer = recogniseMessage(bytes, way)
        guard answer == .yes else { return answer }
        return Message(bytes)?.isRequest == (way == .toServer) ? .yes : .no
    }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool { isExpected(flow) && Message(bytes) != nil }

    override func message(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<LDAPMemory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard let message = Message(bytes) else { return odd("ldap.invalid_data", flow) }
        if message.isRequest { request(message, memory, flow) } else { response(message, memory, flow) }
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        super.stream(bytes, flow, way)
        guard let state = known(flow), state.pointee.memory.beginsTLS else { return }
        close(flow)
        flow.pointee.beginAnew(expectsTLS: true)
    }

    override func lost(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        odd("ldap.invalid_data", flow)
    }

    /// Of the last transaction, in whose both directions it is seen.
    private func odd(_ name: StaticString, _ flow: UnsafeMutablePointer<FlowRecord>) {
        guard flow.pointee.transactions > 0 else { return }
        raiseBoth(name, flow, .toServer, flow.pointee.transactions - 1)
    }

    private func request(
        _ message: Message, _ memory: UnsafeMutablePointer<LDAPMemory>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let made = item(flow, .toServer, flow.pointee.transactions)
        if asksForTLS(message) { memory.pointee.asksForTLS = message.number }
        if message.operation == 0 { memory.pointee.bind.ask(message.content, message.number, meter) }
        output.number(.ldapRequestOperation, Int(message.operation))
        name(message)
        requestAttributes(message)
        append(made, .toServer)
        // Nothing answers an unbinding or an abandonment.
        if message.operation != 2 && message.operation != 16 {
            if memory.pointee.open == LDAPMemory.maximumOpen { drop(0, memory) }
            let place = memory.pointee.open
            memory.pointee.messages[place] = message.number
            memory.pointee.transactions[place] = flow.pointee.transactions
            memory.pointee.responses[place] = 0
            memory.pointee.open += 1
            memory.pointee.unanswered += 1
        }
        if memory.pointee.unanswered > LDAPMemory.mostUnanswered, !memory.pointee.isCrowded {
            memory.pointee.isCrowded = true
            raiseBoth("ldap.too_many_transactions", flow, .toServer, flow.pointee.transactions)
        }
        flow.pointee.transactions += 1
    }

    /// An extended request by its name (RFC 4511 section 4.14.1).
    private func asksForTLS(_ message: Message) -> Bool {
        var parts = DERReader(message.content)
        guard message.operation == 23, let name = parts.next(0x80) else { return false }
        return name.content.equalsIgnoringCase("1.3.6.1.4.1.1466.20037")
    }

    /// The entry that a request is about.
    private func name(_ message: Message) {
        var parts = DERReader(message.content)
        switch message.operation {
        case 10: output.buffer(.ldapRequestName, message.content)
        case 0:
            _ = parts.next(DERTag.integer)
            if let name = parts.next(DERTag.octets) { output.buffer(.ldapRequestName, name.content) }
        case 3, 6, 8, 12, 14:
            if let name = parts.next(DERTag.octets) { output.buffer(.ldapRequestName, name.content) }
        default: break
        }
    }

    /// Attributes that a request asks for, changes, adds or compares (sections 4.5 to 4.10).
    private func requestAttributes(_ message: Message) {
        var parts = DERReader(message.content)
        switch message.operation {
        case 3:
            // Base, scope, aliases, two limits, types only, the filter; then the attributes that are wanted.
            for _ in 0..<7 { _ = parts.next() }
            guard let list = parts.next(DERTag.sequence) else { return }
            var wanted = list.elements
            for _ in 0..<LDAPParser.maximumAttributes {
                guard let one = wanted.next(DERTag.octets) else { return }
                output.buffer(.ldapRequestAttribute, one.content)
            }
        case 6:
            _ = parts.next()
            guard let list = parts.next(DERTag.sequence) else { return }
            var changes = list.elements
            for _ in 0..<LDAPParser.maximumAttributes {
                guard let change = changes.next(DERTag.sequence) else { return }
                var fields = change.elements
                _ = fields.next()
                if let partial = fields.next(DERTag.sequence) { attribute(partial, .ldapRequestAttribute) }
            }
        case 8:
            _ = parts.next()
            if let list = parts.next(DERTag.sequence) { attributes(list, .ldapRequestAttribute) }
        case 14:
            _ = parts.next()
            if let assertion = parts.next(DERTag.sequence) { attribute(assertion, .ldapRequestAttribute) }
        default: break
        }
    }

    /// A list of attributes with their values.
    private func attributes(_ list: DERElement, _ kind: BufferKind) {
        var each = list.elements
        for _ in 0..<LDAPParser.maximumAttributes {
            guard let one = each.next(DERTag.sequence) else { return }
            attribute(one, kind)
        }
    }

    /// The type that an attribute or an assertion begins with.
    private func attribute(_ element: DERElement, _ kind: BufferKind) {
        var fields = element.elements
        if let type = fields.next(DERTag.octets) { output.buffer(kind, type.content) }
    }

    private func drop(_ place: Int, _ memory: UnsafeMutablePointer<LDAPMemory>) {
        for index in place..<memory.pointee.open - 1 {
            memory.pointee.messages[index] = memory.pointee.messages[index + 1]
            memory.pointee.transactions[index] = memory.pointee.transactions[index + 1]
            memory.pointee.responses[index] = memory.pointee.responses[index + 1]
        }
        memory.pointee.open -= 1
    }

    /// A response to no request (number 0, section 4.4) is a transaction of its own.
    private func response(
        _ message: Message, _ memory: UnsafeMutablePointer<LDAPMemory>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        var place = 0
        while place < memory.pointee.open, memory.pointee.messages[place] != message.number { place += 1 }
        let isAnswer = place < memory.pointee.open
        var tooMany = false
        let transaction = isAnswer ? memory.pointee.transactions[place] : flow.pointee.transactions
        if !isAnswer { flow.pointee.transactions += 1 }
        var made = item(flow, .toClient, transaction, complete: message.isLast)
        made.event = bound(message, memory, flow)
        output.number(.ldapResponseOperation, Int(message.operation))
        result(message, memory)
        // Only a notice of disconnection and its like come unasked (section 4.4.1).
        if !isAnswer && message.operation != 24 { output.anomaly("ldap.request_not_found") }
        if isAnswer {
            memory.pointee.responses[place] += 1
            if memory.pointee.responses[place] == LDAPMemory.mostResponses + 1 {
                output.anomaly("ldap.too_many_responses")
                tooMany = true
            }
            if message.isLast {
                output.number(.ldapResponseCount, Int(memory.pointee.responses[place]))
                drop(place, memory)
            }
        }
        // Of a request that gave way to others the last response counts as well.
        if message.isLast { memory.pointee.unanswered = max(memory.pointee.unanswered - 1, 0) }
        append(made, .toClient)
        if tooMany { raise("ldap.too_many_responses", flow, .toServer, transaction) }
    }

    /// The event of a log-in that this response ends; -1 where it ends none.
    private func bound(
        _ message: Message, _ memory: UnsafeMutablePointer<LDAPMemory>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        var parts = DERReader(message.content)
        guard message.operation == 1, let code = parts.next(0x0A), code.content.count == 1 else { return -1 }
        var event: Int32 = -1
        memory.pointee.bind.answer(message.number, code.content[0], meter) { outcome, user in
            beginLogIn(flow, outcome, LogInWords.directory, user)
            event = writer.end(output, .application, output.dataTime)
        }
        return event
    }

    override func forget(_ memory: inout LDAPMemory) { memory.bind.free(meter) }

    /// Code, name and message of a result (section 4.1.9); the name of a search's entry.
    private func result(_ message: Message, _ memory: UnsafeMutablePointer<LDAPMemory>) {
        var parts = DERReader(message.content)
        if message.operation == 4 {
            if let name = parts.next(DERTag.octets) { output.buffer(.ldapResponseName, name.content) }
            if let list = parts.next(DERTag.sequence) { attributes(list, .ldapResponseAttribute) }
            return
        }
        guard let code = parts.next(0x0A), code.content.count == 1 else { return }
        output.number(.ldapResultCode, Int(code.content[0]))
        if code.content[0] == 0, message.operation == 24, memory.pointee.asksForTLS == message.number {
            memory.pointee.beginsTLS = true
        }
        if let name = parts.next(DERTag.octets) { output.buffer(.ldapResponseName, name.content) }
        if let text = parts.next(DERTag.octets) { output.buffer(.ldapResponseMessage, text.content) }
    }
}
