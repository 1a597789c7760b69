internal import Primitives

/// `flowvar:NAME,BYTES`, `pktvar:NAME,BYTES`: what a group of a pcre caught in this flow, or in this packet, holds
/// these bytes. Source: Suricata User Guide, "Flow Keywords", flowvar.
enum VariableKeywords {
    static let table: [String: Keyword] = ["flowvar": test(isPacket: false), "pktvar": test(isPacket: true)]

    private static func test(isPacket: Bool) -> Keyword {
        { option, builder in
            guard let value = option.value, let comma = value.firstIndex(of: ASCII.comma) else {
                throw option.fault("\"\(option.name)\" needs a name and what it is to hold")
            }
            let name = String(decoding: value[..<comma], as: UTF8.self).trimmed
            var text = value[(comma + 1)...].drop { $0 == ASCII.space }
            while text.last == ASCII.space { text.removeLast() }
            if text.count >= 2, text.first == ASCII.quote, text.last == ASCII.quote {
                text = text.dropFirst().dropLast()
            }
            guard !name.isEmpty, !text.isEmpty else {
                throw option.fault("\"\(option.name)\" needs a name and what it is to hold")
            }
            let bytes = try ContentText.decode(Array(text), at: option.valueAt.lowerBound + text.startIndex)
            builder.signature.variableTests.append(VariableTest(name: name, isPacket: isPacket, bytes: bytes))
        }
    }
}
