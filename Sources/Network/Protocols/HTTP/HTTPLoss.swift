internal import Events
internal import Primitives

/// Bytes that the capture does not have.
extension HTTPFraming {
    /// Missing bytes: harmless inside a body of known length; elsewhere the message is over as far as it came, and the
    /// next one has to be found.
    mutating func skip(_ count: Int) {
        let length = Int64(count)
        switch side.pointee.reading {
        case .untilClose:
            side.pointee.bodyBytes += length
        case .fixedBody where length < side.pointee.remaining, .chunkData where length < side.pointee.remaining:
            side.pointee.remaining -= length
            side.pointee.bodyBytes += length
        case .fixedBody where length == side.pointee.remaining:
            side.pointee.bodyBytes += length
            finishMessage()
        case .complete: finishMessage()
        case .lost: break
        default:
            end()
            side.pointee.reading = .search
        }
    }

    /// Behind missing bytes: goes to where a line of `bytes` begins a message.
    mutating func search(_ bytes: Bytes) -> Int {
        var at = 0
        while at < bytes.count {
            let rest = bytes.dropping(at)
            if way == .toServer ? HTTPMethod.beginsRequest(rest) : HTTPResponseScanner.beginsResponse(rest) {
                side.pointee.reading = .head
                side.pointee.head.clear()
                side.pointee.lineLength = 0
                return at
            }
            guard let newline = bytes.firstIndex(of: ASCII.newline, from: at) else { break }
            at = newline + 1
        }
        return bytes.count
    }
}
