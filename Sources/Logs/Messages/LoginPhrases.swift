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
        guard count >= 8 else { return .none }
        let length = isWorthALook(text, count, lowered)
        guard length > 0 else { return .none }
        let folded = Bytes(start: UnsafePointer(lowered), count: length)
        for phrase in refusals where folded.contains(phrase) { return .refused }
        for phrase in acceptances where folded.contains(phrase) {
            for word in negations where folded.contains(word) { return .none }
            return .accepted
        }
        return .none
    }

    /// Folds the text, and sees on the way whether it has both a word about log-ins and a word about how one ended:
    /// then answers the folded text's length, else 0. Marks that stand behind their letters (decomposed text, as macOS
    /// writes it) are left out, so that it reads like text that was typed without them.
    private static func isWorthALook(_ text: Bytes, _ count: Int, _ lowered: UnsafeMutablePointer<UInt8>) -> Int {
        var word: UInt32 = 0
        var subject = false
        var ending = false
        var length = 0
        var index = -1
        while index + 1 < count {
            index += 1
            var byte = ASCII.lower(text.start[index])
            if byte == 0xCC || byte == 0xCD, isMark(text, index, count) {
                index += 1
                continue
            }
            if byte == ASCII.dot || byte == ASCII.underscore, isInWord(text, index, count) { byte = ASCII.space }
            lowered[length] = byte
            length += 1
            word = word << 8 | UInt32(byte)
            switch word {
            case 0x6175_7468, 0x6C6F_6769, 0x6C6F_676F, 0x6C6F_6767, 0x7061_7373, 0x6372_6564, 0x7573_6572, 0x6C6F_6720,
                0x7369_676E, 0x746F_6B65, 0x746F_7470, 0x6163_636F, 0x656D_6169, 0x6E68_E1BA,
                0x6DE1_BAAD, 0x74C3_A069, 0x78C3_A163, 0x6E68_6170, 0x6D61_7420, 0x7461_6920, 0x206F_7470:
                // auth logi logo logg pass cred user log_ sign toke totp acco emai; of nhập, mật, tài, xác and the same
                // without marks; _otp
                subject = true
            case 0x6661_696C, 0x6465_6E69, 0x696E_7661, 0x696E_636F, 0x7772_6F6E, 0x7265_6A65, 0x756E_7375, 0x7265_6675,
                0x6261_6420, 0x6261_646C, 0x6572_726F, 0x756E_6B6E, 0x6E6F_7420, 0x6E6F_2073, 0x6D69_736D, 0x7375_6363,
                0x6765_6420, 0x6765_6469, 0x6363_6570, 0x756E_6162, 0x6E6F_6E65, 0x6E65_6420, 0x6E20_6F6B, 0x6820_6F6B,
                0x3A20_6F6B, 0x62E1_BAA1, 0x7468_C3A0, 0x6B68_C3B4, 0x7361_6920, 0x6B68_E1BA, 0x6261_6920, 0x6B68_6F6E,
                0x7468_616E, 0x2062_6169, 0x6C6F_636B, 0x6F20_6E6F, 0x6C69_6D69, 0x6D61_6E79,
                0x6578_6365, 0x6174_6368, 0x756E_7265, 0x616C_6C6F, 0x6B68_6F61,
                0x6B68_C3B3, 0x6368_6F69, 0x6368_E1BB:
                // fail deni inva inco wron reje unsu refu bad_ badl erro unkn not_ no_s mism succ ged_ gedi ccep unab
                // bại thành không sai_ khẩu khon than _bai lock o_no
                // none ned_ n_ok h_ok :_ok limi many exce atch unre allo, khoa khó choi chố
                ending = true
            default: break
            }
        }
        return subject && ending ? length : 0
    }

    /// U+0300 to U+036F: combining marks.
    private static func isMark(_ text: Bytes, _ index: Int, _ count: Int) -> Bool {
        guard index + 1 < count else { return false }
        let next = text.start[index + 1]
        return next & 0xC0 == 0x80 && (text.start[index] == 0xCC || next < 0xB0)
    }

    /// `login.failed`, `login_failed`: what parts two words without blanks.
    private static func isInWord(_ text: Bytes, _ index: Int, _ count: Int) -> Bool {
        index > 0 && index + 1 < count && ASCII.isLetter(text.start[index - 1]) && ASCII.isLetter(text.start[index + 1])
    }

    private static let refusals: [StaticString] = [
        "rejected password", "password rejected", "authentication fail", "authentication attempt failed", "auth fail",
        "auth-fail", "authfail",
        "authenticationfail", "failed login", "failed to login", "failed to log in", "failed to logged in",
        "login fail", "login-fail", "log in failed", "log-in failed", "loginfail", "failed logon",
        "logon fail", "failed to authenticate", "failed auth", "failed password", "failed user login", "failed sign",
        "sign-in failed", "signin failed", "bad password", "password mismatch", "password incorrect",
        "password is incorrect", "password check failed", "password is wrong", "password not correct",
        "invalid credential", "wrong credential", "bad credential", "incorrect credential", "invalid user",
        "illegal user", "unknown user", "user unknown", "no such user", "user not found", "nonexistent user",
        "non-existent user", "authentication unsuccessful", "unsuccessful login", "unsuccessful authentication",
        "login unsuccessful", "login incorrect", "incorrect login", "login error", "login attempt failed",
        "access denied for user", "login denied", "authentication denied", "authentication error",
        "authentication rejected", "authentication refused", "login refused", "login rejected", "invalid login",
        "invalid logon", "bad login", "badlogin", "could not authenticate", "cannot authenticate",
        "unable to authenticate", "invalid token", "invalid totp", "2fa invalid", "incorrect authentication",
        "invalid admin token", "rejected login", "too many failed", "unsuccessful 1fa", "unsuccessful 2fa",
        "authorization failed", "unauthorized login", "login not permitted", "user is locked", "login attempt limit",
        "too many login", "too many authentication", "too many incorrect", "login attempts exceeded",
        "maximum login attempts", "wrong login", "sign in failed", "failed log in", "failed log-in", "failed 2fa",
        "login was unsuccessful", "authentication was unsuccessful", "could not log in", "cannot log in",
        "unable to log in", "unable to login", "could not login", "cannot login", "login has failed",
        "authentication has failed", "authentication was rejected", "password did not match", "password does not match",
        "password doesn't match", "unrecognized user", "unknown login", "wrong user", "bad user", "no such account",
        "account not found", "incorrect user", "incorrect pass", "invalid pass", "wrong pass", "failed to sign in",
        "not authenticated", "invalid otp", "incorrect otp", "wrong otp", "invalid one-time", "invalid two-factor",
        "invalid mfa", "mfa failed", "invalid api key", "invalid apikey", "invalid access token", "invalid auth",
        "bad auth", "not allowed to log", "unknown account", "invalid account", "passwords do not match",
        "login is not permitted", "wrong email", "invalid email", "incorrect email", "password do not match",
        "authenticator failed", "account is locked", "authentication finally failed", "account locked",
        "account has been locked", "denied login",
        // Vietnamese, with its marks (NFC) and without.
        "nhập thất bại", "nhập không thành công", "sai mật khẩu", "sai tài khoản", "mật khẩu không đúng",
        "mật khẩu không chính xác", "otp thất bại", "otp không đúng", "otp không hợp lệ", "sai otp", "sai mã otp",
        "otp that bai", "otp khong dung", "otp khong hop le", "sai ma otp", "mật khẩu sai", "tài khoản không tồn tại",
        "xác thực thất bại",
        "xác thực không thành công", "nhap that bai", "nhap khong thanh cong", "sai mat khau", "sai tai khoan",
        "mat khau khong dung", "mat khau khong chinh xac", "mat khau sai", "tai khoan khong ton tai",
        "xac thuc that bai", "xac thuc khong thanh cong", "nhập bị từ chối", "nhap bi tu choi",
        "tài khoản bị khóa", "tai khoan bi khoa",
    ]

    private static let acceptances: [StaticString] = [
        "successful login", "logged in", "authenticated successfully", "authentication succeeded",
        "authentication success", "successful authentication", "login succe", "logon succe",
        "successful logon", "successfully authenticated", "accepted password", "user authenticated",
        "authentication accepted", "login accepted", "logged on", "signed in", "login ok", "login: ok",
        "succeeded in logging in", "log in successful", "log-in successful", "sign in successful", "sign-in successful",
        "auth success", "auth ok",
        "authentication ok", "login has succeeded", "login allowed", "nhập thành công", "xác thực thành công",
        "nhap thanh cong", "xac thuc thanh cong",
    ]

    private static let negations: [StaticString] = [
        "not logged in", "not logged on", "never logged in", "unsuccessful", "not signed in", "not be signed in",
        "not been signed in", "not authenticated", "was not",
    ]
}
