internal import Primitives

/// What the protocol does not allow where it stands: line ends that begin a header or another request, zero bytes.
enum ProtocolJudge {
    private static let headers = WordTable([
        (
            1,
            """
            set-cookie location content-type content-length content-location transfer-encoding host connection refresh \
            status cookie access-control-allow-origin x-xss-protection x-forwarded-for x-forwarded-host link \
            last-modified expires cache-control content-security-policy clear-site-data content-disposition \
            content-encoding
            """
        )
    ])

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = 0
        while at < text.count, tally.current < 5 {
            guard text[at] == ASCII.newline || text[at] == ASCII.carriageReturn else {
                at += 1
                continue
            }
            var start = at
            while text[start] == ASCII.newline || text[start] == ASCII.carriageReturn || text[start] == 0x20
                || text[start] == ASCII.tab
            { start += 1 }
            var end = start
            while AttackText.isWord(text[end]) || text[end] == ASCII.minus { end += 1 }
            let name = text.slice(start, end)
            if text[end] == ASCII.colon, headers.contains(name) || name.starts(with: "x-") {
                tally.add(5, "header behind a line end", at: at, end - at)
            } else if text.starts("http/1.", at: start) || text.starts("http/2", at: start)
                || text.slice(start, start + 160).contains(" http/1.")
                    && (name == "get" || name == "post" || name == "head" || name == "put" || name == "delete")
            {
                tally.add(5, "request or answer behind a line end", at: at, end - at)
            }
            at = max(start, at + 1)
        }
        if place == .path, text.contains("\0") {
            tally.add(4, "zero byte in a path", at: max(0, text.find(byte: 0)), 1)
        }
    }
}
