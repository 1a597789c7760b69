internal import Primitives

extension String {
    /// Stands for a key where only sameness counts, as in the number of different ones.
    var keyHash: UInt64 { withBytes { hash64($0) } }
}
