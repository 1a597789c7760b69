internal import Glibc
package import Primitives

/// Numbers that tell coded names from words.
package enum NameShape {
    /// Shannon's entropy of the bytes without regard to case, in thousandths of a bit for each; 0 for an empty text.
    package static func entropy(_ text: Bytes) -> Int64 {
        let text = text.prefix(255)
        guard text.count > 1 else { return 0 }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { counts in
            counts.initialize(repeating: 0)
            for index in 0..<text.count { counts[Int(ASCII.lower(text.start[index]))] += 1 }
            var sum = 0.0
            for index in 0..<text.count {
                let own = Double(counts[Int(ASCII.lower(text.start[index]))])
                sum += log2(Double(text.count) / own)
            }
            return Int64((sum / Double(text.count) * 1000).rounded())
        }
    }
}
