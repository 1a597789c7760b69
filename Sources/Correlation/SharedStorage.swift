extension Array {
    /// Whether both are one list in memory, and so equal; false says nothing. Asked where like lists mostly are one,
    /// and comparing them would cost more than what is saved. Nothing is stored with an empty list.
    func isStored(with other: [Element]) -> Bool {
        guard count == other.count, count > 0 else { return false }
        return withUnsafeBufferPointer { own in other.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress } }
    }
}
