internal import Glibc
internal import Primitives

/// Bytes as they lie in the file, read ahead: what decompressors eat.
final class InputBuffer {
    static let capacity = 256 << 10

    let file: InputFile
    private let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: InputBuffer.capacity)
    private var position = 0
    private var filled = 0
    /// Place in the file of the next unread byte: for messages.
    private(set) var offset: Int64 = 0

    init(file: InputFile) { self.file = file }

    deinit { storage.deallocate() }

    /// What has been read and not consumed.
    var available: Bytes { Bytes(start: UnsafePointer(storage) + position, count: filled - position) }

    func consume(_ count: Int) {
        precondition(count <= filled - position, "consumed more than there is")
        position += count
        offset += Int64(count)
    }

    /// Tries to have at least `count` bytes available (at most `capacity`); false where the file ends before.
    func need(_ count: Int) -> Bool {
        while filled - position < count {
            if position > 0 {
                memmove(storage, storage + position, filled - position)
                filled -= position
                position = 0
            }
            let length = file.read(into: storage + filled, InputBuffer.capacity - filled)
            if length == 0 { return false }
            filled += length
        }
        return true
    }

    func rewind() -> Bool {
        guard file.seek(to: 0) else { return false }
        position = 0
        filled = 0
        offset = 0
        return true
    }

    /// Moves to `target` of a regular file.
    func seek(to target: Int64) -> Bool {
        guard file.seek(to: target) else { return false }
        position = 0
        filled = 0
        offset = target
        return true
    }
}
