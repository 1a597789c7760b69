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
            ProtocolBuffer(.ftpBounce, way: .toServer, form: .own),
        ],
        keywords: ["ftpbounce": bounce])

    /// A PORT command names an address that is not the client's.
    private static let bounce: Keyword = { option, builder in
        try option.noValue()
        let section = builder.section(for: BufferView(.ftpBounce), fresh: true, at: option.nameAt)
        builder.signature.sections[section].steps += ComparingKeywords.equality(
            Array("yes".utf8), caseless: false, negated: false, option, builder.position)
    }

    static let data = ProtocolFamily(
        applications: [.ftpData],
        buffers: [ProtocolBuffer(.ftpDataCommand, "ftpdata.command", form: .word)])
}
