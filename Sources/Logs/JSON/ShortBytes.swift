internal import Primitives

/// Copies and comparisons of a few bytes, in place: for keys, a call of libc costs more than the work.
enum ShortBytes {
    @inline(__always) static func copy(
        _ from: UnsafePointer<UInt8>, to: UnsafeMutablePointer<UInt8>, _ count: Int
    ) {
        let source = UnsafeRawPointer(from)
        let target = UnsafeMutableRawPointer(to)
        if count >= 8 {
            var at = 0
            while at + 8 <= count {
                target.storeBytes(
                    of: source.loadUnaligned(fromByteOffset: at, as: UInt64.self), toByteOffset: at,
                    as: UInt64.self)
                at += 8
            }
            // The last eight once more, so that no byte is left over.
            let last = source.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            target.storeBytes(of: last, toByteOffset: count - 8, as: UInt64.self)
        } else if count >= 4 {
            let first = source.loadUnaligned(as: UInt32.self)
            let last = source.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
            target.storeBytes(of: first, as: UInt32.self)
            target.storeBytes(of: last, toByteOffset: count - 4, as: UInt32.self)
        } else {
            for index in 0..<count { to[index] = from[index] }
        }
    }

    @inline(__always) static func equal(
        _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int
    ) -> Bool {
        let one = UnsafeRawPointer(left)
        let other = UnsafeRawPointer(right)
        if count >= 8 {
            var at = 0
            while at + 8 <= count {
                if one.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    != other.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                {
                    return false
                }
                at += 8
            }
            return one.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
                == other.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        }
        if count >= 4 {
            return one.loadUnaligned(as: UInt32.self) == other.loadUnaligned(as: UInt32.self)
                && one.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
                    == other.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
        }
        for index in 0..<count where left[index] != right[index] { return false }
        return true
    }
}
