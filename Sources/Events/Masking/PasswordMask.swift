internal import Primitives

/// Passwords: the values of names that mean one, what stands between `user:` and `@host` in a URL (RFC 3986, section
/// 3.2.1), SQL's `IDENTIFIED BY '...'`, and `PASS` of FTP and POP3 at the beginning of a record.
enum PasswordMask {
    private static let names: [[UInt8]] = [
        "password", "passwd", "passphrase", "pwd", "pass", "passcode", "secret", "matkhau", "mat_khau", "mat-khau",
        "pin", "otp",
    ].map { Array($0.utf8) }
    private static let maximumUserInfo = 256

    static func find(_ bytes: Bytes) -> [Range<Int>] {
        SecretText.values(of: names, in: bytes) + inVietnamese(bytes) + inURLs(bytes) + inStatements(bytes)
            + inCommands(bytes)
    }

    /// "mật khẩu: ...", in two words; `khẩu` alone is of trade and of gates.
    private static func inVietnamese(_ bytes: Bytes) -> [Range<Int>] {
        ["mật khẩu", "mẬt khẨu"].flatMap { word in
            SecretText.places(of: Array(word.utf8), in: bytes).compactMap {
                SecretText.value(bytes, behindName: $0 + word.utf8.count)
            }
        }
    }

    private static func inURLs(_ bytes: Bytes) -> [Range<Int>] {
        SecretText.places(of: Array("://".utf8), in: bytes).compactMap { place in
            let start = place + 3
            var colon: Int?
            for at in start..<min(bytes.count, start + maximumUserInfo) {
                switch bytes.start[at] {
                case UInt8(ascii: ":"): colon = colon ?? at
                case UInt8(ascii: "@"): return colon.flatMap { $0 + 1 < at ? $0 + 1..<at : nil }
                case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""),
                    UInt8(ascii: "<"):
                    return nil
                default: break
                }
            }
            return nil
        }
    }

    private static func inStatements(_ bytes: Bytes) -> [Range<Int>] {
        SecretText.places(of: Array("identified by ".utf8), in: bytes).compactMap { place in
            var start = place + 14
            if start + 9 < bytes.count, Bytes(start: bytes.start + start, count: 9).text.lowercased() == "password " {
                start += 9
            }
            guard start < bytes.count, bytes.start[start] == 0x27 || bytes.start[start] == 0x22 else { return nil }
            let quote = bytes.start[start]
            let end = SecretText.run(bytes, from: start + 1) { $0 != quote }
            return end > start + 1 ? start + 1..<end : nil
        }
    }

    private static func inCommands(_ bytes: Bytes) -> [Range<Int>] {
        guard bytes.count > 5, Bytes(start: bytes.start, count: 5).text == "PASS " else { return [] }
        let end = SecretText.run(bytes, from: 5) { $0 > 0x20 }
        return end > 5 && bytes.start[5] != 0x3C ? [5..<end] : []
    }
}
