/// Elements in memory of their own that never moves and never grows: filled once, read in the innermost loops by every
/// worker without reference counting. Whoever made it frees it, once nobody reads it any more.
public struct FrozenTable<Element>: @unchecked Sendable {
    public let base: UnsafeMutablePointer<Element>
    public let count: Int

    @inlinable public init(_ elements: [Element]) {
        count = elements.count
        base = .allocate(capacity: max(1, count))
        elements.withUnsafeBufferPointer { source in
            if let first = source.baseAddress { base.initialize(from: first, count: source.count) }
        }
    }

    @inlinable public init(repeating element: Element, count: Int) {
        self.count = count
        base = .allocate(capacity: max(1, count))
        base.initialize(repeating: element, count: count)
    }

    /// For those who read only, by places that they know to be in the table.
    @inlinable @inline(__always) public var start: UnsafePointer<Element> { UnsafePointer(base) }

    @inlinable @inline(__always) public subscript(_ index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "table index out of range")
            return base[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count, "table index out of range")
            base[index] = newValue
        }
    }

    @inlinable public func free() {
        base.deinitialize(count: count)
        base.deallocate()
    }
}

/// Lists of lists, flat: list `n` is `elements[starts[n] ..< starts[n + 1]]`.
public struct FrozenLists<Element>: Sendable {
    public let elements: FrozenTable<Element>
    public let starts: FrozenTable<Int32>

    @inlinable public init(_ lists: [[Element]]) {
        var offsets: [Int32] = [0]
        var all: [Element] = []
        for list in lists {
            all += list
            offsets.append(Int32(all.count))
        }
        elements = FrozenTable(all)
        starts = FrozenTable(offsets)
    }

    @inlinable public func free() {
        elements.free()
        starts.free()
    }
}
