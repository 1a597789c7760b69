internal import Events
internal import Primitives

/// Type, flags and length in front of a message (MQTT 5, section 2.1).
struct MQTTHead {
    var type: UInt8
    var length: Int
    var bodyLength = 0

    /// Nil where it is not whole, or its length has more than four bytes.
    init?(_ bytes: Bytes) {
        guard bytes.count >= 2 else { return nil }
        type = bytes[0] >> 4
        var at = 1
        while true {
            guard at < bytes.count, at <= 4 else { return nil }
            bodyLength |= Int(bytes[at] & 0x7F) << (7 * (at - 1))
            if bytes[at] & 0x80 == 0 { break }
            at += 1
        }
        length = at + 1
    }
}

/// What signatures see of a message.
enum MQTTBuffers {
    static func name(_ type: UInt8) -> StaticString {
        switch type {
        case 1: "CONNECT"
        case 2: "CONNACK"
        case 3: "PUBLISH"
        case 4: "PUBACK"
        case 5: "PUBREC"
        case 6: "PUBREL"
        case 7: "PUBCOMP"
        case 8: "SUBSCRIBE"
        case 9: "SUBACK"
        case 10: "UNSUBSCRIBE"
        case 11: "UNSUBACK"
        case 12: "PINGREQ"
        case 13: "PINGRESP"
        case 14: "DISCONNECT"
        case 15: "AUTH"
        default: "UNASSIGNED"
        }
    }

    static func version(_ body: Bytes) -> Int {
        var reader = MessageReader(body)
        _ = reader.bytes(reader.u16())
        return reader.u8()
    }

    static func identifier(_ body: Bytes) -> Int { body.count >= 2 ? Int(body.bigEndian16(at: 0)) : -2 }

    static func publishIdentifier(_ first: UInt8, _ body: Bytes) -> Int {
        var reader = MessageReader(body)
        _ = reader.bytes(reader.u16())
        let identifier = reader.u16()
        return reader.failed ? -2 : identifier
    }

    /// Passes over the properties that version 5 has in every message.
    private static func properties(_ reader: inout MessageReader, _ version: Int) {
        guard version >= 5 else { return }
        var length = 0
        for place in 0..<4 {
            let byte = reader.u8()
            length |= (byte & 0x7F) << (7 * place)
            if byte & 0x80 == 0 { break }
        }
        _ = reader.bytes(length)
    }

    static func add(_ first: UInt8, _ body: Bytes, _ version: Int, _ output: InspectionOutput) {
        let type = first >> 4
        output.constant(.mqttType, name(type))
        output.number(.mqttFlags, Int(first & 0x09))
        output.number(.mqttQoS, Int(first >> 1 & 3))
        if version > 0 { output.number(.mqttProtocolVersion, version) }
        var reader = MessageReader(body)
        switch type {
        case 1: connect(&reader, output)
        case 2:
            output.constant(.mqttConnackSessionPresent, reader.u8() & 1 == 1 ? "yes" : "no")
            code(&reader, output)
        case 3: publish(first, &reader, version, output)
        case 4, 5, 6, 7:
            _ = reader.u16()
            if reader.rest.isEmpty { output.number(.mqttReasonCode, 0) } else { code(&reader, output) }
        case 8, 10: topics(type, &reader, version, output)
        case 9, 11:
            _ = reader.u16()
            properties(&reader, version)
            while !reader.isEmpty { code(&reader, output) }
        case 14 where version >= 5:
            if body.isEmpty { output.number(.mqttReasonCode, 0) } else { code(&reader, output) }
        case 15: code(&reader, output)
        default: break
        }
    }

    private static func code(_ reader: inout MessageReader, _ output: InspectionOutput) {
        let code = reader.u8()
        if !reader.failed { output.number(.mqttReasonCode, code) }
    }

    private static func connect(_ reader: inout MessageReader, _ output: InspectionOutput) {
        output.buffer(.mqttProtocolString, reader.bytes(reader.u16()))
        let version = reader.u8()
        let flags = reader.u8()
        _ = reader.u16()
        properties(&reader, version)
        output.number(.mqttConnectFlags, flags)
        output.buffer(.mqttClientID, reader.bytes(reader.u16()))
        if flags & 4 != 0 {
            properties(&reader, version)
            output.buffer(.mqttWillTopic, reader.bytes(reader.u16()))
            output.buffer(.mqttWillMessage, reader.bytes(reader.u16()))
        }
        if flags & 0x80 != 0 { output.buffer(.mqttUserName, reader.bytes(reader.u16())) }
        if flags & 0x40 != 0 { output.buffer(.mqttPassword, reader.bytes(reader.u16())) }
    }

    private static func publish(
        _ first: UInt8, _ reader: inout MessageReader, _ version: Int, _ output: InspectionOutput
    ) {
        output.buffer(.mqttPublishTopic, reader.bytes(reader.u16()))
        if first & 6 != 0 { _ = reader.u16() }
        properties(&reader, version)
        output.buffer(.mqttPublishMessage, reader.rest)
    }

    private static func topics(
        _ type: UInt8, _ reader: inout MessageReader, _ version: Int, _ output: InspectionOutput
    ) {
        _ = reader.u16()
        properties(&reader, version)
        for _ in 0..<256 where !reader.isEmpty {
            output.buffer(type == 8 ? .mqttSubscribeTopic : .mqttUnsubscribeTopic, reader.bytes(reader.u16()))
            if type == 8 { _ = reader.u8() }
        }
    }
}
