internal import Events

/// Keywords that ask for something to be done with what matched, which changes nothing of what is found in a capture:
/// a file or certificate to be kept, a packet to be marked or changed, a flow to be let go.
enum RecordingKeywords {
    static let table: [String: Keyword] = [
        "filestore": fileStore, "tls_store": plain, "tls.store": plain, "bypass": plain, "nfq_set_mark": mark,
        "replace": replacement,
    ]

    private static let plain: Keyword = { option, _ in try option.noValue() }

    private static let mark: Keyword = { option, _ in _ = try option.words() }

    private static let sides: Set<String> = ["request", "to_server", "response", "to_client", "both"]
    private static let scopes: Set<String> = ["file", "tx", "ssn", "flow"]

    /// `filestore:request,flow`: there must be a file.
    private static let fileStore: Keyword = { option, builder in
        if option.value != nil {
            for part in try option.parts() where !sides.contains(part.text) && !scopes.contains(part.text) {
                throw RuleFault(part.place, "\"filestore\" takes a direction and a scope, not \"\(part.text)\"")
            }
        }
        let section = builder.section(for: BufferView(.fileData), fresh: true, at: option.nameAt)
        builder.signature.sections[section].steps.append(.size(.greaterOrEqual(0)))
    }

    /// `replace:"text"` behind a content of the same length.
    private static let replacement: Keyword = { option, builder in
        guard option.quoted, let value = option.value else {
            throw option.fault("the value of \"replace\" must stand in quotes")
        }
        let bytes = try ContentText.decode(value, at: option.valueAt.lowerBound)
        try builder.changeContent(option) { content in
            guard content.bytes.count == bytes.count else {
                throw option.fault("what replaces a content must be as long as it: \(content.bytes.count) bytes")
            }
        }
    }
}
