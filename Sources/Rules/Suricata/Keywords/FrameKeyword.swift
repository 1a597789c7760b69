internal import Events

/// `frame:NAME`: what follows looks into one unit of a protocol, as it lies in the stream. The name is the protocol's
/// and the frame's (`smb.nbss.pdu`), or in signatures of a protocol the frame's alone (`nbss.pdu`). Source: Suricata
/// Developer Guide, "Application Layer Frame Support".
enum FrameKeyword {
    static let table: [String: Keyword] = ["frame": parse]

    private static let parse: Keyword = { option, builder in
        let name = try option.words()
        // Signatures of HTTP of any version say which they mean.
        let application = builder.signature.transport.application
        let own = application.map { prefix($0) + "." }
        let short = builder.signature.transport.carrier == nil || application != .http ? own : nil
        let isShort = short.map { !name.hasPrefix($0) } ?? false
        guard let kind = isShort ? short.flatMap({ FrameKind(rawValue: $0 + name) }) : FrameKind(rawValue: name) else {
            throw option.fault("the frame \"\(name)\" is not tracked here")
        }
        if let own, let application, !kind.rawValue.hasPrefix(own) {
            throw option.fault("\(application.rawValue) has no frame \"\(name)\"")
        }
        try builder.select(BufferView(.frame, transforms: [.frame(kind.number)]), at: option.nameAt)
    }

    private static func prefix(_ application: ApplicationProtocol) -> String {
        application == .http ? "http1" : application.rawValue
    }
}
