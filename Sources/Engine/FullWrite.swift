internal import Glibc
internal import Primitives

/// `write(2)` until all of it is written.
enum FullWrite {
    /// False where that fails; `errno` says why.
    static func write(_ bytes: Bytes, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.start, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropping(count)
        }
        return true
    }
}
