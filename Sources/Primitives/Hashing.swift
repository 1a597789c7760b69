/// A 64-bit hash of bytes: products of 64 by 64 bits folded to 64, 16 bytes at a time, after wyhash (Wang Yi, public
/// domain; "wyhash final version 4").
///
/// Not cryptographic: for tables and sketches. Where an attacker chooses the keys, give a `seed` he cannot know.
public func hash64(_ bytes: Bytes, seed: UInt64 = 0) -> UInt64 {
    let raw = UnsafeRawPointer(bytes.start)
    let count = bytes.count
    var hash = fold(seed ^ 0xA076_1D64_78BD_642F, 0xE703_7ED1_A0B4_28DB)
    var low: UInt64 = 0
    var high: UInt64 = 0
    if count >= 16 {
        var index = 0
        while index + 16 < count {
            let first = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let second = raw.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)
            hash = fold(first ^ 0x8EBC_6AF0_9C88_C6E3, second ^ hash)
            index += 16
        }
        // The last 16 bytes, some of them for the second time.
        low = raw.loadUnaligned(fromByteOffset: count - 16, as: UInt64.self)
        high = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
    } else if count >= 4 {
        let middle = (count >> 3) << 2
        low = half(raw, 0) << 32 | half(raw, middle)
        high = half(raw, count - 4) << 32 | half(raw, count - 4 - middle)
    } else if count > 0 {
        low = UInt64(bytes.start[0]) << 16 | UInt64(bytes.start[count >> 1]) << 8 | UInt64(bytes.start[count - 1])
    }
    let mixed = fold(low ^ 0xE703_7ED1_A0B4_28DB, high ^ hash)
    return fold(mixed ^ 0x5899_65CC_7537_4CC3, UInt64(truncatingIfNeeded: count) ^ 0xA076_1D64_78BD_642F)
}

@inline(__always) private func half(_ raw: UnsafeRawPointer, _ offset: Int) -> UInt64 {
    UInt64(raw.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
}

@inline(__always) private func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}

/// MurmurHash3's 64-bit finaliser (Austin Appleby, public domain).
public func mix64(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ (mixed >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return mixed ^ (mixed >> 33)
}
