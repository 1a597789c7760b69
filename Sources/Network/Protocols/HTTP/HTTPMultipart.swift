internal import Primitives

/// Files in a form that is sent (RFC 7578): parts between boundaries, each with headers of its own.
enum HTTPMultipart {
    private static let maximumParts = 256

    /// Nil where the content type is no form's.
    static func boundary(_ type: Bytes?) -> Bytes? {
        guard let type, HTTPWords.contain(type.prefix(64), "multipart/form-data") else { return nil }
        let boundary = MIMEValue.parameter(type, "boundary")
        return boundary.isEmpty ? nil : boundary
    }

    /// Calls `take` with name and content of each part that is a file; `isWhole` where its end was seen.
    static func eachFile(
        _ body: Bytes, _ boundary: Bytes, _ take: (_ name: Bytes, _ content: Bytes, _ isWhole: Bool) -> Void
    ) {
        var at = 0
        var name = Bytes.empty
        var inHeaders = false
        var content = 0
        var parts = 0
        while at < body.count, parts < maximumParts {
            let end = body.firstIndex(of: ASCII.newline, from: at) ?? body.count
            let line = body.slice(at, end)
            let next = min(end + 1, body.count)
            if isBoundary(line, boundary) {
                let end = max(lineStart(body, at), content)
                if !inHeaders && !name.isEmpty { take(name, body.slice(content, end), true) }
                name = .empty
                inHeaders = true
                parts += 1
            } else if inHeaders {
                if line.isEmpty || line == "\r" {
                    inHeaders = false
                    content = next
                } else if line.startsIgnoringCase("content-disposition:") {
                    name = MIMEValue.parameter(line.trimmed, "filename")
                }
            }
            at = next
        }
        if !inHeaders && !name.isEmpty { take(name, body.dropping(content), false) }
    }

    /// What is odd about a form's parts, by the names of Suricata's `http-events.rules`: a line of a part's head that
    /// is no field, and a part that is a file and ends with its head.
    static func faults(_ body: Bytes, _ boundary: Bytes) -> (badHeader: Bool, noData: Bool) {
        var (badHeader, noData) = (false, false)
        var (at, parts, headLines) = (0, 0, 0)
        var (inHeaders, isFile, isFresh) = (false, false, false)
        while at < body.count, parts < maximumParts {
            let end = body.firstIndex(of: ASCII.newline, from: at) ?? body.count
            let line = body.slice(at, end).withoutReturn
            let isLast = end == body.count
            at = min(end + 1, body.count)
            if isBoundary(line, boundary) {
                badHeader = badHeader || inHeaders && headLines > 0
                noData = noData || isFresh && isFile
                (inHeaders, isFile, isFresh, headLines) = (true, false, false, 0)
                parts += 1
            } else if inHeaders, line.isEmpty {
                (inHeaders, isFresh) = (false, true)
            } else if inHeaders, !isLast {
                headLines += 1
                let colon = line.firstIndex(of: ASCII.colon)
                badHeader = badHeader || colon == nil || colon == line.count - 1
                isFile = isFile || HTTPWords.contain(line, "filename=")
            } else {
                isFresh = false
            }
        }
        return (badHeader, noData)
    }

    private static func isBoundary(_ line: Bytes, _ boundary: Bytes) -> Bool {
        line.count >= boundary.count + 2 && line[0] == ASCII.minus && line[1] == ASCII.minus
            && line.slice(2, 2 + boundary.count) == boundary
    }

    /// Before the line end in front of `at`.
    private static func lineStart(_ body: Bytes, _ at: Int) -> Int {
        var end = at
        if end > 0, body[end - 1] == ASCII.newline { end -= 1 }
        if end > 0, body[end - 1] == ASCII.carriageReturn { end -= 1 }
        return end
    }
}
