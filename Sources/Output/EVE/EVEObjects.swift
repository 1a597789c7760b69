internal import Events
internal import Primitives

/// The objects of protocols whose fields map one to one: `tls`, `ssh`, `smtp`, ...; names are those of Suricata's
/// documentation ("Eve JSON Format"), values those of the transaction's event.
enum EVEObjects {
    enum Value {
        case text
        case number
        /// All values, as an array.
        case list
        /// An object with one member: `"ja3": {"hash": ...}`.
        case object(StaticString)
        /// An object with that member, and another of a field of its own.
        case pair(StaticString, Field, StaticString)
    }

    typealias Member = (name: StaticString, field: Field, value: Value)

    /// Name of the object and its members, by application protocol; nil where there is none.
    static func object(_ application: ApplicationProtocol) -> (name: StaticString, members: [Member])? {
        switch application {
        case .tls: ("tls", tls)
        case .ssh: ("ssh", ssh)
        case .smtp: ("smtp", smtp)
        case .ftp: ("ftp", ftp)
        default: nil
        }
    }

    private static let tls: [Member] = [
        ("subject", .tlsSubject, .text), ("issuerdn", .tlsIssuer, .text), ("serial", .tlsSerialNumber, .text),
        ("fingerprint", .tlsCertificateSHA1, .text), ("sni", .tlsServerName, .text), ("version", .tlsVersion, .text),
        ("notbefore", .tlsNotBefore, .text), ("notafter", .tlsNotAfter, .text),
        ("subjectaltname", .tlsAlternativeNames, .list), ("ja3", .tlsJA3, .object("hash")),
        ("ja3s", .tlsJA3S, .object("hash")), ("ja4", .tlsJA4, .text), ("client_alpns", .tlsOfferedProtocols, .list),
        ("server_alpns", .tlsNextProtocol, .list),
    ]

    private static let ssh: [Member] = [
        ("client", .sshClient, .pair("proto_version", .sshVersion, "software_version")),
        ("server", .sshServer, .pair("proto_version", .sshServerVersion, "software_version")),
    ]

    private static let smtp: [Member] = [
        ("helo", .smtpHelo, .text), ("mail_from", .smtpMailFrom, .text), ("rcpt_to", .smtpRecipient, .list),
    ]

    static let email: [Member] = [
        ("from", .emailFrom, .text), ("to", .emailTo, .list), ("cc", .emailCC, .list),
        ("subject", .emailSubject, .text), ("date", .emailDate, .text), ("message_id", .emailMessageID, .text),
        ("x_mailer", .emailMailer, .text), ("attachment", .emailAttachmentName, .list),
    ]

    private static let ftp: [Member] = [
        ("command", .ftpCommand, .text), ("command_data", .ftpArguments, .text),
        ("completion_code", .ftpReplyCode, .list), ("reply", .ftpReply, .list),
    ]

    /// Appends the object of the transaction's protocol; nothing where it has none.
    static func encode(
        _ application: ApplicationProtocol, _ fields: [(name: String, values: [String])],
        into writer: inout JSONWriter
    ) {
        guard let object = object(application) else { return }
        writer.key(object.name)
        encode(object.members, fields, into: &writer)
        if application == .smtp, email.contains(where: { values($0.field, fields) != nil }) {
            writer.key("email")
            encode(email, fields, into: &writer)
        }
    }

    private static func values(_ field: Field, _ fields: [(name: String, values: [String])]) -> [String]? {
        fields.first { $0.name == field.rawValue }?.values
    }

    private static func encode(
        _ members: [Member], _ fields: [(name: String, values: [String])], into writer: inout JSONWriter
    ) {
        writer.beginObject()
        for member in members {
            guard let all = values(member.field, fields), let first = all.first else { continue }
            writer.key(member.name)
            switch member.value {
            case .text: writer.string(first)
            case .number: first.withBytes { writer.number($0) }
            case .list: writer.strings(all)
            case .object(let name):
                writer.beginObject()
                writer.key(name)
                writer.string(first)
                writer.endObject()
            case .pair(let before, let field, let name):
                writer.beginObject()
                if let value = values(field, fields)?.first {
                    writer.key(before)
                    writer.string(value)
                }
                writer.key(name)
                writer.string(first)
                writer.endObject()
            }
        }
        writer.endObject()
    }
}
