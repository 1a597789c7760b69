internal import Events

/// `decode-event`, `stream-event`, `app-layer-event`: anomalies by name. The names are Suricata's
/// (`rules/decoder-events.rules`, `stream-events.rules`, `*-events.rules`); those that this engine raises are known.
enum EventKeywords {
    static let family = ProtocolFamily(
        applications: [],
        buffers: [
            ProtocolBuffer(.applicationEvent, several: true, form: .own),
            ProtocolBuffer(.decodeEvent, several: true, form: .own),
            ProtocolBuffer(.streamEvent, several: true, form: .own),
        ],
        keywords: [
            "app-layer-event": event(.applicationEvent, EventNames.application),
            "decode-event": event(.decodeEvent, EventNames.decode),
            "stream-event": event(.streamEvent, EventNames.stream),
        ])

    private static func event(_ kind: BufferKind, _ names: Set<String>) -> Keyword {
        { option, builder in
            var name = try option.words()
            if kind == .applicationEvent && name.hasPrefix("ikev2.") { name = "ike." + name.dropFirst(6) }
            guard names.contains(name) else {
                throw option.fault("the event \"\(name)\" is not raised here")
            }
            let section = builder.section(for: BufferView(kind), fresh: true, at: option.valueAt)
            builder.signature.sections[section].steps += ComparingKeywords.equality(
                Array(name.utf8), caseless: false, negated: false, option, builder.position)
        }
    }
}

/// The events that the Network room raises.
enum EventNames {
    private static func set(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
    }

    static let application = set(
        """
        tls.invalid_record_type tls.invalid_record_version tls.invalid_record_length tls.handshake_invalid_length
        tls.error_message_encountered tls.heartbeat_message tls.invalid_heartbeat_message
        tls.overflow_heartbeat_message tls.invalid_handshake_message tls.invalid_certificate
        tls.certificate_invalid_length
        http.request_line_missing_protocol http.request_chunk_extension
        http.duplicate_content_length_field_in_request http.invalid_content_length_field_in_request
        http.duplicate_content_length_field_in_response http.invalid_content_length_field_in_response
        http.invalid_transfer_encoding_value_in_request http.missing_host_header http.request_auth_unrecognized
        http.request_body_unexpected http.too_many_encoding_layers
        ssh.long_banner ssh.invalid_banner ssh.invalid_record
        smtp.max_command_line_len_exceeded smtp.data_command_rejected smtp.tls_rejected
        ftp.request_command_too_long ftp.response_command_too_long
        mqtt.missing_connect mqtt.double_connect mqtt.missing_publish mqtt.missing_subscribe mqtt.missing_unsubscribe
        mqtt.invalid_qos_level mqtt.unassigned_msg_type mqtt.unintroduced_message mqtt.malformed_traffic
        """)

    static let decode = set(
        """
        ethernet.pkt_too_small ipv4.pkt_too_small ipv4.hlen_too_small ipv4.iplen_smaller_than_hlen ipv4.trunc_pkt
        ipv4.wrong_ip_version ipv4.frag_pkt_too_large ipv4.frag_overlap ipv6.pkt_too_small ipv6.trunc_pkt
        ipv6.wrong_ip_version ipv6.trunc_exthdr ipv6.exthdr_useless_fh ipv6.exthdr_dupl_fh ipv6.dstopts_unknown_opt
        ipv6.hopopts_unknown_opt ipv6.frag_pkt_too_large ipv6.frag_invalid_length ipv6.frag_overlap
        tcp.pkt_too_small tcp.hlen_too_small udp.pkt_too_small udp.hlen_too_small udp.len_invalid
        icmpv4.pkt_too_small icmpv6.pkt_too_small gre.pkt_too_small sctp.pkt_too_small
        """)

    static let stream = set("reassembly_depth_reached")
}
