internal import Events
internal import Primitives

/// A call that waits for its reply.
struct NFSCall {
    var identifier: UInt32 = 0
    var version: UInt32 = 0
    /// Of version 4 the operation that the compound is about.
    var procedure: UInt32 = 0
    var transaction: UInt32 = 0
    var offset: UInt64 = 0
    /// Which of the connection's files it reads, or will name; -1: none.
    var file: Int32 = -1
}

/// A file that a handle stands for.
struct NFSFile {
    var handle = ByteStore()
    var name = ByteStore()
    var content = ByteStore()
    var way = FlowDirection.toServer
    var isReported = false
    var next: Int32 = -1
}

/// One connection, or one pair of ports over UDP.
struct NFSMemory {
    static let maximumOpen = 32
    static let maximumFiles = 32

    var calls = InlineArray<32, NFSCall>(repeating: NFSCall())
    var open = 0
    /// Calls without a reply, which are more than what is kept of them.
    var unanswered = 0
    var isCrowded = false
    var files: Int32 = -1
    var fileCount = 0
}

/// What a call asks for, as far as signatures and files need it.
struct NFSRequest {
    var procedure: UInt32
    var handle = Bytes.empty
    var name = Bytes.empty
    var offset: UInt64 = 0
    var data = Bytes.empty
    var writes = false
    var reads = false
    /// The file is complete.
    var commits = false
    /// The reply brings the handle of the named file.
    var opens = false
    var isDamaged = false

    init(procedure: UInt32) { self.procedure = procedure }

    /// Whether signatures see it: not the end of what was written, nor a read of version 2, nor compounds of version 4
    /// that make, remove and write nothing, as in Suricata.
    func isTransaction(version: UInt32) -> Bool {
        switch version {
        case 2: !reads
        case 3: !commits
        default: procedure == 6 || procedure == 28 || procedure == 38
        }
    }
}
