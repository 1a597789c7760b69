import CKernels
import Testing

/// The places whose window has its bit: the kernel that the processor was given, the one without special instructions,
/// and a look at every second place.
@Suite struct WindowKernelTests {
    private func obvious(_ bytes: [UInt8], _ from: Int, _ to: Int, _ words: [UInt32], _ shift: UInt32) -> [UInt32] {
        stride(from: from, to: to, by: 2).compactMap { at in
            let window = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1] | 0x20) << UInt32(8 * $1) }
            let hash = ((window & 0x00FF_FFFF) << 8 &* 0x9E37_79B1) >> shift
            return words[Int(hash)] >> (window >> 24 & 31) & 1 == 1 ? UInt32(at) : nil
        }
    }

    private func run(
        _ bytes: [UInt8], _ from: Int, _ to: Int, _ words: [UInt32], _ shift: UInt32,
        _ kernel: (UnsafePointer<UInt8>, Int, Int, UnsafePointer<UInt32>, UInt32, UnsafeMutablePointer<UInt32>) -> Int
    ) -> [UInt32] {
        // Memory that ends with the last window, so that a tool for it sees what reads on.
        let input = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
        input.initialize(from: bytes, count: bytes.count)
        var places = [UInt32](repeating: 0, count: bytes.count / 2 + 17)
        let found = kernel(input, from, to, words, shift, &places)
        input.deallocate()
        return Array(places.prefix(found))
    }

    @Test(arguments: [1, 8, 10] as [UInt32]) func allFindTheSamePlaces(_ bits: UInt32) {
        var dice = SystemRandomNumberGenerator()
        for density in [0, 1, 16, 31] {
            let words = (0..<1 << bits).map { _ in
                (0..<density).reduce(UInt32(0)) { word, _ in word | 1 << UInt32.random(in: 0..<32, using: &dice) }
            }
            for length in Array(4...80) + [511, 512, 515, 700] {
                let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &dice) }
                for from in [0, 2, 32] where from + 4 <= length {
                    let expected = obvious(bytes, from, length - 3, words, 32 - bits)
                    #expect(run(bytes, from, length - 3, words, 32 - bits, window_places) == expected)
                    #expect(run(bytes, from, length - 3, words, 32 - bits, window_places_portable) == expected)
                }
            }
        }
    }
}
