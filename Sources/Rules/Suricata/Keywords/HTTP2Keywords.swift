internal import Events

/// `http2.*`. Source: Suricata User Guide, "HTTP2 Keywords".
enum HTTP2Keywords {
    static let family = ProtocolFamily(
        applications: [.http2],
        buffers: [
            ProtocolBuffer(.http2FrameType, several: true, form: .number(words: frameTypes)),
            ProtocolBuffer(.http2ErrorCode, several: true, form: .number(words: errors)),
            ProtocolBuffer(.http2Priority, several: true, form: .number()),
            ProtocolBuffer(.http2Window, several: true, form: .number()),
            ProtocolBuffer(.http2HeaderName, several: true),
            ProtocolBuffer(.http2SizeUpdate, several: true, form: .number()),
            ProtocolBuffer(.http2Settings, several: true, form: .own),
        ],
        keywords: ["http2.settings": setting])

    /// RFC 9113 section 6.
    private static let frameTypes = [
        "data": 0, "headers": 1, "priority": 2, "rststream": 3, "rst_stream": 3, "settings": 4, "push_promise": 5,
        "pushpromise": 5, "ping": 6, "goaway": 7, "window_update": 8, "windowupdate": 8, "continuation": 9,
    ]

    /// RFC 9113 section 7.
    private static let errors = [
        "no_error": 0, "protocol_error": 1, "internal_error": 2, "flow_control_error": 3, "settings_timeout": 4,
        "stream_closed": 5, "frame_size_error": 6, "refused_stream": 7, "cancel": 8, "compression_error": 9,
        "connect_error": 10, "enhance_your_calm": 11, "inadequate_security": 12, "http_1_1_required": 13,
        "http11_required": 13,
    ]

    /// RFC 9113 section 6.5.2.
    private static let settings = [
        "SETTINGS_HEADER_TABLE_SIZE": 1, "SETTINGS_ENABLE_PUSH": 2, "SETTINGS_MAX_CONCURRENT_STREAMS": 3,
        "SETTINGS_INITIAL_WINDOW_SIZE": 4, "SETTINGS_MAX_FRAME_SIZE": 5, "SETTINGS_MAX_HEADER_LIST_SIZE": 6,
    ]

    /// `http2.settings:SETTINGS_INITIAL_WINDOW_SIZE>1000`: a setting's number in two bytes, then its value in eight.
    private static let setting: Keyword = { option, builder in
        let text = try option.words()
        let name = String(text.prefix { $0.isLetter || $0 == "_" })
        guard let number = settings[name] else {
            throw option.fault("\"\(name)\" is no setting of HTTP/2")
        }
        let rest = text.dropFirst(name.count).filter { $0 != " " }
        let section = builder.section(for: BufferView(.http2Settings), fresh: true, at: option.valueAt)
        builder.signature.sections[section].steps.append(
            .byteTest(
                ByteTestStep(
                    format: NumberFormat(bytes: .number(2)), comparison: .equal, negated: false,
                    value: .number(number), offset: .number(0))))
        if rest.isEmpty { return }
        let test = try NumberTest.parse(
            OptionPart(text: rest.hasPrefix("=") ? String(rest.dropFirst()) : String(rest), place: option.valueAt),
            max: Int(UInt32.max))
        builder.signature.sections[section].steps.append(.number(test, at: 2))
    }
}
