internal import Primitives

/// How the length of a body is told (RFC 9112 section 6.3). `Transfer-Encoding: chunked` stands above a length.
struct HTTPBodyFraming {
    var chunked = false
    var length: Int64?
    /// Neither of the two fields is there.
    var isSilent = true

    init(_ head: HTTPHead) {
        for index in 0..<head.fieldCount {
            if head.isNamed(index, "transfer-encoding") {
                isSilent = false
                chunked = chunked || HTTPWords.contain(head.value(index), "chunked")
            } else if length == nil, head.isNamed(index, "content-length") {
                isSilent = false
                length = HTTPBodyFraming.firstNumber(head.value(index))
            }
        }
    }

    /// The first run of digits, as lenient parsers read it; nil where there is none or it is too long.
    private static func firstNumber(_ value: Bytes) -> Int64? {
        var from = 0
        while from < value.count, !ASCII.isDigit(value.start[from]) { from += 1 }
        var end = from
        while end < value.count, ASCII.isDigit(value.start[end]) { end += 1 }
        return value.slice(from, end).decimal.map { Int64($0) }
    }
}
