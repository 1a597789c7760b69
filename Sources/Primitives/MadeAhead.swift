internal import Dispatch

/// Values made in their order by another thread while those before them are used.
public enum MadeAhead {
    /// Values that are handed over at once, and how many such lots may wait.
    private static let lot = 64
    private static let waiting = 4

    /// Gives `use` what `make` makes of 0, 1, ... up to `count`, in this order. What `use` throws ends both.
    /// - Parameter beside: whether another thread makes them; else each is made when it is used
    public static func forEach<Value: Sendable>(
        _ count: Int, beside: Bool, make: @escaping @Sendable (Int) -> Value, use: (Int, Value) throws -> Void
    ) throws {
        guard beside, count > lot else {
            for index in 0..<count { try use(index, make(index)) }
            return
        }
        let lots = BoundedQueue<[Value]>(capacity: waiting)
        // Whoever makes them stops where nobody takes them any more.
        defer { lots.close() }
        DispatchQueue(label: "nightjar.ahead").async {
            for start in stride(from: 0, to: count, by: lot) {
                guard lots.push((start..<min(count, start + lot)).map(make)) else { return }
            }
            lots.close()
        }
        var index = 0
        while let values = lots.pop() {
            for value in values {
                try use(index, value)
                index += 1
            }
        }
    }
}
