internal import Glibc
internal import Primitives

/// Shannon's entropy of bytes.
enum ByteEntropy {
    /// Bits of information in each byte, 0 to 8; 0 of nothing.
    static func bits(_ bytes: Bytes) -> Double {
        guard !bytes.isEmpty else { return 0 }
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 256) { counts in
            counts.initialize(repeating: 0)
            for index in 0..<bytes.count { counts[Int(bytes.start[index])] += 1 }
            var sum = 0.0
            for count in counts where count > 0 {
                let share = Double(count) / Double(bytes.count)
                sum -= share * log2(share)
            }
            return sum
        }
    }
}
