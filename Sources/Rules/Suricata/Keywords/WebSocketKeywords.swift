internal import Events

/// `websocket.*`. Source: Suricata User Guide, "WebSocket Keywords".
enum WebSocketKeywords {
    static let family = ProtocolFamily(
        applications: [.websocket],
        buffers: [
            ProtocolBuffer(.websocketPayload),
            ProtocolBuffer(.websocketOpcode, form: .number(words: opcodes)),
            ProtocolBuffer(.websocketMask, form: .number()), ProtocolBuffer(.websocketFlags, form: .own),
        ],
        keywords: ["websocket.flags": flags])

    private static let opcodes = ["continuation": 0, "text": 1, "binary": 2, "close": 8, "ping": 9, "pong": 10]
    /// The four bits before the opcode.
    private static let bits = ["fin": 8, "comp": 4]

    /// `websocket.flags:fin,!comp`: these are set, and these are not.
    private static let flags: Keyword = { option, builder in
        let section = builder.section(for: BufferView(.websocketFlags), fresh: true, at: option.valueAt)
        let parts = try option.parts()
        if parts.count == 1, parts[0].text.contains(where: \.isNumber) {
            builder.signature.sections[section].steps.append(.number(try NumberTest.parse(parts[0], max: 255)))
            return
        }
        for part in parts {
            let isNegated = part.text.hasPrefix("!")
            guard let bit = bits[(isNegated ? String(part.text.dropFirst()) : part.text).lowercased()] else {
                throw RuleFault(part.place, "\"websocket.flags\" knows fin and comp, not \"\(part.text)\"")
            }
            var step = ComparingKeywords.step(.and, bit)
            step.negated = isNegated
            builder.signature.sections[section].steps.append(.byteTest(step))
        }
    }
}
