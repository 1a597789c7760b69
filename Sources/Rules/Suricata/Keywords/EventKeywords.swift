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
        ssh.long_banner ssh.invalid_banner ssh.invalid_record
        smtp.max_command_line_len_exceeded smtp.data_command_rejected smtp.tls_rejected
        ftp.request_command_too_long ftp.response_command_too_long
        mqtt.missing_connect mqtt.double_connect mqtt.missing_publish mqtt.missing_subscribe mqtt.missing_unsubscribe
        mqtt.invalid_qos_level mqtt.unassigned_msg_type mqtt.unintroduced_message mqtt.malformed_traffic
        """)

    static let decode: Set<String> = []

    static let stream: Set<String> = []
}
