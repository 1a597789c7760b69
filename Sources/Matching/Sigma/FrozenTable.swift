/// Memory filled once and read by every worker without reference counting. The owner frees it.
struct FrozenTable<Element>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(_ elements: [Element]) {
        count = elements.count
        base = .allocate(capacity: max(1, count))
        base.initialize(from: elements, count: count)
    }

    init(repeating element: Element, count: Int) {
        self.count = count
        base = .allocate(capacity: max(1, count))
        base.initialize(repeating: element, count: count)
    }

    @inline(__always) subscript(_ index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "table index out of range")
            return base[index]
        }
        nonmutating set {
            precondition(index >= 0 && index < count, "table index out of range")
            base[index] = newValue
        }
    }

    func free() {
        base.deinitialize(count: count)
        base.deallocate()
    }
}
