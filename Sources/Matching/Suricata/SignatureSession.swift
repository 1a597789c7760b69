package import Events
internal import Primitives
internal import Rules

/// Signatures tried on one capture, batch after batch: flowbits, thresholds and open transactions live here. Not for
/// two threads at once.
package final class SignatureSession {
    let matcher: SignatureMatcher
    let tables: PlanTables
    let signatures: UnsafePointer<CompiledSignature>
    let sections: UnsafePointer<CompiledSection>
    let header: HeaderMatcher
    let inspector: BufferInspector
    let flows: UnsafeMutablePointer<FlowMemory>
    @exclusivity(unchecked) var transactions: TransactionMemory
    @exclusivity(unchecked) var thresholds: ThresholdTable
    @exclusivity(unchecked) var hostbits: HostbitTable
    @exclusivity(unchecked) var variables = VariableMemory()
    /// Behind a pointer, as `flows`: a property of a class costs a check for each access.
    let candidates: UnsafeMutablePointer<CandidateSet>
    private let search: UnsafeMutablePointer<SignatureSearch>
    /// Transformed buffers of the item at hand.
    @exclusivity(unchecked) var transformed = ScratchBuffer(capacity: 4096, limit: 64 << 20)
    @exclusivity(unchecked) var viewBuffers: [ViewBuffer] = []
    /// An address as `ip.src` and `ip.dst` show it: 16 bytes, IPv4 in the last 4.
    @exclusivity(unchecked) private var addressBuffer = [UInt8](repeating: 0, count: 16)
    private let transformer: BufferTransformer
    /// Some flow was let go.
    @exclusivity(unchecked) var passedFlows = false
    /// The packet that the item at hand belongs to, for header keywords of signatures on transactions.
    @exclusivity(unchecked) var packet: Int = -1
    /// A pass signature lets go what is left of the packet at hand. (A packet in a tunnel is one of its own.)
    @exclusivity(unchecked) var passedPacket = false
    /// Hits that wait for a packet, and those whose packet is at hand.
    @exclusivity(unchecked) var deferred: [DeferredHit] = []
    @exclusivity(unchecked) var due: [Int32] = []
    /// Hits before those of the packet at hand.
    @exclusivity(unchecked) var hitsBefore = 0
    @exclusivity(unchecked) private(set) var itemsTried = 0
    @exclusivity(unchecked) private(set) var signaturesTried = 0

    init(_ matcher: SignatureMatcher) {
        self.matcher = matcher
        tables = matcher.tables
        signatures = tables.signatures.start
        sections = tables.sections.start
        header = HeaderMatcher(tables)
        inspector = BufferInspector(matcher)
        transformer = BufferTransformer(matcher)
        let options = matcher.options
        flows = .allocate(capacity: 1)
        flows.initialize(
            to: FlowMemory(
                capacity: options.maximumFlows, flowbits: matcher.plan.flowbitCount,
                flowints: matcher.plan.flowintCount))
        transactions = TransactionMemory(
            capacity: options.maximumTransactions, perFlow: options.maximumTransactionsPerFlow,
            bytesEach: options.transactionBytes)
        thresholds = ThresholdTable(maximum: options.maximumCounters)
        hostbits = HostbitTable(maximum: options.maximumCounters)
        candidates = .allocate(capacity: 1)
        candidates.initialize(to: CandidateSet(signatures: tables.signatures.count))
        search = .allocate(capacity: 1)
        search.initialize(to: SignatureSearch(tables))
        viewBuffers.reserveCapacity(256)
    }

    deinit {
        candidates.deinitialize(count: 1)
        candidates.deallocate()
        search.deinitialize(count: 1)
        search.deallocate()
        flows.deinitialize(count: 1)
        flows.deallocate()
    }

    /// What had to be forgotten because a bound was reached: flows, counters, transactions, looks given up.
    package var evictions: Int {
        flows.pointee.evictions + transactions.dropped + thresholds.evictions + hostbits.evictions + inspector.abandoned
            + variables.dropped
    }

    /// The same by what was forgotten, but for looks given up, which a signature may bring about by itself.
    package var forgotten: (flows: Int, counters: Int, transactions: Int) {
        (flows.pointee.evictions, thresholds.evictions + hostbits.evictions, transactions.dropped)
    }

    /// Tries all signatures on the batch's items, in their order, and appends a hit for each alert.
    /// - Parameter gathered: the batch's candidates, where they were looked for ahead
    package func match(
        _ batch: InspectionBatch, gathered: GatheredCandidates? = nil, into hits: inout [SignatureHit]
    ) {
        packet = -1
        passedPacket = false
        hitsBefore = hits.count
        if let gathered {
            gathered.withList { list in
                batch.forEachContext { context in
                    context.gathered = list
                    visit(&context, &hits)
                }
            }
        } else {
            batch.forEachContext { visit(&$0, &hits) }
        }
    }

    private func visit(_ context: inout ItemContext, _ hits: inout [SignatureHit]) {
        let index = context.index
        let items = context.start
        let item = context.item
        if item.pointee.kind == .flowEnd { return endFlow(item, context, &hits) }
        if item.pointee.kind == .packet {
            packet = index
            passedPacket = false
            hitsBefore = hits.count
            variables.newPacket()
        }
        let ownsPacket = packet >= 0 && items[packet].packetNumber == item.pointee.packetNumber
        if passedPacket && ownsPacket { return }
        if passedFlows, let flow = flows.pointee.find(item.pointee.flow), flow.pointee.passed { return }
        itemsTried += 1
        inspector.newItem()
        candidates.pointee.begin()
        transformed.removeAll()
        // What is found when a flow is over has the number of another flow's packet.
        if ownsPacket, item.pointee.header.origin != .flowEnd { context.packet = packet }
        switch item.pointee.kind {
        case .packet:
            collectDue(item.pointee.flow, item.pointee.direction)
            if gather(context) { evaluatePayload(item.pointee, context, &hits) }
            if !due.isEmpty && !passedPacket { actOnDue(item.pointee, context, &hits) }
        case .stream:
            due.removeAll(keepingCapacity: true)
            if gather(context) { evaluatePayload(item.pointee, context, &hits) }
        case .transaction: tryTransaction(item.pointee, context, &hits)
        case .flowEnd: break
        }
    }

    private func endFlow(
        _ item: UnsafePointer<InspectionItem>, _ context: ItemContext, _ hits: inout [SignatureHit]
    ) {
        let number = item.pointee.flow
        variables.endFlow(number)
        guard let flow = flows.pointee.find(number) else { return }
        if flow.pointee.deferredWays != 0 && !flow.pointee.passed { endDeferred(item.pointee, context, &hits) }
        transactions.closeAll(flow)
        flows.pointee.remove(number)
    }

    // MARK: Packets and streams

    /// Candidates of a packet or of stream data, in evaluation order; false: none.
    private func gather(_ context: ItemContext) -> Bool {
        if let found = context.gathered?.of(context.index) {
            candidates.pointee.take(found)
        } else {
            search.pointee.gather(context, into: candidates)
        }
        return candidates.pointee.sort()
    }

    /// Candidates of a view.
    func gather(view: Int, _ bytes: Bytes) { search.pointee.gather(view: view, bytes, into: candidates) }

    private func evaluatePayload(_ item: InspectionItem, _ context: ItemContext, _ hits: inout [SignatureHit]) {
        let view = ItemView(item)
        let application = applicationTurn(item)
        let payload = context.payload(item)
        for place in 0..<candidates.pointee.count {
            let number = candidates.pointee[place]
            let signature = signatures + Int(number)
            inspector.forgetCaught()
            guard isDue(signature.pointee.scope, item, application), header.matches(signature, item, view),
                conditionsHold(signature, item, view, context), payloadMatches(signature, payload, view, context)
            else { continue }
            if !due.isEmpty { due.removeAll { $0 == number } }
            if item.kind == .stream, signature.pointee.scope == .packetAndStream, postpone(number, item) { continue }
            if act(signature, item, view, context, &hits) { return }
        }
    }

    /// Signatures on a flow's addresses or protocol alone are tried once in each direction.
    private func isDue(_ scope: SignatureScope, _ item: InspectionItem, _ applicationTurn: Bool) -> Bool {
        switch scope {
        case .flow: return item.isFirst
        case .application: return applicationTurn
        default: return true
        }
    }

    private func applicationTurn(_ item: InspectionItem) -> Bool {
        guard matcher.hasApplicationScope, item.kind == .packet, item.flow != 0 else { return false }
        let bit: UInt8 = item.direction == .toServer ? 1 : 2
        guard item.state.contains(.settled) else {
            // Recognition began anew: its outcome is looked at again.
            flows.pointee.find(item.flow)?.pointee.applicationTried &= ~(bit | bit << 2)
            return false
        }
        let flow = entry(item.flow)
        // A datagram that tells and the next one its way both count, as in Suricata.
        let turns = item.header.has.contains(.udp) ? bit | bit << 2 : bit
        let left = turns & ~flow.pointee.applicationTried
        flow.pointee.applicationTried |= left & bit != 0 ? bit : turns
        return left != 0
    }

    private func payloadMatches(
        _ signature: UnsafePointer<CompiledSignature>, _ payload: Payload, _ view: ItemView, _ context: ItemContext
    ) -> Bool {
        let isEncrypted = context.isEncrypted
        for index in signature.pointee.sections {
            let section = sections[Int(index)]
            if section.isOfPacket {
                let kind = tables.views.start[Int(section.view)].kind
                guard headerMatches(section, kind, view, context) else { return false }
                continue
            }
            if isEncrypted { return false }
            let seen =
                tables.views.start[Int(section.view)].isPlain
                ? payload.bytes : transform(section.view, payload.bytes)
            guard inspector.inspect(section, seen, atEnd: true) else { return false }
        }
        return true
    }

    /// Whether a section matches a header or an address of the packet at hand.
    func headerMatches(
        _ section: CompiledSection, _ kind: BufferKind, _ view: ItemView, _ context: ItemContext
    ) -> Bool {
        if kind == .ipSource || kind == .ipDestination {
            addressBytes(kind == .ipSource ? view.source : view.destination, view.isV4)
            return addressBuffer.withUnsafeBytes { raw in
                let bytes = Bytes(raw).slice(view.isV4 ? 12 : 0, 16)
                inspector.newItem()
                let seen = tables.views.start[Int(section.view)].isPlain ? bytes : transform(section.view, bytes)
                return inspector.inspect(section, seen, atEnd: true)
            }
        }
        guard let bytes = context.headerBytes(kind) else { return section.mayBeAbsent }
        if section.mustBeAbsent { return false }
        inspector.newItem()
        let seen = tables.views.start[Int(section.view)].isPlain ? bytes : transform(section.view, bytes)
        return inspector.inspect(section, seen, atEnd: true)
    }

    private func addressBytes(_ address: UInt128, _ isV4: Bool) {
        for index in 0..<16 { addressBuffer[index] = UInt8(truncatingIfNeeded: address >> UInt128(120 - 8 * index)) }
    }

    /// Bytes as a view with transforms shows them: their place in `transformed`; nil where memory is full.
    func applyTransforms(_ view: Int32, _ bytes: Bytes) -> (offset: Int, length: Int)? {
        transformer.apply(matcher.plan.transforms[Int(view)], bytes, into: &transformed)
    }

    func entry(_ flow: UInt64) -> UnsafeMutablePointer<FlowEntry> {
        if let known = flows.pointee.find(flow) { return known }
        return flows.pointee.entry(flow) { transactions.closeAll($0) }
    }
}
