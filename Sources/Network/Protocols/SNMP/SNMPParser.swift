internal import Events
internal import Primitives

/// SNMP 1, 2c and 3 (RFC 1157, 3416, 3412). Each message is a transaction.
/// A flow remembers the version of its last message; 0: none came.
final class SNMPParser: FlowStateParser<Int> {
    init(output: InspectionOutput) { super.init(.snmp, output, initial: 0) }

    private struct Message {
        var version = 0
        var community = Bytes.empty
        var user = Bytes.empty
        /// 3: by users (RFC 3414), the only one that is known.
        var securityModel = 3
        var type: Int?
        var trap: Int?

        /// What a version 1 trap is about (RFC 1157 section 4.1.6): behind its enterprise and agent.
        private static func genericTrap(_ unit: DERElement) -> Int? {
            var parts = unit.elements
            _ = parts.next()
            _ = parts.next()
            guard let generic = parts.next(DERTag.integer), generic.content.count == 1 else { return nil }
            return Int(generic.content[0])
        }

        /// Behind number, size and flags (RFC 3412 section 6).
        private static func securityModel(_ header: DERElement) -> Int {
            var parts = header.elements
            _ = parts.next()
            _ = parts.next()
            _ = parts.next()
            guard let model = parts.next(DERTag.integer), model.content.count == 1 else { return 0 }
            return Int(model.content[0])
        }

        /// Nil where it is no SNMP.
        init?(_ bytes: Bytes) {
            var top = DERReader(bytes)
            guard let message = top.next(DERTag.sequence) else { return nil }
            var fields = message.elements
            guard let version = fields.next(DERTag.integer), version.content.count == 1 else { return nil }
            self.version = Int(version.content[0]) + 1
            if self.version == 1 || self.version == 2 {
                guard let community = fields.next(DERTag.octets), let unit = fields.next(), unit.tag & 0xE0 == 0xA0
                else { return nil }
                self.community = community.content
                type = Int(unit.tag & 0x1F)
                if type == 4 { trap = Message.genericTrap(unit) }
                return
            }
            guard self.version == 4 else { return nil }
            self.version = 3
            guard let header = fields.next(DERTag.sequence), let security = fields.next(DERTag.octets) else {
                return nil
            }
            securityModel = Message.securityModel(header)
            var inside = DERReader(security.content)
            if let model = inside.next(DERTag.sequence) {
                var parts = model.elements
                _ = parts.next()
                _ = parts.next()
                _ = parts.next()
                if let name = parts.next(DERTag.octets) { user = name.content }
            }
            if let scoped = fields.next(DERTag.sequence) {
                var parts = scoped.elements
                _ = parts.next()
                _ = parts.next()
                if let unit = parts.next(), unit.tag & 0xE0 == 0xA0 { type = Int(unit.tag & 0x1F) }
            }
        }
    }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        !bytes.isEmpty && bytes[0] == DERTag.sequence && Message(bytes) != nil
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) { release(flow) }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let message = Message(bytes) else {
            return raise("snmp.malformed_data", flow, way, flow.pointee.transactions)
        }
        var made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        output.number(.snmpVersion, message.version)
        if message.version < 3 { output.buffer(.snmpCommunity, message.community) }
        if !message.user.isEmpty { output.buffer(.snmpUser, message.user) }
        if let type = message.type { output.number(.snmpPDUType, type) }
        if let trap = message.trap { output.number(.snmpTrapType, trap) }
        if message.securityModel != 3 { output.anomaly("snmp.unknown_security_model") }
        if let known = state(of: flow) {
            if known.pointee != 0, known.pointee != message.version { output.anomaly("snmp.version_mismatch") }
            known.pointee = message.version
        }
        beginEvent(flow)
        writer.number(.snmpVersion, message.version, output.events)
        writer.text(.snmpCommunity, message.community, output.events)
        made.event = writer.end(output, .networkSNMP, output.dataTime)
        append(made, way)
    }
}
