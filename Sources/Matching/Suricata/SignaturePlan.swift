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
    /// Where to search: one for each view, then the payload slots.
    var slots: [ScanSlot] = []
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
        (plan.addresses, plan.ports, plan.viewsOfKind, plan.slots) = ([], [], [], [])
        return plan
    }
}

struct AddressRange {
    var low: UInt128
    var high: UInt128
}

struct PortRange: Hashable {
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

    /// Among the payload's slots, which stand behind the views'. Each is there twice: what goes to the server is
    /// searched for other literals than what comes from it.
    @inline(__always) func place(_ direction: FlowDirection) -> Int { 2 * rawValue + (direction == .toServer ? 0 : 1) }
}

/// One place to search: literals, and what each of them leads to.
struct ScanSlot {
    var literals: [SearchedLiteral] = []
    /// The literals' bytes, in lower case where case does not count.
    var text: [UInt8] = []
    var keys: [PortRange] = []
    var windows: [WindowRecord] = []
    var signatures: [Int32] = []
    /// Signatures that are tried whatever the search says.
    var unfiltered: [Int32] = []

    /// Many signatures ask for a few bytes at a payload's very start: such literals occur everywhere else too, and cost
    /// least where nothing but the start is searched for them.
    static let headBytes = 64

    mutating func add(_ pattern: GatheredPattern, _ list: [Int32]) {
        let bytes = pattern.literal.caseless ? pattern.literal.bytes.map(ASCII.lower) : pattern.literal.bytes
        literals.append(
            SearchedLiteral(
                start: Int32(text.count), length: Int32(bytes.count), isCaseless: pattern.literal.caseless,
                audience: pattern.audience, keys: Int32(keys.count)..<Int32(keys.count + pattern.keys.count),
                reach: pattern.reach.flatMap { Int32(exactly: $0) } ?? SearchedLiteral.anywhere,
                signatures: Int32(signatures.count)..<Int32(signatures.count + list.count), windows: 0..<0))
        text += bytes
        keys += pattern.keys
        signatures += list
    }

    /// Once all literals are there.
    mutating func chooseWindows() {
        let chooser = LiteralWindows(literals.map { bytes(of: $0) })
        for number in literals.indices {
            let chosen = chooser.choose(bytes(of: literals[number]))
            literals[number].windows = Int32(windows.count)..<Int32(windows.count + chosen.count)
            windows += chosen.map { WindowRecord($0, of: number) }
        }
    }

    func bytes(of literal: SearchedLiteral) -> [UInt8] {
        Array(text[Int(literal.start)..<Int(literal.start + literal.length)])
    }
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
