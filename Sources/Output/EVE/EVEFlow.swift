internal import Events
internal import Primitives

/// EVE's `flow` record: a flow that is over.
enum EVEFlow {
    private static let flags: [(bit: Int, name: StaticString)] = [
        (0x02, "syn"), (0x01, "fin"), (0x04, "rst"), (0x08, "psh"), (0x10, "ack"), (0x20, "urg"), (0x40, "ecn"),
        (0x80, "cwr"),
    ]

    static func encode(_ facts: FlowFacts, _ item: InspectionItem, alerted: Bool, into writer: inout JSONWriter) {
        if item.key.ipProtocol == 1 || item.key.ipProtocol == 58 {
            writer.key("icmp_type")
            writer.integer(facts.icmpType)
            writer.key("icmp_code")
            writer.integer(facts.icmpCode)
        }
        if item.application != .unknown {
            writer.key("app_proto")
            writer.string(item.application.rawValue)
        }
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
        writer.eveTime(facts.end)
        writer.key("age")
        writer.integer(facts.end.nanoseconds / 1_000_000_000 - item.flowStart.nanoseconds / 1_000_000_000)
        writer.key("state")
        writer.word(facts.state)
        writer.key("reason")
        writer.word(facts.reason)
        writer.key("alerted")
        writer.boolean(alerted)
        if item.key.ipProtocol == 6 && facts.tcpState == nil { policy(into: &writer) }
        if facts.transactions > 0 {
            writer.key("tx_cnt")
            writer.integer(facts.transactions)
        }
        writer.endObject()
        if item.key.ipProtocol == 6 { tcp(facts, into: &writer) }
    }

    /// Segments of a session whose beginning was not seen, and that is not picked up in its middle.
    private static func policy(into writer: inout JSONWriter) {
        writer.key("exception_policy")
        writer.beginArray()
        writer.beginObject()
        writer.key("target")
        writer.word("stream_midstream")
        writer.key("policy")
        writer.word("ignore")
        writer.endObject()
        writer.endArray()
    }

    private static func tcp(_ facts: FlowFacts, into writer: inout JSONWriter) {
        writer.key("tcp")
        writer.beginObject()
        let hasSession = facts.tcpState != nil
        let toServer = hasSession ? Int(facts.tcpFlagsToServer) : 0
        let toClient = hasSession ? Int(facts.tcpFlagsToClient) : 0
        writer.key("tcp_flags")
        writer.flags(toServer | toClient)
        writer.key("tcp_flags_ts")
        writer.flags(toServer)
        writer.key("tcp_flags_tc")
        writer.flags(toClient)
        for flag in flags where (toServer | toClient) & flag.bit != 0 {
            writer.key(flag.name)
            writer.boolean(true)
        }
        if let state = facts.tcpState {
            writer.key("state")
            writer.word(state)
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
