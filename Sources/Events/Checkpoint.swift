public import Primitives

/// How far an input has been read, committed in the same transaction as what was found up to there.
public struct Checkpoint: Sendable {
    /// Identity of the input: hash of its first complete records (`headLength` bytes, at most 4 KiB) and its sensor.
    public var input: ContentID
    public var sensor: String?
    /// Whose log it is, where `--asset` said so.
    public var asset: String?
    public var headLength: Int
    /// Bytes of the decompressed stream that are done, and the records in them.
    public var offset: Int64
    public var records: Int64
    /// SHA-256 (128 bits) of the last `tailLength` bytes before `offset`: what a longer copy must still hold there.
    public var tail: ContentID
    public var tailLength: Int
    /// The file as last seen, to know it again without reading: path, device, inode, size, modification time (ns).
    public var path: String
    public var fileStamp: FileStamp?
    /// Reference time for stamps without a year, fixed when the input was first seen.
    public var yearReference: Timestamp
    /// Captures: the whole capture is done. One that is not is read anew from its beginning.
    public var complete: Bool

    public init(
        input: ContentID, sensor: String?, headLength: Int, offset: Int64, records: Int64, tail: ContentID,
        tailLength: Int, path: String, fileStamp: FileStamp?, yearReference: Timestamp, complete: Bool
    ) {
        self.input = input
        self.sensor = sensor
        self.headLength = headLength
        self.offset = offset
        self.records = records
        self.tail = tail
        self.tailLength = tailLength
        self.path = path
        self.fileStamp = fileStamp
        self.yearReference = yearReference
        self.complete = complete
    }
}

public struct FileStamp: Hashable, Sendable {
    public var device: UInt64
    public var inode: UInt64
    public var size: Int64
    public var modifiedNanoseconds: Int64

    public init(device: UInt64, inode: UInt64, size: Int64, modifiedNanoseconds: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
    }
}
