internal import Events

/// `ssl_state:client_hello,!server_keyx`: how far the handshake has come. Source: Suricata User Guide, "SSL/TLS
/// Keywords": the state is that of the last handshake message that says one; of several any may hold, and with a `!`
/// the state must be another.
enum TLSStateKeyword {
    static let table: [String: Keyword] = ["ssl_state": state]

    private static let names: [String: TLSHandshakeState] = [
        "client_hello": .clientHello, "server_hello": .serverHello, "client_keyx": .clientKeyExchange,
        "server_keyx": .serverKeyExchange, "unknown": .unknown,
    ]

    private static let state: Keyword = { option, builder in
        var asked = 0
        var refused = 0
        for part in try option.parts().flatMap({ alternatives($0) }) {
            let isRefused = part.text.hasPrefix("!")
            let word = isRefused ? String(part.text.dropFirst()) : part.text
            guard let bit = names[word]?.rawValue else {
                throw RuleFault(
                    part.place, "\"\(word)\" is no state of a handshake",
                    advice: "States are client_hello, server_hello, client_keyx, server_keyx and unknown.")
            }
            asked |= Int(bit)
            if isRefused { refused |= Int(bit) }
        }
        let section = builder.section(for: BufferView(.tlsState), fresh: true, at: option.valueAt)
        builder.signature.sections[section].steps.append(.number(.notMasked(asked, refused)))
    }

    /// States between `|`, an older way to write a comma.
    private static func alternatives(_ part: OptionPart) -> [OptionPart] {
        part.text.split(separator: "|").map { OptionPart(text: String($0).trimmed, place: part.place) }
    }
}
