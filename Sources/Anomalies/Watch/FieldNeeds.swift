/// Fields that an event must have to be of interest, as sets of bits (`FieldGather.present`): one of each set. Asked
/// before anything else, of every event for every table: most tables are not about most events.
struct FieldNeeds {
    private var first = UInt64.max
    private var second = UInt64.max
    private var third = UInt64.max
    private var fourth = UInt64.max

    /// The four narrowest of `masks` are asked for.
    init(_ masks: [UInt64]) {
        let narrow = Set(masks).sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
        if narrow.count > 0 { first = narrow[0] }
        if narrow.count > 1 { second = narrow[1] }
        if narrow.count > 2 { third = narrow[2] }
        if narrow.count > 3 { fourth = narrow[3] }
    }

    @inline(__always) func areMet(_ present: UInt64) -> Bool {
        present & first != 0 && present & second != 0 && present & third != 0 && present & fourth != 0
    }
}
