internal import Events

/// `ftp.*` and `ftpdata_command`. Source: Suricata User Guide, "FTP/FTP-DATA Keywords".
enum FTPKeywords {
    static let family = ProtocolFamily(
        applications: [.ftp],
        buffers: [
            ProtocolBuffer(.ftpCommand, way: .toServer), ProtocolBuffer(.ftpCommandData, way: .toServer),
            ProtocolBuffer(.ftpCompletionCode, way: .toClient, several: true),
            ProtocolBuffer(.ftpReply, way: .toClient, several: true),
            ProtocolBuffer(.ftpMode, way: .toClient, form: .word),
            ProtocolBuffer(.ftpDynamicPort, way: .toClient, form: .number()),
            ProtocolBuffer(.ftpReplyReceived, way: .toClient, form: .word),
        ])

    static let data = ProtocolFamily(
        applications: [.ftpData],
        buffers: [ProtocolBuffer(.ftpDataCommand, "ftpdata.command", form: .word)])
}

/// `file.name` and its older spellings. Source: Suricata User Guide, "File Keywords".
enum FileKeywords {
    static let family = ProtocolFamily(
        applications: [.http, .smtp, .ftpData, .smb, .http2],
        buffers: [ProtocolBuffer(.fileName), ProtocolBuffer(.fileSize, form: .number())],
        keywords: ["filename": contains, "fileext": ending, "file.ext": ending])

    /// `filename:"secret"`: it stands somewhere in the name, whatever its case.
    private static let contains: Keyword = { option, builder in
        append(try option.words(), option, &builder, endsWith: false)
    }

    /// `fileext:"jpg"`: the name ends so, behind a dot.
    private static let ending: Keyword = { option, builder in
        append("." + (try option.words()), option, &builder, endsWith: true)
    }

    private static func append(
        _ text: String, _ option: RuleOption, _ builder: inout SignatureBuilder, endsWith: Bool
    ) {
        var content = ContentStep(bytes: Array(text.utf8), negated: option.negated)
        content.caseless = true
        content.endsWith = endsWith
        let section = builder.section(for: BufferView(.fileName), fresh: false, at: option.valueAt)
        builder.signature.sections[section].steps.append(.content(content))
    }
}
