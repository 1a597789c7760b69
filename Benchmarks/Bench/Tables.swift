import Primitives

/// Reads from a `FrozenTable` at places that nobody can foresee: by its subscript, which checks the place, and by a
/// pointer kept from it, which does not; beside an array's elements.
enum Tables {
    private static let reads = 20_000_000

    static func table() {
        let elements = (0..<4096).map { UInt32($0 &* 2_654_435_761 & 0xFFFF) }
        let table = FrozenTable(elements)
        defer { table.free() }
        var sums: [UInt64] = []
        let array: () -> Void = { sums.append(sum { elements[$0] }) }
        Measure(name: "table, by subscript", bytes: reads * 4, records: reads)
            .run(reference: ("array of the same elements", array)) { sums.append(sum { table[$0] }) }
        let start = table.start
        Measure(name: "table, by pointer", bytes: reads * 4, records: reads)
            .run(reference: ("the table's subscript", { sums.append(sum { table[$0] }) })) {
                sums.append(sum { start[$0] })
            }
        precondition(Set(sums).count == 1, "all read the same")
    }

    /// Each place comes of what was read before it.
    @inline(__always) private static func sum(_ element: (Int) -> UInt32) -> UInt64 {
        var total: UInt64 = 0
        var place: UInt32 = 1
        for _ in 0..<reads {
            let read = element(Int(place & 4095))
            total &+= UInt64(read)
            place = place &* 1_664_525 &+ 1_013_904_223 &+ read
        }
        return total
    }
}
