internal import Events
internal import Primitives
internal import Rules

/// A view, flat.
struct FixedView {
    var kind: BufferKind
    /// Nothing is done to the buffer before it is looked at.
    var isPlain: Bool
}

/// A slot, flat: pointers into its `SlotTables`.
struct FixedSlot {
    var literals: FixedLiterals
    var signatures: UnsafePointer<Int32>
    /// Signatures tried whatever the search says and whatever the ports are.
    var always: UnsafePointer<Int32>
    var alwaysCount: Int
    /// The same, of signatures that are tried once in each direction of a flow.
    var once: UnsafePointer<Int32>
    var onceCount: Int
    /// Lists of further ones, for each destination and each source port that has any; -1: none.
    var destinations: PortLists
    var sources: PortLists
}

struct PortLists {
    var numbers: UnsafePointer<Int32>?
    var starts: UnsafePointer<Int32>
    var signatures: UnsafePointer<Int32>
}

/// The memory of a slot's tables. Signatures without anything to search for are listed by the port they are about,
/// where that is one of a few: what a packet costs does not grow with rules on other ports.
final class SlotTables {
    /// Ports of a signature that it is listed under at most.
    private static let maximumPorts = 64

    let literals: SlotLiterals
    private let firstLiteral: Int
    private let signatures: FrozenTable<Int32>
    private let always: FrozenTable<Int32>
    private let once: FrozenTable<Int32>
    private let destinations: PortIndex
    private let sources: PortIndex

    /// `byPort`: the slot's items have ports to go by. `firstLiteral`: how many literals the slots before have.
    init(_ slot: ScanSlot, _ plan: SignaturePlan, byPort: Bool, firstLiteral: Int) {
        self.firstLiteral = firstLiteral
        literals = SlotLiterals(slot)
        signatures = FrozenTable(slot.signatures)
        var rest: [Int32] = []
        var first: [Int32] = []
        var byDestination: [UInt16: [Int32]] = [:]
        var bySource: [UInt16: [Int32]] = [:]
        for number in slot.unfiltered {
            let signature = plan.signatures[Int(number)]
            if byPort && signature.scope == .flow {
                first.append(number)
            } else if byPort, let ports = SlotTables.few(signature.destinationPorts, signature, plan) {
                for port in ports { byDestination[port, default: []].append(number) }
            } else if byPort, let ports = SlotTables.few(signature.sourcePorts, signature, plan) {
                for port in ports { bySource[port, default: []].append(number) }
            } else {
                rest.append(number)
            }
        }
        always = FrozenTable(rest)
        once = FrozenTable(first)
        destinations = PortIndex(byDestination)
        sources = PortIndex(bySource)
    }

    deinit {
        signatures.free()
        always.free()
        once.free()
    }

    /// The ports of a set, where they are few and the signature's arrow says which side they are of.
    private static func few(_ set: Int32, _ signature: CompiledSignature, _ plan: SignaturePlan) -> [UInt16]? {
        guard set >= 0, signature.arrow == .forward else { return nil }
        let ranges = plan.ports[Int(set)]
        let count = ranges.reduce(0) { $0 + Int($1.high) - Int($1.low) + 1 }
        return count <= maximumPorts ? ranges.flatMap { Array($0.low...$0.high) } : nil
    }

    var fixed: FixedSlot {
        FixedSlot(
            literals: literals.fixed(first: firstLiteral), signatures: signatures.start, always: always.start,
            alwaysCount: always.count, once: once.start, onceCount: once.count, destinations: destinations.fixed,
            sources: sources.fixed)
    }
}

/// Lists by port.
private final class PortIndex {
    private let numbers: FrozenTable<Int32>?
    private let lists: FrozenLists<Int32>

    init(_ byPort: [UInt16: [Int32]]) {
        let ports = byPort.keys.sorted()
        lists = FrozenLists(ports.map { byPort[$0] ?? [] })
        guard !ports.isEmpty else {
            numbers = nil
            return
        }
        var all = [Int32](repeating: -1, count: Int(UInt16.max) + 1)
        for (number, port) in ports.enumerated() { all[Int(port)] = Int32(number) }
        numbers = FrozenTable(all)
    }

    deinit {
        numbers?.free()
        lists.free()
    }

    var fixed: PortLists {
        PortLists(numbers: numbers?.start, starts: lists.starts.start, signatures: lists.elements.start)
    }
}
