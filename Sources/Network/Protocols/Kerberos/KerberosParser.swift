internal import Events
internal import Primitives

/// A Kerberos conversation over TCP: messages that are not whole yet.
struct KerberosFlow {
    var toServer = ByteStore()
    var toClient = ByteStore()
    var isLost = false
}

/// Kerberos 5 (RFC 4120) over UDP and TCP: message types, names, encryption, errors. A transaction is a message.
final class KerberosParser: FlowStateParser<KerberosFlow> {
    private static let maximumMessage = 64 << 10
    private var text = ScratchBuffer(capacity: 1024, limit: 1 << 16)

    init(output: InspectionOutput) { super.init(.krb5, output, initial: KerberosFlow(), bytes: 8 << 20) }

    /// Application tags of the messages that are read: AS-REQ 10 to TGS-REP 13, KRB-ERROR 30.
    private static func type(_ bytes: Bytes) -> Int? {
        guard bytes.count >= 10 else { return nil }
        switch bytes[0] {
        case 0x6A, 0x6B, 0x6C, 0x6D, 0x7E: return Int(bytes[0] & 0x1F)
        default: return nil
        }
    }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        guard KerberosParser.type(bytes) != nil else { return false }
        var reader = DERReader(bytes)
        guard let message = reader.next() else { return false }
        var inside = message.elements
        return inside.next(DERTag.sequence) != nil
    }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        if bytes[0] != 0 { return .no }
        guard bytes.count >= 14 else { return .more }
        let length = Int(bytes.bigEndian32(at: 0))
        guard length >= 10, length <= KerberosParser.maximumMessage, KerberosParser.type(bytes.dropping(4)) != nil,
            bytes[5] & 0x80 != 0 || Int(bytes[5]) == length - 2
        else { return .no }
        return .yes
    }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        message(bytes, flow, way)
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let state = state(of: flow), !state.pointee.isLost else { return }
        var pending = way == .toServer ? state.pointee.toServer : state.pointee.toClient
        let kept = pending.take(bytes, limit: 2 * KerberosParser.maximumMessage, meter) { held in
            var at = 0
            while held.count - at >= 4 {
                let length = Int(held.bigEndian32(at: at))
                if length > KerberosParser.maximumMessage {
                    state.pointee.isLost = true
                    return held.count
                }
                guard held.count - at >= 4 + length else { break }
                message(held.slice(at + 4, at + 4 + length), flow, way)
                at += 4 + length
            }
            return at
        }
        if way == .toServer { state.pointee.toServer = pending } else { state.pointee.toClient = pending }
        if !kept { state.pointee.isLost = true }
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.isLost = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let state = known(flow) else { return }
        state.pointee.toServer.free(meter)
        state.pointee.toClient.free(meter)
        release(flow)
    }

    // MARK: Messages

    private func message(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        var top = DERReader(bytes)
        guard let type = KerberosParser.type(bytes), var outer = top.next()?.elements,
            let fields = outer.next(DERTag.sequence)
        else { return raise("krb5.malformed_data", flow, way, flow.pointee.transactions) }
        var made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        output.number(.krb5MessageType, type)
        beginEvent(flow)
        writer.text(.kerberosType, Bytes(KerberosParser.name(type)), output.events)
        read(fields.elements, type)
        made.event = writer.end(output, .networkKerberos, output.dataTime)
        append(made, way)
    }

    private static func name(_ type: Int) -> StaticString {
        switch type {
        case 10, 11: "AS"
        case 12, 13: "TGS"
        default: "ERROR"
        }
    }

    private func read(_ fields: DERReader, _ type: Int) {
        var reader = fields
        for _ in 0..<32 {
            guard let field = reader.next() else { return }
            let number = Int(field.tag & 0x1F)
            switch (type, number) {
            case (10, 4), (12, 4): requestBody(field)
            case (11, 4), (13, 4): principal(field, .krb5Client, .kerberosClient)
            case (11, 5), (13, 5): ticket(field)
            case (11, 6), (13, 6): encryption(field)
            case (30, 6): if let code = integer(field) { error(code) }
            case (30, 8): principal(field, .krb5Client, .kerberosClient)
            case (30, 10): principal(field, .krb5Service, .kerberosService)
            default: break
            }
        }
    }

    private func integer(_ field: DERElement) -> Int? {
        var inside = field.elements
        guard let number = inside.next(DERTag.integer), (1...4).contains(number.content.count) else { return nil }
        var value = number.content[0] & 0x80 != 0 ? -1 : 0
        for index in 0..<number.content.count { value = value << 8 | Int(number.content[index]) }
        return value
    }

    private func requestBody(_ field: DERElement) {
        var inside = field.elements
        guard let body = inside.next(DERTag.sequence) else { return }
        var fields = body.elements
        while let one = fields.next() {
            // Signatures see the names in answers alone, as Suricata's do.
            if one.tag == DERTag.context(1) { principal(one, nil, .kerberosClient) }
            if one.tag == DERTag.context(3) { principal(one, nil, .kerberosService) }
        }
    }

    /// PrincipalName: its parts, joined by slashes in the event, each a buffer for signatures.
    private func principal(_ field: DERElement, _ kind: BufferKind?, _ fact: Field) {
        var inside = field.elements
        guard let name = inside.next(DERTag.sequence) else { return }
        var parts = name.elements
        _ = parts.next(DERTag.context(0))
        guard let wrapped = parts.next(DERTag.context(1)) else { return }
        var list = wrapped.elements
        guard let strings = list.next(DERTag.sequence) else { return }
        var each = strings.elements
        text.removeAll()
        while let one = each.next() {
            if let kind { output.buffer(kind, one.content) }
            if text.count > 0 { text.appendText("/") }
            _ = text.append(one.content)
        }
        writer.text(fact, text.everything, output.events)
    }

    private func ticket(_ field: DERElement) {
        var inside = field.elements
        guard let ticket = inside.next(0x61) else { return }
        var body = ticket.elements
        guard let sequence = body.next(DERTag.sequence) else { return }
        var fields = sequence.elements
        while let one = fields.next() {
            if one.tag == DERTag.context(2) { principal(one, .krb5Service, .kerberosService) }
            if one.tag == DERTag.context(3), let type = encryptionType(one) {
                output.number(.krb5TicketEncryption, type)
            }
        }
    }

    private func encryptionType(_ field: DERElement) -> Int? {
        var inside = field.elements
        guard let data = inside.next(DERTag.sequence) else { return nil }
        var parts = data.elements
        return parts.next(DERTag.context(0)).flatMap(integer)
    }

    private func encryption(_ field: DERElement) {
        guard let type = encryptionType(field) else { return }
        if let name = KerberosParser.cipher(type) { writer.text(.kerberosCipher, Bytes(name), output.events) }
        // All but AES and Camellia (RFC 6649, RFC 8429).
        if type < 17 || [21, 22, 23, 24].contains(type) || type > 26 {
            output.constant(.krb5WeakEncryption, "yes")
            output.anomaly("krb5.weak_encryption")
        }
    }

    private static func cipher(_ type: Int) -> StaticString? {
        switch type {
        case 1: "des-cbc-crc"
        case 3: "des-cbc-md5"
        case 17: "aes128-cts-hmac-sha1-96"
        case 18: "aes256-cts-hmac-sha1-96"
        case 23: "rc4-hmac"
        default: nil
        }
    }

    private func error(_ code: Int) {
        output.number(.krb5ErrorCode, code)
        writer.number(.kerberosError, code, output.events)
    }
}
