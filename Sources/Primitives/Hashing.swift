/// A 64-bit hash of bytes: FNV-1a folded over 8-byte words and finished by MurmurHash3's fmix64.
///
/// Not cryptographic: for tables and sketches. Where an attacker chooses the keys, give a `seed` he cannot know.
public func hash64(_ bytes: Bytes, seed: UInt64 = 0) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
    var index = 0
    let words = bytes.count & ~7
    let raw = UnsafeRawPointer(bytes.start)
    while index < words {
        hash = mix64(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        index += 8
    }
    var tail: UInt64 = UInt64(truncatingIfNeeded: bytes.count) << 56
    var shift: UInt64 = 0
    while index < bytes.count {
        tail ^= UInt64(bytes.start[index]) << shift
        shift += 8
        index += 1
    }
    return mix64(hash ^ tail)
}

/// MurmurHash3's 64-bit finaliser (Austin Appleby, public domain).
public func mix64(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ (mixed >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return mixed ^ (mixed >> 33)
}
