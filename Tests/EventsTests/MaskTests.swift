import Events
import Primitives
import Testing

@Suite struct MaskTests {
    private static func masker(_ kinds: [String] = MaskRule.table.map(\.name), key: String = "k") -> Masker {
        Masker(rules: kinds.compactMap { MaskRule.named($0) }, key: Array(key.utf8))
    }

    /// With the digest left out, which depends on the key.
    private static func shape(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
            let mark = rest[rest.index(after: start)..<end].split(separator: ":")
            result += rest[..<start]
            result += mark.count == 3 ? "<\(mark[0]):\(mark[1])>" : String(rest[start...end])
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    static let found: [(text: String, shown: String)] = [
        ("login password=hunter2 ok", "login password=<password:4-7> ok"),
        ("GET /a?user=x&pwd=S3cret!&y=1 HTTP/1.1", "GET /a?user=x&pwd=<password:4-7>&y=1 HTTP/1.1"),
        (#"{"password":"p a s s","user":"x"}"#, #"{"password":"<password:4-7>","user":"x"}"#),
        (#"{\"password\":\"abcdefgh\",\"user\":\"x\"}"#, #"{\"password\":\"<password:8-15>\",\"user\":\"x\"}"#),
        ("db.password: correct-horse-battery", "db.password: <password:16-31>"),
        ("userPwd=abc;x=y", "userPwd=<password:1-3>;x=y"),
        ("q=a%26password%3Dabc%26b", "q=a%26password%3D<password:1-3>%26b"),
        ("mysql --password hunter2 -u root", "mysql --password <password:4-7> -u root"),
        ("PASS hunter2", "PASS <password:4-7>"),
        ("git clone https://minh:tr0ub4dor@git.example/x", "git clone https://minh:<password:8-15>@git.example/x"),
        ("CREATE USER x IDENTIFIED BY 'secret12'", "CREATE USER x IDENTIFIED BY '<password:8-15>'"),
        ("mật khẩu: abc123 đã đổi", "mật khẩu: <password:4-7> đã đổi"),
        ("Authorization: Bearer abcd.efgh", "Authorization: Bearer <token:8-15>"),
        ("authorization: Basic dXNlcjpwYXNz", "authorization: Basic <token:8-15>"),
        ("Cookie: PHPSESSID=0123456789abcdef0123; a=b", "Cookie: PHPSESSID=<token:16-31>; a=b"),
        (
            "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF-_1 end",
            "jwt <token:32-63> end"
        ),
        ("key AKIAIOSFODNN7EXAMPLE", "key <token:16-31>"),
        ("card 4111 1111 1111 1111 paid", "card <card:16-31> paid"),
        ("card=4111111111111111", "card=<card:16-31>"), ("5500-0000-0000-0004", "<card:16-31>"),
        ("amex 378282246310005.", "amex <card:8-15>."),
        ("CCCD 001199012345 nam", "CCCD <citizen-id:8-15> nam"), ("079200123456", "<citizen-id:8-15>"),
    ]

    @Test(arguments: found)
    func secretsAreWrittenOver(_ given: (text: String, shown: String)) {
        let masker = Self.masker()
        #expect(Self.shape(masker.masked(given.text)) == given.shown)
        #expect(masker.counts.values.reduce(0, +) == 1)
        let once = masker.masked(given.text)
        #expect(masker.masked(once) == once, "what is written over stays as it is")
    }

    static let innocent = [
        "Failed password for root from 203.0.113.7 port 22 ssh2", "compass=north bypass=1 xuất khẩu: gạo",
        "password=", #"{"password":null}"#, "password: -", "basic authentication is required",
        "4111 1111 1111 1112", "4111111111111111222222222", "202603120258", "097199012345", "001499012345",
        "a001199012345", "001199012345.5", "0.001199012345", "http://host:8080/x@y", "token", "tokens used: many",
        "1773345481000000", "Đăng nhập thành công", "",
    ]

    @Test(arguments: innocent)
    func whatIsNoSecretStays(_ text: String) {
        #expect(Self.masker(["password", "card", "citizen-id"]).masked(text) == text)
    }

    @Test func equalSecretsStayComparableUnderOneKeyOnly() {
        let masker = Self.masker()
        let first = masker.masked("password=hunter2")
        #expect(first == masker.masked("password=hunter2"))
        #expect(first != masker.masked("password=hunter3"))
        #expect(first != Self.masker(key: "other").masked("password=hunter2"))
        #expect(!first.contains("hunter"))
    }

    @Test func overlapsLeaveNoRest() {
        let text = "password=4111111111111111&next=1"
        #expect(Self.shape(Self.masker().masked(text)) == "password=<password:16-31>&next=1")
    }

    @Test func framesKeepTheirLength() {
        let frame: [UInt8] = [0, 1, 2] + Array("POST user=a&password=hunter2&x=1".utf8)
        let blanked = Self.masker().blanked(frame)
        #expect(blanked?.count == frame.count)
        #expect(blanked.map { String(decoding: $0.dropFirst(3), as: UTF8.self) } == "POST user=a&password=*******&x=1")
        #expect(Self.masker().blanked([1, 2, 3]) == nil)
    }

    @Test func detectionsAreSealedAsTheyAreKept() throws {
        let line = Array("login password=hunter2".utf8)
        let event = EventReference(
            id: ContentID(high: 1, low: 1), input: ContentID(high: 1, low: 2), number: 1, offset: 0, length: line.count)
        let rule = RuleInfo(
            id: "r", title: "t", level: .low, kind: .sigma, origin: RuleOrigin(file: "f", line: 1))
        let detection = Detection(
            id: ContentID(high: 3, low: 3), rule: rule, first: .none, last: .none, events: [event],
            fields: [
                FieldValue(name: "user.password", value: "hunter2"), FieldValue(name: "user.name", value: "hunter2"),
            ],
            entity: .none, evidence: [line.withBytes { Evidence(event: event, bytes: $0) }])
        let masked = Self.masker().masked(detection)
        #expect(masked.fields[0].value.hasPrefix("<password:4-7:"))
        #expect(masked.fields[1].value == "hunter2")
        let piece = masked.evidence[0]
        #expect(piece.bytes.withBytes { SHA256Digest(of: $0) } == piece.digest)
        #expect(masked.id == detection.id)
    }

    /// What an incident is about, and what its title and lists show, is the entity of its detections.
    @Test(arguments: [
        ("url.query", "password=hunter2", "user", "password=<password:4-7:"),
        ("user.password", "hunter2", "user", "<password:4-7:"),
        ("user.name", "4111111111111111", "user", "<card:16-31:"), ("source.ip", "203.0.113.7", "ip", "203.0.113.7"),
    ])
    func theEntityIsWrittenOverAsItsFieldIs(_ field: String, _ value: String, _ kind: String, _ shown: String) {
        let rule = RuleInfo(id: "r", title: "t", level: .low, kind: .sigma, origin: RuleOrigin(file: "f", line: 1))
        let detection = Detection(
            id: ContentID(high: 3, low: 3), rule: rule, first: .none, last: .none, events: [],
            fields: [FieldValue(name: field, value: value)], entity: Entity(kind: kind, value: value))
        let masked = Self.masker().masked(detection)
        #expect(masked.entity.value == masked.fields[0].value && masked.entity.kind == kind)
        #expect(masked.entity.value.hasPrefix(shown))
    }

    @Test func namesSeenForAddressesAreWrittenOver() throws {
        let address = try #require(IPAddress("10.0.0.5"))
        let sighting = Sighting(
            kind: .user, address: address, name: "x&pwd=hunter2", slot: 1, first: .none, last: .none)
        #expect(Self.masker().masked(sighting).name.hasPrefix("x&pwd=<password:4-7:"))
    }

    @Test(arguments: 0..<4)
    func anyBytesDoNoHarm(_ seed: Int) {
        var random = SystemRandomNumberGenerator()
        let words = [
            "password", "=", ":", "\"", "%3D", " ", "Bearer ", "eyJ", "4111111111111111", "://a:b@", "\\", "0",
        ]
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &random) {
                if Bool.random(using: &random) {
                    bytes.append(UInt8.random(in: 0...255, using: &random))
                } else {
                    bytes += Array((words.randomElement(using: &random) ?? "").utf8)
                }
            }
            #expect(Self.masker().blanked(bytes).map { $0.count == bytes.count } ?? true)
            _ = Self.masker().masked(bytes)
        }
    }
}
