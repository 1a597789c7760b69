internal import Primitives

/// Finds places where a literal may begin, 16 at a time: those where its first and its last byte fit.
enum ByteSearch {
    /// A byte to compare with, and the bit that its case makes no difference in.
    struct Probe {
        let byte: UInt8
        let fold: UInt8

        /// `byte` is in lower case unless `isCased`.
        init(_ byte: UInt8, isCased: Bool) {
            self.byte = byte
            fold = !isCased && ASCII.isLetter(byte) ? 0x20 : 0
        }
    }

    /// The first place in `from ... last` with `first` there and `final` `distance` bytes on; -1 for none.
    /// `last + distance` is inside `text`.
    static func candidate(
        _ text: Bytes, from: Int, last: Int, _ first: Probe, _ final: Probe, distance: Int
    ) -> Int {
        precondition(from >= 0 && last + distance < text.count, "search past the end")
        let raw = UnsafeRawPointer(text.start)
        var at = from
        let firsts = SIMD16<UInt8>(repeating: first.byte)
        let firstFolds = SIMD16<UInt8>(repeating: first.fold)
        let finals = SIMD16<UInt8>(repeating: final.byte)
        let finalFolds = SIMD16<UInt8>(repeating: final.fold)
        while at + 15 <= last {
            let heads = raw.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self) | firstFolds
            let tails = raw.loadUnaligned(fromByteOffset: at + distance, as: SIMD16<UInt8>.self) | finalFolds
            let hits = unsafeBitCast((heads .== firsts) .& (tails .== finals), to: SIMD2<UInt64>.self)
            if hits[0] | hits[1] != 0 {
                return at + (hits[0] != 0 ? hits[0].trailingZeroBitCount / 8 : 8 + hits[1].trailingZeroBitCount / 8)
            }
            at += 16
        }
        while at <= last {
            if text.start[at] | first.fold == first.byte && text.start[at + distance] | final.fold == final.byte {
                return at
            }
            at += 1
        }
        return -1
    }
}
