internal import Primitives
internal import Rules

/// A plan's tables in fixed memory.
final class PlanTables: @unchecked Sendable {
    let signatures: FrozenTable<CompiledSignature>
    let sections: FrozenTable<CompiledSection>
    let steps: FrozenTable<CompiledStep>
    let literals: FrozenTable<UInt8>
    let addresses: FrozenLists<AddressRange>
    let ports: FrozenLists<PortRange>
    let viewsOfKind: FrozenLists<Int32>
    let views: FrozenTable<FixedView>
    let slots: FrozenTable<FixedSlot>
    let tests: FrozenTable<PacketTest>
    let applications: FrozenTable<ApplicationTest>
    let flowbits: FrozenTable<CompiledFlowbit>
    let flowbitNumbers: FrozenTable<Int32>
    let flowints: FrozenTable<CompiledFlowint>
    let captures: FrozenTable<CompiledCapture>
    let hostbits: FrozenTable<CompiledHostbit>
    let thresholds: FrozenTable<SignatureThreshold>
    let suppressions: FrozenTable<CompiledSuppression>
    let everyTransaction: FrozenTable<Int32>
    /// Of all slots.
    let literalCount: Int
    let searched: [SlotLiterals]
    /// What the slots' pointers point into.
    private let slotTables: [SlotTables]

    init(_ plan: SignaturePlan) {
        signatures = FrozenTable(plan.signatures)
        sections = FrozenTable(plan.sections)
        steps = FrozenTable(plan.steps)
        literals = FrozenTable(plan.literals)
        addresses = FrozenLists(plan.addresses)
        ports = FrozenLists(plan.ports)
        viewsOfKind = FrozenLists(plan.viewsOfKind)
        views = FrozenTable(
            zip(plan.views, plan.transforms).map { FixedView(kind: $0.kind, isPlain: $1.isEmpty) })
        var literalsBefore = 0
        slotTables = plan.slots.enumerated().map { number, slot in
            defer { literalsBefore += slot.literals.count }
            return SlotTables(slot, plan, byPort: number >= plan.views.count, firstLiteral: literalsBefore)
        }
        literalCount = literalsBefore
        slots = FrozenTable(slotTables.map(\.fixed))
        searched = slotTables.map(\.literals)
        tests = FrozenTable(plan.tests)
        applications = FrozenTable(plan.applications)
        flowbits = FrozenTable(plan.flowbits)
        flowbitNumbers = FrozenTable(plan.flowbitNumbers)
        flowints = FrozenTable(plan.flowints)
        captures = FrozenTable(plan.captures)
        hostbits = FrozenTable(plan.hostbits)
        thresholds = FrozenTable(plan.thresholds)
        suppressions = FrozenTable(plan.suppressions)
        everyTransaction = FrozenTable(plan.everyTransaction)
    }

    deinit {
        signatures.free()
        sections.free()
        steps.free()
        literals.free()
        addresses.free()
        ports.free()
        viewsOfKind.free()
        views.free()
        slots.free()
        tests.free()
        applications.free()
        freeStates()
    }

    private func freeStates() {
        flowbits.free()
        flowbitNumbers.free()
        flowints.free()
        captures.free()
        hostbits.free()
        thresholds.free()
        suppressions.free()
        everyTransaction.free()
    }
}
