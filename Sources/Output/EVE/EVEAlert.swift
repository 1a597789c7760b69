package import Events
internal import Primitives

/// Alerts as Suricata writes them to eve.json (documentation: "Eve JSON Format", event type alert), one object a line.
///
/// Source and destination are those of the packet that brought the alert about. `flow_id` is the flow's number within
/// the capture. The transaction's object is there where the alert belongs to one.
package enum EVEAlert {
    /// Appends the alert record of `detection` and a newline. Does nothing for what is no signature's detection.
    /// `forwarded`: whom alerts of HTTP behind proxies name.
    package static func encode(
        _ detection: Detection, forwarded: ForwardedFor? = nil, into writer: inout JSONWriter
    ) {
        guard let context = detection.alert, let signature = detection.rule.signature else { return }
        let origin = forwarded?.address(context)
        writer.beginObject()
        head(context, detection.first, forwarded?.overwrites == true ? origin : nil).encode("alert", into: &writer)
        encodePacket(context.header, into: &writer)
        if let transaction = context.transaction {
            writer.key("tx_id")
            writer.integer(transaction)
        }
        writer.key("alert")
        encode(signature, title: detection.rule.title, into: &writer)
        EVETransaction.encode(context, into: &writer)
        if context.application != .unknown {
            writer.key("app_proto")
            writer.string(context.application.rawValue)
        }
        if context.flow != 0 { encodeFlow(context, into: &writer) }
        if let origin, forwarded?.overwrites == false {
            writer.key("xff")
            writer.string(origin.description)
        }
        writer.endObject()
        writer.newline()
    }

    private static func head(_ context: AlertContext, _ time: Timestamp, _ client: IPAddress?) -> EVEHead {
        var head = EVEHead(context, time: time)
        guard let client else { return head }
        if context.direction == .toServer { head.header.source = client } else { head.header.destination = client }
        return head
    }

    /// What a packet adds to the head.
    private static func encodePacket(_ header: PacketHeader, into writer: inout JSONWriter) {
        guard !header.has.isDisjoint(with: [.ipv4, .ipv6]) else { return }
        if header.has.contains(.icmp) {
            writer.key("icmp_type")
            writer.integer(header.icmpType)
            writer.key("icmp_code")
            writer.integer(header.icmpCode)
        }
        writer.key("pkt_src")
        writer.word(header.origin.word)
    }

    private static func encode(_ signature: SignatureInfo, title: String, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("action")
        writer.string(signature.action)
        writer.key("gid")
        writer.integer(signature.gid)
        writer.key("signature_id")
        writer.integer(signature.sid)
        writer.key("rev")
        writer.integer(signature.revision)
        writer.key("signature")
        writer.string(title)
        writer.key("category")
        writer.string(signature.category)
        writer.key("severity")
        writer.integer(signature.priority)
        if !signature.metadata.isEmpty {
            writer.key("metadata")
            encode(signature.metadata, into: &writer)
        }
        writer.endObject()
    }

    /// Each key once, with all its values as an array.
    private static func encode(_ metadata: [(key: String, value: String)], into writer: inout JSONWriter) {
        writer.beginObject()
        for entry in DetectionJSON.grouped(metadata.map { FieldValue(name: $0.key, value: $0.value) }) {
            writer.key(named: entry.name)
            writer.strings(entry.values)
        }
        writer.endObject()
    }

    private static func encodeFlow(_ context: AlertContext, into writer: inout JSONWriter) {
        writer.key("direction")
        writer.string(context.direction == .toServer ? "to_server" : "to_client")
        writer.key("flow")
        writer.beginObject()
        writer.key("pkts_toserver")
        writer.integer(context.packetsToServer)
        writer.key("pkts_toclient")
        writer.integer(context.packetsToClient)
        writer.key("bytes_toserver")
        writer.integer(context.bytesToServer)
        writer.key("bytes_toclient")
        writer.integer(context.bytesToClient)
        writer.key("start")
        writer.eveTime(context.flowStart)
        writer.key("src_ip")
        let isV6 = context.header.has.contains(.ipv6)
        writer.string(EVEAddress.text(context.key.client, isV6: isV6))
        writer.key("dest_ip")
        writer.string(EVEAddress.text(context.key.server, isV6: isV6))
        if !context.header.has.isDisjoint(with: [.tcp, .udp, .sctp]) {
            writer.key("src_port")
            writer.integer(context.key.clientPort)
            writer.key("dest_port")
            writer.integer(context.key.serverPort)
        }
        writer.endObject()
    }
}
