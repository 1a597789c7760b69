internal import Rules

/// Elements that never change and never move: read without reference counting in the innermost loops.
final class FixedTable<Element>: @unchecked Sendable {
    let start: UnsafePointer<Element>
    let count: Int
    private let memory: UnsafeMutablePointer<Element>

    init(_ elements: [Element]) {
        count = elements.count
        memory = .allocate(capacity: max(1, elements.count))
        for (index, element) in elements.enumerated() { (memory + index).initialize(to: element) }
        start = UnsafePointer(memory)
    }

    deinit {
        memory.deinitialize(count: count)
        memory.deallocate()
    }
}

/// Lists of lists, flat: list `n` is `elements[starts[n] ..< starts[n + 1]]`.
final class FixedLists<Element>: @unchecked Sendable {
    let elements: FixedTable<Element>
    let starts: FixedTable<Int32>

    init(_ lists: [[Element]]) {
        var offsets: [Int32] = [0]
        var all: [Element] = []
        for list in lists {
            all += list
            offsets.append(Int32(all.count))
        }
        elements = FixedTable(all)
        starts = FixedTable(offsets)
    }
}

/// A plan's tables in fixed memory.
final class PlanTables: @unchecked Sendable {
    let signatures: FixedTable<CompiledSignature>
    let sections: FixedTable<CompiledSection>
    let steps: FixedTable<CompiledStep>
    let literals: FixedTable<UInt8>
    let addresses: FixedLists<AddressRange>
    let ports: FixedLists<PortRange>
    let viewsOfKind: FixedLists<Int32>
    let views: FixedTable<FixedView>
    let slots: FixedTable<FixedSlot>
    let tests: FixedTable<PacketTest>
    let applications: FixedTable<ApplicationTest>
    let flowbits: FixedTable<CompiledFlowbit>
    let flowbitNumbers: FixedTable<Int32>
    let flowints: FixedTable<CompiledFlowint>
    let hostbits: FixedTable<CompiledHostbit>
    let thresholds: FixedTable<SignatureThreshold>
    let suppressions: FixedTable<CompiledSuppression>
    let everyTransaction: FixedTable<Int32>
    /// What the slots' pointers point into.
    private let slotTables: [SlotTables]

    init(_ plan: SignaturePlan) {
        signatures = FixedTable(plan.signatures)
        sections = FixedTable(plan.sections)
        steps = FixedTable(plan.steps)
        literals = FixedTable(plan.literals)
        addresses = FixedLists(plan.addresses)
        ports = FixedLists(plan.ports)
        viewsOfKind = FixedLists(plan.viewsOfKind)
        views = FixedTable(
            zip(plan.views, plan.transforms).map { FixedView(kind: $0.kind, isPlain: $1.isEmpty) })
        slotTables = plan.slots.enumerated().map { SlotTables($1, plan, byPort: $0 >= plan.views.count) }
        slots = FixedTable(slotTables.map(\.fixed))
        tests = FixedTable(plan.tests)
        applications = FixedTable(plan.applications)
        flowbits = FixedTable(plan.flowbits)
        flowbitNumbers = FixedTable(plan.flowbitNumbers)
        flowints = FixedTable(plan.flowints)
        hostbits = FixedTable(plan.hostbits)
        thresholds = FixedTable(plan.thresholds)
        suppressions = FixedTable(plan.suppressions)
        everyTransaction = FixedTable(plan.everyTransaction)
    }
}
