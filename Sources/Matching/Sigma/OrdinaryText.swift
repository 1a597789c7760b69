internal import Glibc

/// What ordinary logs are full of: a literal that stands in here wakes its rule on everyday records, so a rarer one of
/// the same rule is looked for in its place.
enum OrdinaryText {
    /// Whether `lowered` (lower case) is a part of nearly every record of its kind.
    static func isInEveryRecord(_ lowered: [UInt8]) -> Bool { everyRecord.contains(lowered) }

    /// Whether `lowered` (lower case) is a part of everyday records.
    static func isEveryday(_ lowered: [UInt8]) -> Bool { everyday.contains(lowered) }

    /// A text in which runs of bytes are looked up: most are told apart by three bytes that do not occur in it.
    private struct Text {
        private let bytes: [UInt8]
        private var triples = [Bool](repeating: false, count: 1 << 16)

        init(_ text: StaticString) {
            bytes = text.withUTF8Buffer { Array($0) }
            for index in bytes.indices.dropLast(2) { triples[Text.hash(bytes, index)] = true }
        }

        private static func hash(_ bytes: [UInt8], _ index: Int) -> Int {
            let value = UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
            return Int((value &* 0x9E37_79B1) >> 16)
        }

        func contains(_ wanted: [UInt8]) -> Bool {
            for index in wanted.indices.dropLast(2) where !triples[Text.hash(wanted, index)] { return false }
            guard let first = wanted.first else { return false }
            return bytes.withUnsafeBytes { text in
                guard var at = text.baseAddress else { return false }
                let end = at + text.count
                while let found = memchr(at, Int32(first), end - at), UnsafeRawPointer(found) + wanted.count <= end {
                    if memcmp(found, wanted, wanted.count) == 0 { return true }
                    at = UnsafeRawPointer(found) + 1
                }
                return false
            }
        }
    }

    private static let everyRecord = Text(
        """
        get post http/1.0 http/1.1 http/2.0 200 302 304 404 https://www.example.com/ http://localhost/ mozilla/5.0
        (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) chrome/134.0.0.0 safari/537.36
        (x11; linux x86_64; rv:128.0) gecko/20100101 firefox/128.0 (compatible; +http:// success failure
        """)

    private static let everyday = Text(
        """
        get post head put options http/1.0 http/1.1 http/2.0 https://www.example.com/ http://localhost:8080/ 127.0.0.1
        200 206 301 302 304 400 403 404 500 502 503 true false null name= id= ?id= &id= q= page= lang=vi lang=en
        mozilla/5.0 (windows nt 10.0; win64; x64; rv:128.0) gecko/20100101 firefox/128.0 edg/133.0.0.0
        mozilla/5.0 (x11; linux x86_64; rv:128.0) mozilla/5.0 (macintosh; intel mac os x 10_15_7) version/17.5
        mozilla/5.0 (iphone; cpu iphone os 17_5 like mac os x) applewebkit/605.1.15 (khtml, like gecko) mobile/15e148
        mozilla/5.0 (linux; android 14; k) mozilla/5.0 (compatible; googlebot/2.1; +http://www.google.com/bot.html)
        mozilla/4.0 (compatible; msie 8.0; windows nt 6.1; trident/4.0)
        /index.html /index.php /index.jsp /index.aspx /index.asp /index.cgi /index.do /index.action /home /main.css
        /app.js /style.min.css /jquery.min.js /script.js /favicon.ico /robots.txt /sitemap.xml /rss.xml /feed/ /news/
        /images/logo.png /img/banner.jpg /image/icon.gif /photos/photo.jpeg /avatar.webp /anh/ /fonts/roboto.woff2
        /static/assets/ /media/ /upload/ /uploads/ /files/file.pdf /download/ /tmp/ /temp/ /data.json /api/v1/ /api/v2/
        /user/login /users/ /admin/ /logout /session /account /profile /search /tag/ /category/ /product/ /post/ /page/2
        /cart /order /print /email /contact /about /help /wp-content/themes/ /wp-includes/ /wp-json/ /tin-tuc/ /dich-vu/
        /usr/bin/ /bin/sh /bin/bash /usr/sbin/ /etc/ /var/log/ /proc/ /dev/null c:\\windows\\system32\\ .exe .dll .log .txt
        root system user admin failed error success denied accepted connection closed session opened invalid password
        execve syscall path microsoft-windows info warning notice debug started stopped
        """)
}
