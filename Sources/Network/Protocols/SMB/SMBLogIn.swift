internal import Events
internal import Primitives

/// Log-ins to file servers by NTLM, as the set-up of a session ends (MS-SMB2 section 3.3.5.5, MS-CIFS section
/// 2.2.4.53). A session without a user's name is anonymous, and no log-in.
extension SMBParser {
    /// - Parameters:
    ///   - status: of the response (MS-ERREF section 2.3)
    ///   - isGuest: a user whom the server does not know was let in as its guest
    func loggedIn(
        _ user: Bytes, status: UInt32, isGuest: Bool, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        guard !user.isEmpty, status != SMBStatus.moreProcessingRequired else { return -1 }
        let outcome: LogInOutcome =
            status == 0 ? (isGuest ? .undecided : .success) : SMBStatus.isRefusal(status) ? .failure : .undecided
        beginLogIn(flow, outcome, LogInWords.smb, user)
        return writer.end(output, .application, output.dataTime)
    }
}

/// Values of MS-ERREF section 2.3.1 that the set-up of a session ends with.
private enum SMBStatus {
    static let moreProcessingRequired: UInt32 = 0xC000_0016

    /// No such user, wrong password, one of both, account disabled, account locked out.
    static func isRefusal(_ status: UInt32) -> Bool {
        switch status {
        case 0xC000_0064, 0xC000_006A, 0xC000_006D, 0xC000_0072, 0xC000_0234: true
        default: false
        }
    }
}
