internal import Events
internal import Primitives
internal import Rules

/// All signatures, compiled: tables that never change, shared by all sessions.
struct SignaturePlan {
    /// In the order in which they are evaluated.
    var signatures: [CompiledSignature] = []
    var sections: [CompiledSection] = []
    var steps: [CompiledStep] = []
    var literals: [UInt8] = []
    var tests: [PacketTest] = []
    var applications: [ApplicationTest] = []
    var flowbits: [CompiledFlowbit] = []
    var flowbitNumbers: [Int32] = []
    var flowbitCount = 0
    var flowints: [CompiledFlowint] = []
    var flowintCount = 0
    var captures: [CompiledCapture] = []
    var datasets: [Dataset] = []
    var hostbits: [CompiledHostbit] = []
    var thresholds: [SignatureThreshold] = []
    var suppressions: [CompiledSuppression] = []
    var addresses: [[AddressRange]] = []
    var ports: [[PortRange]] = []
    var expressions: [RegularExpression] = []
    var views: [BufferView] = []
    /// Of each view.
    var transforms: [[CompiledTransform]] = []
    var wantsWholeFile: [Bool] = []
    /// Views of each buffer kind, by the kind's number.
    var viewsOfKind: [[Int32]] = []
    /// Where to search: one for each view, then the payload slots, then those of the groups.
    var slots: [ScanSlot] = []
    var groups: [PatternGroup] = []
    /// Tried on every transaction: nothing in them can be searched for.
    var everyTransaction: [Int32] = []
    var variableCount = 0
    var hasTransactionArrows = false
    var hasApplicationScope = false
}

extension SignaturePlan {
    /// With what follows from its tables filled in.
    var settled: SignaturePlan {
        var plan = self
        plan.wantsWholeFile = transforms.map { list in
            list.contains { transform in
                if case .plain(.wholeFile) = transform { return true }
                return false
            }
        }
        return plan
    }

    /// Without what `PlanTables` has in memory of its own.
    var withoutTables: SignaturePlan {
        var plan = self
        (plan.signatures, plan.sections, plan.steps, plan.literals) = ([], [], [], [])
        (plan.addresses, plan.ports, plan.viewsOfKind, plan.groups) = ([], [], [], [])
        for index in plan.slots.indices {
            (plan.slots[index].starts, plan.slots[index].signatures, plan.slots[index].unfiltered) = ([], [], [])
        }
        return plan
    }
}

struct AddressRange {
    var low: UInt128
    var high: UInt128
}

struct PortRange {
    var low: UInt16
    var high: UInt16
}

/// Where payload patterns are searched, behind the views' own slots.
enum PayloadSlot: Int, CaseIterable {
    /// TCP packets, always.
    case tcp
    /// TCP packets whose payload went into no stream.
    case tcpUnstreamed
    case stream
    case udp
    case other

    /// Each is there twice, what goes to the server is searched for other literals than what comes from it; and each of
    /// these once more, for the heads of payloads.
    static let placeCount = 2 * headPlaces
    /// How far a head's place is from its payload's.
    static let headPlaces = 2 * allCases.count

    /// Among the payload's slots, which stand behind the views'.
    @inline(__always) func place(_ direction: FlowDirection) -> Int { 2 * rawValue + (direction == .toServer ? 0 : 1) }
}

/// One place to search: a database of literals, and what each of them leads to.
struct ScanSlot {
    var database: PatternDatabase?
    /// Of pattern `p`: `signatures[starts[p] ..< starts[p + 1]]`.
    var starts: [Int32] = [0]
    var signatures: [Int32] = []
    /// Signatures that are tried whatever the search says.
    var unfiltered: [Int32] = []
}

extension BufferKind {
    /// Number of the kind: its place among all cases.
    @inline(__always) var number: Int { Int(unsafeBitCast(self, to: UInt8.self)) }

    /// Whether more of it may come in later items of the transaction.
    var continues: Bool {
        switch self {
        case .httpRequestBody, .httpResponseBody, .fileData: true
        default: false
        }
    }
}
