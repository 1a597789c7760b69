internal import Events
internal import Primitives

/// `METHOD TARGET HTTP/VERSION` as an access log keeps it. What is no request line is kept whole as `url.original`.
enum RequestLine {
    private static let longestMethod = 32

    @inline(__always) static func decode(_ text: Bytes, _ sink: inout EventSink) {
        if text.count == 0 || (text.count == 1 && text.start[0] == ASCII.minus) { return }
        let methodEnd = methodLength(text)
        let version = versionStart(text)
        guard methodEnd > 0, version > methodEnd || !hasLower(text, methodEnd) else {
            sink.add(.urlOriginal, text)
            return
        }
        sink.add(.httpRequestMethod, text.slice(0, methodEnd))
        let targetEnd = version > methodEnd ? version - 1 : text.count
        if version > methodEnd { sink.add(.httpVersion, text.dropping(version + 5)) }
        if targetEnd > methodEnd + 1 { addTarget(text.slice(methodEnd + 1, targetEnd), &sink) }
    }

    /// `url.original`, and path and query as views of it.
    @inline(__always) static func addTarget(_ target: Bytes, _ sink: inout EventSink) {
        sink.add(.urlOriginal, target)
        var end = target.count
        var path = 0
        if target.start[0] != ASCII.slash {
            path = pathStart(target)
            addHost(target, before: path, &sink)
        }
        guard path < end else { return }
        if let question = target.firstIndex(of: ASCII.question, from: path) {
            end = question
            if question + 1 < target.count { sink.add(.urlQuery, target.dropping(question + 1)) }
        }
        if end > path { sink.add(.urlPath, target.slice(path, end)) }
    }

    /// The host of a target in absolute form (RFC 9112 section 3.2.2), which goes before what a header says.
    private static func addHost(_ target: Bytes, before path: Int, _ sink: inout EventSink) {
        guard path > 0, let scheme = target.firstIndex(of: "://"), !sink.has(.urlDomain) else { return }
        let authority = target.slice(scheme + 3, path)
        let from = authority.lastIndex(of: 0x40).map { $0 + 1 } ?? 0
        let host = authority.dropping(from)
        let end = host.firstIndex(of: ASCII.colon) ?? host.count
        if isHostName(host.slice(0, end)) || isIPv4(host.slice(0, end)) { sink.add(.urlDomain, host.slice(0, end)) }
    }

    /// Where the path of `http://host/path` begins; the whole text where it has no scheme.
    private static func pathStart(_ target: Bytes) -> Int {
        guard let scheme = target.firstIndex(of: "://"), scheme < 16 else { return 0 }
        return target.firstIndex(of: ASCII.slash, from: scheme + 3) ?? target.count
    }

    /// Length of the leading word where it can be a method (RFC 9110 section 9.1: a token) and a space follows; else 0.
    @inline(__always) static func methodLength(_ text: Bytes) -> Int {
        var index = 0
        let limit = min(text.count, longestMethod)
        while index < limit {
            let byte = text.start[index]
            if byte == ASCII.space { return index }
            guard ASCII.isLetter(byte) || byte == ASCII.minus || byte == ASCII.underscore else { return 0 }
            index += 1
        }
        return 0
    }

    private static func hasLower(_ text: Bytes, _ end: Int) -> Bool {
        for index in 0..<end where text.start[index] >= 0x61 && text.start[index] <= 0x7A { return true }
        return false
    }

    /// Where `HTTP/n.n` begins behind the last space; 0 where it does not stand there.
    @inline(__always) static func versionStart(_ text: Bytes) -> Int {
        let count = text.count
        if count > 9, isVersion(text.start + count - 9) { return count - 8 }
        if count > 7, isVersion(text.start + count - 7) { return count - 6 }
        return 0
    }

    /// ` HTTP/`.
    @inline(__always) private static func isVersion(_ text: UnsafePointer<UInt8>) -> Bool {
        text[0] == ASCII.space && text[5] == ASCII.slash
            && UnsafeRawPointer(text).loadUnaligned(fromByteOffset: 1, as: UInt32.self)
                == UInt32(littleEndian: 0x5054_5448)
    }
}
