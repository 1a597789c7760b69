internal import Events
internal import Primitives

/// Amazon S3's server access log: `OWNER BUCKET [TIME] CLIENT REQUESTER ...`. Owner and bucket would pass for a client
/// and a user ("Amazon S3 server access log format"); what follows the time is a message form.
enum BucketAccessFormat {
    /// Digits of a canonical user id; older logs and the guide's examples have fewer than 64.
    private static let leastDigits = 30

    static func mayBe(_ line: Bytes) -> Bool { line.count > leastDigits && ownerEnd(line) >= leastDigits }

    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        let owner = ownerEnd(line)
        let bucket = Tag.wordEnd(line, owner + 1)
        guard owner >= leastDigits, line.starts(with: " [", at: bucket) else { return false }
        var reader = StampReader(line, at: bucket + 2)
        guard reader.dayFirst(), reader.isPlausible, line.starts(with: "] ", at: reader.at), sink.setTime(reader.stamp)
        else { return false }
        return messages.decode(program: .empty, message: line.dropping(reader.at + 2), into: &sink)
    }

    private static func ownerEnd(_ line: Bytes) -> Int {
        var end = 0
        while end < line.count, end < 65, ASCII.hexValue(line.start[end]) != nil { end += 1 }
        return end < line.count && line.start[end] == ASCII.space ? end : 0
    }
}
