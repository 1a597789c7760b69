internal import Events
internal import Primitives

/// EVE's `flow` record: a flow that is over.
enum EVEFlow {
    private static let flags: [(bit: Int, name: StaticString)] = [
        (0x02, "syn"), (0x01, "fin"), (0x04, "rst"), (0x08, "psh"), (0x10, "ack"), (0x20, "urg"), (0x40, "ecn"),
        (0x80, "cwr"),
    ]

    static func encode(
        _ values: EVERecord.Values, _ item: InspectionItem, alerted: Bool, into writer: inout JSONWriter
    ) {
        if let type = values.number(.icmpType), let code = values.number(.icmpCode) {
            writer.key("icmp_type")
            writer.integer(type)
            writer.key("icmp_code")
            writer.integer(code)
        }
        if item.application != .unknown {
            writer.key("app_proto")
            writer.string(item.application.rawValue)
        }
        let end = Timestamp(nanoseconds: Int64(values.number(.flowEnd) ?? 0))
        writer.key("flow")
        writer.beginObject()
        writer.key("pkts_toserver")
        writer.integer(item.packetsToServer)
        writer.key("pkts_toclient")
        writer.integer(item.packetsToClient)
        writer.key("bytes_toserver")
        writer.integer(item.bytesToServer)
        writer.key("bytes_toclient")
        writer.integer(item.bytesToClient)
        writer.key("start")
        writer.eveTime(item.flowStart)
        writer.key("end")
        writer.eveTime(end)
        writer.key("age")
        writer.integer(end.nanoseconds / 1_000_000_000 - item.flowStart.nanoseconds / 1_000_000_000)
        writer.key("state")
        writer.string(values.first(.flowState) ?? .empty)
        writer.key("reason")
        writer.string(values.first(.flowReason) ?? .empty)
        writer.key("alerted")
        writer.boolean(alerted)
        if let count = values.number(.transactionCount) {
            writer.key("tx_cnt")
            writer.integer(count)
        }
        writer.endObject()
        tcp(values, into: &writer)
    }

    private static func tcp(_ values: EVERecord.Values, into writer: inout JSONWriter) {
        guard let toServer = values.number(.tcpFlagsToServer), let toClient = values.number(.tcpFlagsToClient) else {
            return
        }
        writer.key("tcp")
        writer.beginObject()
        let hasSession = values.first(.tcpState) != nil
        writer.key("tcp_flags")
        writer.flags(hasSession ? toServer | toClient : 0)
        writer.key("tcp_flags_ts")
        writer.flags(hasSession ? toServer : 0)
        writer.key("tcp_flags_tc")
        writer.flags(hasSession ? toClient : 0)
        if hasSession {
            for flag in flags where (toServer | toClient) & flag.bit != 0 {
                writer.key(flag.name)
                writer.boolean(true)
            }
        }
        if let state = values.first(.tcpState) {
            writer.key("state")
            writer.string(state)
        }
        writer.endObject()
    }
}

extension JSONWriter {
    /// TCP flags: two hexadecimal digits.
    fileprivate mutating func flags(_ bits: Int) {
        var text = (JSONWriter.hexDigit(UInt64(bits & 0xFF) >> 4), JSONWriter.hexDigit(UInt64(bits & 0xFF)))
        withUnsafeBytes(of: &text) { plain(Bytes($0)) }
    }
}
