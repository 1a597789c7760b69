/// The packets of a batch, in memory of a fixed size: adding one is a store, where an array would ask for its
/// uniqueness and its room each time. The batch owns the memory; a list lives no longer than it.
@frozen public struct PacketList: RandomAccessCollection, @unchecked Sendable {
    /// Packets of one batch at most: empty frames fill no storage.
    public static let capacity = 16_384

    public let start: UnsafeMutablePointer<CapturedPacket>
    public private(set) var count = 0

    /// - Parameter start: room for `capacity` packets
    init(start: UnsafeMutablePointer<CapturedPacket>) { self.start = start }

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }
    public var isFull: Bool { count >= PacketList.capacity }

    @inline(__always) public subscript(index: Int) -> CapturedPacket {
        precondition(index >= 0 && index < count, "no such packet in the batch")
        return start[index]
    }

    /// Adds one; the caller has asked whether the list `isFull`.
    @inline(__always) public mutating func append(_ packet: CapturedPacket) {
        precondition(count < PacketList.capacity, "more packets than a batch holds")
        (start + count).initialize(to: packet)
        count += 1
    }

    public mutating func removeAll() { count = 0 }
}
