internal import Events
internal import Primitives

/// Tells a refused or accepted log-in by its wording, for programs that no form is written for. Only the wording: who
/// and whence is told by `LoginParties`, with care.
enum LoginPhrases {
    enum Verdict {
        case none
        case refused
        case accepted
    }

    /// How much of a text is looked at.
    static let lookedBytes = 1024

    /// The verdict on `text`. `lowered` is working memory of `lookedBytes`.
    static func verdict(_ text: Bytes, lowered: UnsafeMutablePointer<UInt8>) -> Verdict {
        let count = min(text.count, lookedBytes)
        guard count >= 8, isWorthALook(text, count, lowered) else { return .none }
        let folded = Bytes(start: UnsafePointer(lowered), count: count)
        for phrase in refusals where folded.contains(phrase) { return .refused }
        for phrase in acceptances where folded.contains(phrase) {
            for word in negations where folded.contains(word) { return .none }
            return .accepted
        }
        return .none
    }

    /// Folds the text, and sees on the way whether it has both a word about log-ins and a word about how one ended.
    private static func isWorthALook(_ text: Bytes, _ count: Int, _ lowered: UnsafeMutablePointer<UInt8>) -> Bool {
        var word: UInt32 = 0
        var subject = false
        var ending = false
        for index in 0..<count {
            let byte = ASCII.lower(text.start[index])
            lowered[index] = byte
            word = word << 8 | UInt32(byte)
            switch word {
            case 0x6175_7468, 0x6C6F_6769, 0x6C6F_676F, 0x6C6F_6767, 0x7061_7373, 0x6372_6564, 0x7573_6572, 0x6C6F_6720,
                0x7369_676E, 0x746F_6B65, 0x746F_7470, 0x6163_636F:
                subject = true  // auth logi logo logg pass cred user log_ sign toke totp acco
            case 0x6661_696C, 0x6465_6E69, 0x696E_7661, 0x696E_636F, 0x7772_6F6E, 0x7265_6A65, 0x756E_7375, 0x7265_6675,
                0x6261_6420, 0x6261_646C, 0x6572_726F, 0x756E_6B6E, 0x6E6F_7420, 0x6E6F_2073, 0x6D69_736D, 0x7375_6363,
                0x6765_6420, 0x6765_6469, 0x6363_6570, 0x756E_6162, 0x6E6F_6E65:
                // fail deni inva inco wron reje unsu refu bad_ badl erro unkn not_ no_s mism succ ged_ gedi ccep unab
                // none
                ending = true
            default: break
            }
        }
        return subject && ending
    }

    private static let refusals: [StaticString] = [
        "authentication fail", "authentication attempt failed", "auth fail", "auth-fail", "authfail", "auth_fail",
        "authenticationfail", "failed login", "failed to login", "failed to log in", "login fail", "login_fail",
        "login-fail",
        "log in failed", "log-in failed", "loginfail", "failed logon", "logon fail", "failed to authenticate",
        "failed authentication", "failed auth", "failed password", "failed user login", "failed sign", "sign-in failed",
        "signin failed",
        "invalid password", "incorrect password", "wrong password", "bad password", "password mismatch",
        "password incorrect", "password is incorrect", "password check failed", "password is wrong",
        "password not correct",
        "invalid credential", "wrong credential", "bad credential", "incorrect credential", "invalid username",
        "incorrect username", "invalid user", "illegal user", "unknown user", "user unknown", "unknown username",
        "no such user",
        "user not found", "nonexistent user", "non-existent user", "authentication unsuccessful", "unsuccessful login",
        "unsuccessful authentication", "login unsuccessful", "login incorrect", "incorrect login", "login error",
        "login attempt failed", "access denied for user", "login denied", "authentication denied",
        "authentication error",
        "authentication rejected", "authentication refused", "login refused", "login rejected", "invalid login",
        "invalid logon", "bad login", "badlogin", "could not authenticate", "cannot authenticate",
        "unable to authenticate", "invalid token",
        "invalid totp", "2fa invalid", "invalid authentication", "incorrect authentication", "invalid admin token",
        "rejected login",
        "too many failed", "unsuccessful 1fa", "unsuccessful 2fa", "authorization failed", "unauthorized login",
        "login not permitted", "user is locked",
        "not allowed to log", "unknown account", "invalid account", "wrong username", "bad username",
        "passwords do not match", "login is not permitted",
    ]

    private static let acceptances: [StaticString] = [
        "login successful", "successful login", "successfully logged in", "logged in", "authenticated successfully",
        "authentication succeeded", "authentication success", "successful authentication", "login succe", "login_succe",
        "logon succe", "successful logon", "successfully authenticated", "accepted password", "user authenticated",
        "successfully logged on",
        "authentication accepted", "login accepted", "login success", "logged on",
    ]

    private static let negations: [StaticString] = [
        "not logged in", "not logged on", "never logged in", "unsuccessful",
    ]
}
