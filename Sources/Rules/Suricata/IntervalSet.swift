/// A set of whole numbers as sorted, disjoint, non-touching closed ranges.
package struct IntervalSet<Bound: FixedWidthInteger & UnsignedInteger & Sendable>: Hashable, Sendable {
    package private(set) var ranges: [ClosedRange<Bound>]

    package init() { ranges = [] }
    package init(_ range: ClosedRange<Bound>) { ranges = [range] }

    /// Ranges in any order, which may overlap.
    package init(joining ranges: [ClosedRange<Bound>]) {
        self.ranges = []
        var all = IntervalSet()
        all.ranges = ranges
        formUnion(all)
    }

    package static var all: IntervalSet { IntervalSet(Bound.min...Bound.max) }

    package var isEmpty: Bool { ranges.isEmpty }
    package var isAll: Bool { ranges == [Bound.min...Bound.max] }

    package func contains(_ value: Bound) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= value
    }

    package mutating func formUnion(_ other: IntervalSet) {
        let sorted = (ranges + other.ranges).sorted { $0.lowerBound < $1.lowerBound }
        var merged: [ClosedRange<Bound>] = []
        for range in sorted {
            if let last = merged.last, last.upperBound == .max || last.upperBound + 1 >= range.lowerBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        ranges = merged
    }

    /// Everything that is not in the set.
    package var complement: IntervalSet {
        var result = IntervalSet()
        var next = Bound.min
        for range in ranges {
            if range.lowerBound > next { result.ranges.append(next...(range.lowerBound - 1)) }
            if range.upperBound == .max { return result }
            next = range.upperBound + 1
        }
        result.ranges.append(next...Bound.max)
        return result
    }

    package func subtracting(_ other: IntervalSet) -> IntervalSet {
        var outside = complement
        outside.formUnion(other)
        return outside.complement
    }
}
