import Matching
import Primitives
import Rules
import Testing

/// Values that people and programs send every day: nothing may be said of them. All are ours.
@Suite struct OrdinaryTableTests {
    static let prose = [
        "thủ tục cấp giấy khai sinh", "hồ sơ đất đai & nhà ở", "đăng ký kinh doanh (hộ cá thể)",
        "số nhà 12/4, ngõ 5; phường Trần Phú",
        "Ông Nguyễn Văn A, sinh năm 1975 - Hà Nội", "giấy phép 15/2026/QĐ-UBND", "../hinh-anh/bieu-trung.png",
        "lệ phí = 50.000 đ", "có hay không?",
        "họp lúc 14:30",
        "select a university or college in town", "union of workers and order of merit", "drop in at the library",
        "it's a dog's life",
        "rock'n'roll and jazz", "\"giấy tờ\" or \"hồ sơ\"", "l'été d'un homme", "O'Neill and D'Arcy", "what time is it",
        "cat and dog",
        "who let the dogs out", "the price is < 5 and > 2", "a + b = c", "5 > 3", "1 and 2 or 3", "C++ or C#",
        "R&D and more",
        "Sales & Marketing", "AT&T | Home", "News | Sport", "more; less; none", "find a job in Hanoi", "less is more",
        "insert coin to play", "update your profile", "create an account", "I like it", "is null a number",
        "group by age",
        "delete my account please", "The table has 4 legs -- really", "Tom's and Jerry's", "100% cotton",
        "50% off! (today only)",
        "q&a: how to apply", "email me: a@example.org", "see http://example.org/a?b=c&d=e", "step 1/3",
        "echo in the hall",
        "ping pong", "sleep well", "sort by name", "time to say goodbye", "top 10 | best of", "java or javascript",
        "alert: system down", "how a union select in sql works", "benchmark(ing) of tools",
    ]
    static let code = [
        "for (let i = 0; i < 10; i++) { sum += i }", "if (a < b) return a;", "const x = [1, 2, 3].map(y => y * 2)",
        "SELECT ten FROM hoso WHERE nam = 2026", "git commit -m \"fix\"", "print(\"hello\")", "<b>quan trọng</b>",
        "x = y ? 1 : 2",
        "array[0] = value", "def ham(a, b): return a + b", "{{ten}}", "${campaign_id}", "Hello {name}, welcome",
        "a => a.id",
        "margin: 0 auto; color: #333", "public static void main", "SELECT COUNT(*) FROM a GROUP BY b",
        "project = CNTT AND status in (Open, \"In Progress\") ORDER BY created DESC",
        "type = page and space = \"HC\"", "Lỗi: java.lang.NullPointerException at vn.example.A.b(A.java:12)",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB+AAAAfFcSJ",
    ]
    static let tokens = [
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "dGjhu7cgdOG7pWMgaMOgbmggY2jDrW5o", "aGVsbG8gd29ybGQgdGhpcyBpcyB0ZXh0", "4f8c2a1e-9b7d-4e3f-8a6b-1c2d3e4f5a6b",
        "0912 345 678",
        "+84 912 345 678", "2026-03-12T14:30:00+07:00", "21.0285,105.8542", "q=0.9,*/*;q=0.8", "a1b2c3==",
        "Mozilla/5.0 (X11)",
        "utm_source=fb|ig", "1,2,3;4,5,6", "id:desc", "price:asc,name:desc", "#top", "@nguyenvana",
        "{\"trang\":1,\"loc\":[\"a\",\"b\"]}",
        "https://example.org/duong-dan/trang?x=1&y=2#z", "/dich-vu/nop-ho-so?buoc=2", "/tai-lieu/quy-dinh.pdf",
        "C:\\fakepath\\anh.jpg",
        "vi-VN,vi;q=0.9", "image/webp", "v1.2.3-beta+5", "~user", "A*", "*.pdf", "[1,2,3]", "(024) 3936 1234", "5'11\"",
        "12\"", "{\"where\":{\"loai\":\"MOI\"},\"order\":\"id DESC\"}", "[{\"and\":[\"a\",1.5,null]},\"or\",true]",
        "C:\\ đầy rồi", "union select committee", "user's guide & FAQ", "\"Bộ luật lao động\" AND 2019",
        "I'd like to set my own name", "Does 'or' mean either/or?", "1 and 2 = 3", "sleep (5 hours) is bad",
        "cotton; size M/L | blue", "D:\\van-ban\\2026\\", "\\\\may-chu\\chung\\2026\\cv12.doc",
        "created >= 2026-01-01 AND created < 2026-02-01",
        "<p><img src=\"/tep/anh.jpg\" alt=\"ảnh\" width=\"300\"></p>",
        "<figure><img src=\"https://cdn.example.org/a-1.webp\"><figcaption>Chú thích</figcaption></figure>",
    ]

    /// ArcGIS's services ask so for all rows of a layer; anywhere else it is a condition that is always true.
    @Test func layersAreAskedForWhole() {
        #expect(findings(target: "/arcgis/rest/services/A/MapServer/0/query?where=1%3D1&f=json").isEmpty)
        #expect(!findings(target: "/tra-cuu/query?where=1%3D1&f=json").isEmpty)
        #expect(!findings(target: "/arcgis/rest/services/A/MapServer/0/query?where=1%3D1%20or%20sleep(5)").isEmpty)
    }

    @Test(arguments: prose + code + tokens)
    func ordinaryValuesAreQuiet(_ value: String) {
        let found = findings(target: "/tra-cuu?trang=3&tu=" + encoded(value) + "&x=1")
        #expect(found.isEmpty, "\(found.flatMap(\.parts).map { "\($0.judge.name): \($0.part.what) \($0.part.score)" })")
    }

    @Test(arguments: [
        "/", "/index.html", "/.well-known/acme-challenge/x", "/tin-tuc/2026/03/th%C3%B4ng-b%C3%A1o", "/a/b.c/d_e-f~g",
        "/x/(1)/y",
        "/wp-content/uploads/2026/03/anh%20(2).jpg", "/api/v1/ho-so/12,13;v=2", "/@vite/client", "/node/[id]/edit",
        "/a'b", "/c++/map",
    ])
    func ordinaryPathsAreQuiet(_ path: String) { #expect(findings(target: path).isEmpty) }

    @Test(arguments: [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "curl/8.5.0", "python-requests/2.31.0", "Wget/1.21", "okhttp/4.12.0", "Go-http-client/1.1",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Zalo iOS/652 ZaloTheme/light ZaloLanguage/vi",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) [FBAN/FBIOS;FBAV/400.0;FBBV=1]", "kube-probe/1.29",
        "check_http/v2.3.3 (nagios)",
        "git/2.43.0", "apt-http/2.4", "bash", "-",
    ])
    func ordinaryAgentsAreQuiet(_ agent: String) { #expect(findings(target: "/", agent: agent).isEmpty) }

    @Test func ordinaryReferrersAndCookiesAreQuiet() {
        #expect(
            findings(
                target: "/", referrer: "https://www.google.com/search?q=th%E1%BB%A7+t%E1%BB%A5c&oq=a%2Cb&sourceid=x"
            ).isEmpty)
        #expect(
            findings(target: "/", referrer: "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.org%2F&h=AT0x")
                .isEmpty)
        #expect(findings(target: "/", cookie: "JSESSIONID=A1B2; _ga=GA1.2.3.4; lang=vi; prefs={\"a\":1}").isEmpty)
    }
}
