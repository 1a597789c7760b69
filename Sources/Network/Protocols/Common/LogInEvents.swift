internal import Events
internal import Primitives

/// How a log-in ended that a capture shows.
enum LogInOutcome {
    case success
    case failure
    /// Refused for a reason that says nothing of who asked: the server could not, or not this way.
    case undecided

    var word: ConstantText {
        switch self {
        case .success: NetworkWords.success
        case .failure: NetworkWords.failure
        case .undecided: LogInWords.unknown
        }
    }
}

/// Words of log-ins' events: those that the decoders of servers' logs write.
enum LogInWords {
    static let authentication = ConstantText("authentication")
    static let start = ConstantText("start")
    static let unknown = ConstantText("unknown")
    static let ftp = ConstantText("ftp_login")
    static let mail = ConstantText("mail_login")
    static let smtp = ConstantText("smtp_auth")
    static let database = ConstantText("database_login")
    static let directory = ConstantText("ldap_bind")
    static let smb = ConstantText("smb_login")
}

extension FlowStateParser {
    /// Begins the event of a log-in with what the same one has in a server's log.
    func beginLogIn(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ outcome: LogInOutcome, _ action: ConstantText, _ user: Bytes
    ) {
        writer.begin()
        writer.constant(.eventCategory, LogInWords.authentication)
        writer.constant(.eventCategory, NetworkWords.network)
        writer.constant(.eventType, LogInWords.start)
        writer.constant(.eventAction, action)
        writer.constant(.eventOutcome, outcome.word)
        writer.constant(.networkProtocol, ApplicationWords.word(application))
        writer.parties(flow.pointee, output.events)
        writer.text(.userName, user, output.events)
    }
}

extension Bytes {
    /// The code in brackets that an answer's text begins with (RFC 2449 section 8, RFC 5530): `[AUTH] no`.
    var responseCode: Bytes {
        guard !isEmpty, self[0] == ASCII.openBracket, let end = firstIndex(of: ASCII.closeBracket) else {
            return .empty
        }
        return slice(1, end).firstWord.word
    }
}
