internal import Glibc
internal import Primitives

/// A window of 1 MiB that slides over a capture, so that each record lies in one piece.
struct CaptureWindow: ~Copyable {
    static let capacity = 1 << 20

    private let source: ByteSource
    private let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: CaptureWindow.capacity)
    private(set) var position = 0
    private(set) var filled = 0
    /// Place in the content of the window's first byte.
    private var base: Int64 = 0

    init(source: ByteSource) { self.source = source }

    deinit { storage.deallocate() }

    /// The window's memory from its start; `position ..< filled` is unread.
    var start: UnsafePointer<UInt8> { UnsafePointer(storage) }

    /// Place in the content of the next unread byte.
    var offset: Int64 { base + Int64(position) }

    var unread: Int { filled - position }

    /// The next `count` bytes; the caller has asked for them with `need`.
    func bytes(_ count: Int) -> Bytes { Bytes(start: start + position, count: filled - position).slice(0, count) }

    mutating func moveTo(_ newPosition: Int) {
        precondition(newPosition >= position && newPosition <= filled, "moved outside the window")
        position = newPosition
    }

    /// Tries to have `count` bytes (at most `capacity`) unread in the window; false where the content ends before.
    mutating func need(_ count: Int) -> Bool {
        if filled - position >= count { return true }
        slide()
        while filled < count {
            let length = source.read(into: storage + filled, CaptureWindow.capacity - filled)
            if length == 0 { return false }
            filled += length
        }
        return true
    }

    /// Whether more could be read without waiting.
    var isReady: Bool { source.isReady() }

    /// Moves `count` bytes on, however many; false where the content ends before.
    mutating func skip(_ count: Int64) -> Bool {
        var left = count
        while left > 0 {
            let step = Int(min(left, Int64(filled - position)))
            position += step
            left -= Int64(step)
            if left > 0 && !need(1) { return false }
        }
        return true
    }

    private mutating func slide() {
        memmove(storage, storage + position, filled - position)
        base += Int64(position)
        filled -= position
        position = 0
    }
}
