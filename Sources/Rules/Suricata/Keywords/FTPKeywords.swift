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
