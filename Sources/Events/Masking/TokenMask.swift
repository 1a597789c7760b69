internal import Primitives

/// Tokens: values of names that mean one, `Authorization: Bearer` and `Basic` (RFC 6750, RFC 7617), JSON Web Tokens
/// (RFC 7519), and keys that their makers gave a beginning to be known by.
enum TokenMask {
    private static let names: [[UInt8]] = [
        "token", "api_key", "apikey", "api-key", "access_key", "access-key", "accesskey", "client_secret",
        "client-secret", "sessionid", "session_id", "session-id", "jsessionid", "phpsessid", "sessid", "connect.sid",
        "csrf", "auth_key",
    ].map { Array($0.utf8) }

    /// (beginning, least bytes behind it). Published by AWS, GitHub, GitLab, Slack, Google and Stripe.
    private static let makers: [(head: [UInt8], least: Int)] = [
        ("akia", 16), ("asia", 16), ("ghp_", 20), ("gho_", 20), ("ghs_", 20), ("ghu_", 20), ("github_pat_", 20),
        ("glpat-", 16), ("xoxb-", 16), ("xoxp-", 16), ("xoxa-", 16), ("aiza", 30), ("sk_live_", 16),
    ].map { (Array($0.0.utf8), $0.1) }

    static func find(_ bytes: Bytes) -> [Range<Int>] {
        SecretText.values(of: names, in: bytes).filter { !isScheme(bytes, $0) } + afterSchemes(bytes) + webTokens(bytes)
            + knownKeys(bytes)
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || [0x2D, 0x2E, 0x5F, 0x7E, 0x2B, 0x2F, 0x3D].contains(byte)
    }

    /// `token: Bearer x`: the word is none, what follows it is.
    private static func isScheme(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
        let word = Bytes(start: bytes.start + range.lowerBound, count: range.count)
        return range.count < 7 && ["bearer", "basic"].contains(word.text.lowercased())
    }

    /// Behind `authorization` anything; elsewhere what is long and has a digit, so that "basic authentication" stays.
    private static func afterSchemes(_ bytes: Bytes) -> [Range<Int>] {
        ["bearer ", "basic "].flatMap { word in
            SecretText.places(of: Array(word.utf8), in: bytes).compactMap { place -> Range<Int>? in
                if place > 0, ASCII.isAlphanumeric(bytes.start[place - 1]) { return nil }
                let start = place + word.utf8.count
                let end = SecretText.run(bytes, from: start, isTokenByte)
                let from = max(0, place - 24)
                let before = Bytes(start: bytes.start + from, count: place - from)
                let isHeader = !SecretText.places(of: Array("authorization".utf8), in: before).isEmpty
                let hasDigit = (start..<end).contains { (0x30...0x39).contains(bytes.start[$0]) }
                return end - start >= 4 && (isHeader || end - start >= 16 && hasDigit) ? start..<end : nil
            }
        }
    }

    private static func startsWord(_ bytes: Bytes, _ place: Int) -> Bool {
        place == 0 || !ASCII.isAlphanumeric(bytes.start[place - 1]) && bytes.start[place - 1] != 0x5F
    }

    private static func webTokens(_ bytes: Bytes) -> [Range<Int>] {
        var from = 0
        return SecretText.places(of: Array("eyj".utf8), in: bytes).compactMap { place in
            guard place >= from, startsWord(bytes, place) else { return nil }
            let end = SecretText.run(bytes, from: place) {
                ASCII.isAlphanumeric($0) || [0x2D, 0x2E, 0x5F].contains($0)
            }
            from = end
            let dots = (place..<end).count { bytes.start[$0] == 0x2E }
            return dots >= 2 && end - place >= 20 ? place..<end : nil
        }
    }

    private static func knownKeys(_ bytes: Bytes) -> [Range<Int>] {
        makers.flatMap { maker in
            SecretText.places(of: maker.head, in: bytes).compactMap { place -> Range<Int>? in
                guard startsWord(bytes, place) else { return nil }
                let start = place + maker.head.count
                let end = SecretText.run(bytes, from: start) { ASCII.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F }
                let hasDigit = (start..<end).contains { (0x30...0x39).contains(bytes.start[$0]) }
                return end - start >= maker.least && hasDigit ? place..<end : nil
            }
        }
    }
}
