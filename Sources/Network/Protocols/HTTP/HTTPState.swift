internal import Events
internal import Primitives

/// What a direction reads next.
enum HTTPReading: UInt8 {
    case head
    case fixedBody
    case chunkSize
    case chunkData
    /// The line end behind a chunk.
    case chunkEnd
    case trailer
    case untilClose
    /// The message is whole: what follows decides whether more of it comes.
    case complete
    /// Bytes are missing: what follows is passed over until a message begins.
    case search
    /// Message boundaries are lost, or another protocol has taken over.
    case lost
}

/// One direction of a connection.
struct HTTPSide {
    var reading = HTTPReading.head
    /// When the first byte of the message under way was captured.
    var started = Timestamp.none
    var head = ByteStore()
    var body = ByteStore()
    /// Bytes of the body, or of the chunk, still to come.
    var remaining: Int64 = 0
    var bodyBytes: Int64 = 0
    /// Chunk size read so far, digits in it, and whether an extension follows.
    var chunkSize: Int64 = 0
    var chunkDigits = 0
    var inExtension = false
    /// Length so far of the line under way, in a head or trailer.
    var lineLength = 0
    /// Times that the head was looked at for its end.
    var headTries = 0
    /// Its inspection item was appended already.
    var reported = false
    /// Transaction that the message under way belongs to; -1 while its head is not whole.
    var transaction: Int32 = -1
}

/// A request, and what is needed of it until its response is whole.
struct HTTPTransaction {
    var number: UInt32
    var time: Timestamp
    var requestHead = ByteStore()
    var requestBodyBytes: Int64 = 0
    var hasRequest: Bool
    var isHead = false
    var isConnect = false
    /// It was told to go on (RFC 9110 section 15.2.1).
    var hasContinue = false
    /// Data stood behind a request that has no body, and was none.
    var hasUnexpectedBody = false
    /// A chunk of the request had an extension.
    var hasChunkExtension = false
    var hasResponseChunkExtension = false
    /// No size where a chunk of the request, or of the response, must begin.
    var isRequestChunkBroken = false
    var isResponseChunkBroken = false
    /// The request's item was appended; the response's was, and its event with it.
    var requested = false
    var responded = false
    var next: Int32 = -1
}

/// One flow that speaks HTTP/1.
struct HTTPConnection {
    var request = HTTPSide()
    var response = HTTPSide()
    var oldest: Int32 = -1
    var newest: Int32 = -1
    var open = 0
    var requestsEnded = false
}

/// What is odd about chunks, kept for the message's item.
extension HTTPFraming {
    /// A request is told to go on once.
    func noteContinue() {
        let index = parser.awaiting(connection)
        guard index >= 0 else { return }
        let transaction = parser.transactions.states + Int(index)
        defer { transaction.pointee.hasContinue = true }
        guard transaction.pointee.hasContinue else { return }
        var made = parser.output.item(.transaction, flow, .toClient)
        made.transaction = transaction.pointee.number
        parser.output.anomaly("http.100_continue_already_seen")
        parser.output.append(made)
    }

    private var transaction: UnsafeMutablePointer<HTTPTransaction>? {
        let place = Int(side.pointee.transaction)
        return place >= 0 ? parser.transactions.states + place : nil
    }

    func noteExtension() {
        if way == .toServer {
            transaction?.pointee.hasChunkExtension = true
        } else {
            transaction?.pointee.hasResponseChunkExtension = true
        }
    }

    func noteBrokenChunk() {
        if way == .toServer {
            transaction?.pointee.isRequestChunkBroken = true
        } else {
            transaction?.pointee.isResponseChunkBroken = true
        }
    }
}
