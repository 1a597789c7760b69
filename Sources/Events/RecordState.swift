/// What the content before a batch of lines means for how they are decoded: a pure function of the input's bytes up to
/// `offset`, taken down where the input is read in order, so that batches may be decoded by anyone in any order.
///
/// Two things cross batches. Lines of one process or one audit event are joined with lines at most `windowBytes` before
/// them: whoever begins in the middle reads those bytes first. And the columns of W3C's and Zeek's logs are those that
/// the last directive named, however long ago.
public struct RecordState: Sendable {
    /// How far back, in bytes of content, a line may be joined with another.
    public static let windowBytes = 64 << 10

    /// Place in the content of the first line that is to be decoded.
    public var offset: Int64
    /// Whole lines that end at `offset`: those among the last `windowBytes` of content.
    public var before: [UInt8]
    /// The lines that name the columns (`#Fields: ...`) from here on; empty where the input's head names them, or none.
    public var directives: [UInt8]

    public init(offset: Int64, before: [UInt8], directives: [UInt8]) {
        self.offset = offset
        self.before = before
        self.directives = directives
    }
}
