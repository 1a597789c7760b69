import CKernels
import Testing

/// The first place of two bytes: the kernel that the processor was given, the one without special instructions, and a
/// look at every place.
@Suite struct PairKernelTests {
    private func obvious(_ bytes: [UInt8], _ from: Int, _ to: Int, _ pair: byte_pair) -> Int {
        (from..<max(from, to)).first {
            bytes[$0] | pair.first_case == pair.first && bytes[$0 + 1] | pair.second_case == pair.second
        } ?? to
    }

    private func run(
        _ bytes: [UInt8], _ from: Int, _ to: Int, _ pair: byte_pair,
        _ kernel: (UnsafePointer<UInt8>, Int, Int, byte_pair) -> Int
    ) -> Int {
        // Memory that ends with the last pair, so that a tool for it sees what reads on.
        let input = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        input.initialize(from: bytes, count: bytes.count)
        defer { input.deallocate() }
        return kernel(input, from, to, pair)
    }

    private func check(_ bytes: [UInt8], _ from: Int, _ pair: byte_pair) {
        let expected = obvious(bytes, from, bytes.count - 1, pair)
        #expect(run(bytes, from, bytes.count - 1, pair, pair_place) == expected)
        #expect(run(bytes, from, bytes.count - 1, pair, pair_place_portable) == expected)
    }

    /// Everywhere in payloads around the kernels' steps, in any case, and nowhere.
    @Test func atEveryPlace() {
        let pair = byte_pair(first: 0x67, first_case: 0x20, second: 0x3A, second_case: 0)
        for length in Array(2...20) + [63, 64, 65, 66, 127, 128, 129, 130, 200] {
            check([UInt8](repeating: 0x67, count: length), 0, pair)
            for place in 0..<length - 1 {
                var bytes = [UInt8](repeating: 0x3A, count: length)
                bytes[place] = place % 2 == 0 ? 0x47 : 0x67
                check(bytes, 0, pair)
                check(bytes, min(place + 1, length - 1), pair)
            }
        }
    }

    @Test func anyBytes() {
        var dice = SystemRandomNumberGenerator()
        for _ in 0..<4000 {
            let bytes = (0..<Int.random(in: 2...150, using: &dice)).map { _ in
                UInt8.random(in: 0...3, using: &dice) &* 85
            }
            let (first, second) = (
                UInt8.random(in: 0...3, using: &dice) &* 85, UInt8.random(in: 0...3, using: &dice) &* 85
            )
            let (firstCase, secondCase) = (first & 0x20, second & 0x20)
            check(
                bytes, Int.random(in: 0..<bytes.count, using: &dice),
                byte_pair(first: first, first_case: firstCase, second: second, second_case: secondCase))
        }
    }
}
