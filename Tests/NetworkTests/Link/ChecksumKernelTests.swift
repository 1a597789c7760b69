import CKernels
import Glibc
import Testing

/// The sum that the processor's wide instructions make, against the one without them and against a byte loop.
@Suite struct ChecksumKernelTests {
    /// RFC 1071, section 4.1, as it stands there.
    private func folded(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum: UInt32 = 0
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let second = at + 1 < bytes.endIndex ? bytes[at + 1] : 0
            sum += UInt32(bytes[at]) | UInt32(second) << 8
            sum = sum & 0xFFFF + sum >> 16
            at += 2
        }
        return UInt16(sum & 0xFFFF + sum >> 16)
    }

    private func fold(_ sum: UInt64) -> UInt16 {
        var sum = sum
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return UInt16(sum)
    }

    @Test func everyLengthAndPlaceGivesTheSameSum() {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<2048).map { _ in UInt8.random(in: 0...255, using: &random) }
        bytes.withUnsafeBufferPointer { memory in
            guard let base = memory.baseAddress else { return }
            for start in 0..<9 {
                for length in 0..<600 {
                    let expected = folded(bytes[start..<start + length])
                    #expect(fold(ones_complement_sum(base + start, length)) == expected, "\(start) \(length)")
                    #expect(fold(ones_complement_sum_portable(base + start, length)) == expected, "\(start) \(length)")
                }
            }
        }
    }

    /// All bits set and the longest datagram: nothing may be carried away.
    @Test func theLargestSumIsExact() {
        let bytes = [UInt8](repeating: 0xFF, count: 65_535)
        let expected = folded(bytes[...])
        #expect(fold(ones_complement_sum(bytes, bytes.count)) == expected)
        #expect(ones_complement_sum(bytes, bytes.count) == ones_complement_sum_portable(bytes, bytes.count))
    }

    /// The last bytes lie right before memory that nobody may read.
    @Test func readsNoByteBehindTheEnd() throws {
        let page = 4096
        let memory = try #require(mmap(nil, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(memory, 2 * page) }
        #expect(mprotect(memory + page, page, PROT_NONE) == 0)
        for length in 0..<200 {
            let start = (memory + page - length).assumingMemoryBound(to: UInt8.self)
            for index in 0..<length { start[index] = UInt8(truncatingIfNeeded: index &* 37) }
            #expect(ones_complement_sum(start, length) == ones_complement_sum_portable(start, length))
        }
    }
}
