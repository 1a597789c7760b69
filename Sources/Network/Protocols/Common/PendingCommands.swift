/// What commands that wait want for an answer, the oldest first: four bits each. A plain value.
struct PendingCommands<Kind: RawRepresentable> where Kind.RawValue == UInt8 {
    private static var room: UInt32 { 32 }
    private var kinds: UInt128 = 0
    private(set) var count: UInt32 = 0

    /// Of one behind the first 32 nothing is known but that it was there: its kind is the one that is written 0.
    /// False for those.
    @discardableResult
    mutating func add(_ kind: Kind) -> Bool {
        defer { count += 1 }
        guard count < Self.room else { return false }
        kinds |= UInt128(kind.rawValue & 15) << UInt128(4 * count)
        return true
    }

    mutating func take() -> Kind? {
        guard let kind = first else { return nil }
        kinds >>= 4
        count -= 1
        return kind
    }

    var first: Kind? { count > 0 ? Kind(rawValue: UInt8(truncatingIfNeeded: kinds & 15)) : nil }
}
