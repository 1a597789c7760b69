internal import Events

/// `smtp.*` and `email.*`. Source: Suricata User Guide, "SMTP Keywords", "Email Keywords".
enum SMTPKeywords {
    static let family = ProtocolFamily(
        applications: [.smtp],
        buffers: [
            ProtocolBuffer(.smtpHelo, way: .toServer), ProtocolBuffer(.smtpMailFrom, way: .toServer),
            ProtocolBuffer(.smtpRecipient, way: .toServer, several: true),
            ProtocolBuffer(.emailFrom, way: .toServer), ProtocolBuffer(.emailTo, way: .toServer),
            ProtocolBuffer(.emailCC, way: .toServer), ProtocolBuffer(.emailSubject, way: .toServer),
            ProtocolBuffer(.emailDate, way: .toServer), ProtocolBuffer(.emailMessageID, way: .toServer),
            ProtocolBuffer(.emailMailer, way: .toServer),
            ProtocolBuffer(.emailURL, way: .toServer, several: true),
            ProtocolBuffer(.emailReceived, way: .toServer, several: true),
            ProtocolBuffer(.emailBodyMD5, way: .toServer, form: .own),
        ])
}
