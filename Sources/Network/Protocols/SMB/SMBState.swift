internal import Events
internal import Primitives

/// A request that waits for its response.
struct SMBRequest {
    var message: UInt64
    var command: UInt16
    var transaction: UInt32
    var time: Timestamp
    /// Path of a tree, name of a file, user of a session.
    var text = ByteStore()
    var file = SMBFileID()
    var next: Int32 = -1
}

struct SMBFileID: Equatable {
    var high: UInt64 = 0
    var low: UInt64 = 0
}

/// A tree that is connected: a share.
struct SMBTree {
    var id: UInt32
    var isPipe: Bool
    var name = ByteStore()
    var next: Int32 = -1
}

/// A file or pipe that is open.
struct SMBFile {
    var id: SMBFileID
    var isPipe: Bool
    var name = ByteStore()
    var content = ByteStore()
    var way = FlowDirection.toServer
    var isReported = false
    /// Pieces that came before those in front of them.
    var ahead = 0
    var next: Int32 = -1
}

/// One SMB connection.
struct SMBConnection {
    static let maximumRequests = 64
    static let maximumTrees = 32
    static let maximumFiles = 32

    var toServer = ByteStore()
    var toClient = ByteStore()
    var requests: Int32 = -1
    var requestCount = 0
    /// Requests without a response, which are more than what is kept of them.
    var unanswered = 0
    var isCrowded = false
    var trees: Int32 = -1
    var treeCount = 0
    var files: Int32 = -1
    var fileCount = 0
    var session = DCERPCSession()
    /// Most bytes that the server reads and writes at once, as it said; 0: it did not say.
    var mostRead: UInt32 = 0
    var mostWritten: UInt32 = 0
    var isLost = false
}
