/// Bytes that were written by one thread and are read by another: their memory goes along instead of a copy.
public final class OwnedBytes: @unchecked Sendable {
    public static let empty = OwnedBytes(taking: .allocate(capacity: 1), count: 0)

    private let base: UnsafeMutablePointer<UInt8>
    public let count: Int

    /// - Parameter base: allocated by `allocate(capacity:)`, of at least `count` bytes; freed with this object
    public init(taking base: UnsafeMutablePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    deinit { base.deallocate() }

    public var isEmpty: Bool { count == 0 }

    public func withBytes<Result>(_ body: (Bytes) throws -> Result) rethrows -> Result {
        try body(Bytes(start: base, count: count))
    }
}
