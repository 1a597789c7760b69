internal import Events

/// `mqtt.*`. Source: Suricata User Guide, "MQTT Keywords".
enum MQTTKeywords {
    static let family = ProtocolFamily(
        applications: [.mqtt],
        buffers: [
            ProtocolBuffer(.mqttType, several: true, form: .word),
            ProtocolBuffer(.mqttQoS, several: true, form: .number()),
            ProtocolBuffer(.mqttReasonCode, "mqtt.connack.return_code", several: true, form: .number()),
            ProtocolBuffer(.mqttProtocolVersion, several: true, form: .number()),
            ProtocolBuffer(.mqttConnackSessionPresent, form: .word),
            ProtocolBuffer(.mqttFlags, several: true, form: .own),
            ProtocolBuffer(.mqttConnectFlags, form: .own),
            ProtocolBuffer(.mqttClientID), ProtocolBuffer(.mqttUserName), ProtocolBuffer(.mqttPassword),
            ProtocolBuffer(.mqttProtocolString), ProtocolBuffer(.mqttWillTopic), ProtocolBuffer(.mqttWillMessage),
            ProtocolBuffer(.mqttPublishTopic), ProtocolBuffer(.mqttPublishMessage),
            ProtocolBuffer(.mqttSubscribeTopic, several: true), ProtocolBuffer(.mqttUnsubscribeTopic, several: true),
        ],
        keywords: [
            "mqtt.flags": flags(.mqttFlags, ["retain": 1, "dup": 8]),
            "mqtt.connect.flags": flags(
                .mqttConnectFlags,
                ["username": 128, "password": 64, "will_retain": 32, "will": 4, "clean_session": 2]),
        ])

    /// `retain,!dup`: the first bit is set, the second is not.
    private static func flags(_ kind: BufferKind, _ bits: [String: Int]) -> Keyword {
        { option, builder in
            let section = builder.section(for: BufferView(kind), fresh: true, at: option.valueAt)
            let parts = try option.parts()
            if parts.count == 1, parts[0].text.contains(where: \.isNumber) {
                builder.signature.sections[section].steps.append(.number(try NumberTest.parse(parts[0], max: 255)))
                return
            }
            for part in parts {
                let isUnset = part.text.hasPrefix("!")
                let name = (isUnset ? String(part.text.dropFirst()) : part.text).lowercased()
                guard let bit = bits[name] else {
                    throw RuleFault(part.place, "\"\(option.name)\" does not know the flag \"\(name)\"")
                }
                builder.signature.sections[section].steps.append(
                    .byteTest(ComparingKeywords.step(.and, bit, negated: isUnset)))
            }
        }
    }
}
