internal import Primitives

/// Follows the messages of one direction by their headers alone: each header byte is looked at, bodies are passed over.
struct HeaderWalk {
    /// What a byte of a header says.
    enum Step {
        /// The header goes on.
        case more
        /// The header is whole; so many bytes of body follow.
        case body(Int)
        /// Nothing more is to be read: found, or messages do not follow each other any more.
        case over
    }

    /// Bytes of the message at hand that are still to come.
    private var left = 0
    private var isOver = false

    mutating func end() { isOver = true }

    /// `bytes` follow those of the call before.
    @inline(__always) mutating func pass(_ bytes: Bytes, _ header: (UInt8) -> Step) {
        var at = 0
        while !isOver, at < bytes.count {
            if left > 0 {
                let passed = min(left, bytes.count - at)
                left -= passed
                at += passed
                continue
            }
            switch header(bytes[at]) {
            case .more: break
            case .body(let length): left = length
            case .over: isOver = true
            }
            at += 1
        }
    }
}
