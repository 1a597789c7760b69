package import Events
internal import Primitives
internal import Rules

/// Signatures tried on one capture, batch after batch: flowbits, thresholds and open transactions live here. Not for
/// two
/// threads at once.
package final class SignatureSession {
    let matcher: SignatureMatcher
    let tables: PlanTables
    let signatures: UnsafePointer<CompiledSignature>
    let sections: UnsafePointer<CompiledSection>
    let header: HeaderMatcher
    let inspector: BufferInspector
    var flows: FlowMemory
    var transactions: TransactionMemory
    var thresholds: ThresholdTable
    var hostbits: HostbitTable
    var candidates: CandidateSet
    var scanners: [PatternScanner?] = []
    /// Transformed buffers of the item at hand.
    var transformed = ScratchBuffer(capacity: 4096, limit: 64 << 20)
    var viewBuffers: [ViewBuffer] = []
    /// An address as `ip.src` and `ip.dst` show it: 16 bytes, IPv4 in the last 4.
    private var addressBuffer = [UInt8](repeating: 0, count: 16)
    private let transformer: BufferTransformer
    /// The packet that the item at hand belongs to, for header keywords of signatures on transactions.
    var packet: Int = -1
    /// Packet whose remaining items a pass signature lets go.
    var passedPacket: UInt64 = 0
    private(set) var itemsTried = 0
    private(set) var signaturesTried = 0

    init(_ matcher: SignatureMatcher) {
        self.matcher = matcher
        tables = matcher.tables
        signatures = tables.signatures.start
        sections = tables.sections.start
        header = HeaderMatcher(tables)
        inspector = BufferInspector(matcher)
        transformer = BufferTransformer(matcher)
        let options = matcher.options
        flows = FlowMemory(capacity: options.maximumFlows, flowbits: matcher.plan.flowbitCount, flowints: matcher.plan.flowintCount)
        transactions = TransactionMemory(
            capacity: options.maximumTransactions, perFlow: options.maximumTransactionsPerFlow,
            bytesEach: options.transactionBytes)
        thresholds = ThresholdTable(maximum: options.maximumCounters)
        hostbits = HostbitTable(maximum: options.maximumCounters)
        candidates = CandidateSet(signatures: tables.signatures.count)
        scanners = matcher.plan.slots.map { try? $0.database?.makeScanner() }
        viewBuffers.reserveCapacity(256)
    }

    /// What had to be forgotten because a bound was reached: flows, counters, transactions, looks given up.
    package var evictions: Int {
        flows.evictions + transactions.dropped + thresholds.evictions + hostbits.evictions + inspector.abandoned
    }

    /// Tries all signatures on the batch's items, in their order, and appends a hit for each alert.
    package func match(_ batch: InspectionBatch, into hits: inout [SignatureHit]) {
        packet = -1
        batch.items.withUnsafeBufferPointer { items in
            for index in 0..<items.count { visit(items, index, batch, &hits) }
        }
    }

    private func visit(
        _ items: UnsafeBufferPointer<InspectionItem>, _ index: Int, _ batch: InspectionBatch,
        _ hits: inout [SignatureHit]
    ) {
        let item = items[index]
        if item.kind == .flowEnd {
            if let flow = flows.find(item.flow) {
                transactions.closeAll(flow)
                flows.remove(item.flow)
            }
            return
        }
        if item.kind == .packet { packet = index }
        if passedPacket != 0 && passedPacket == item.packetNumber { return }
        if let flow = flows.find(item.flow), flow.pointee.passed { return }
        itemsTried += 1
        inspector.newItem()
        candidates.begin()
        transformed.removeAll()
        var context = ItemContext(items: items, index: index, packet: index, batch: batch)
        if packet >= 0, items[packet].packetNumber == item.packetNumber { context.packet = packet }
        switch item.kind {
        case .packet: tryPacket(item, context, &hits)
        case .stream: tryPayload(item, .stream, context, &hits)
        case .transaction: tryTransaction(item, context, &hits)
        case .flowEnd: break
        }
    }

    // MARK: Packets and streams

    private func tryPacket(_ item: InspectionItem, _ context: ItemContext, _ hits: inout [SignatureHit]) {
        if item.header.has.contains(.tcp) {
            gather(.tcp, item, context)
            if !item.state.contains(.streamed) { gather(.tcpUnstreamed, item, context) }
        } else {
            gather(item.header.has.contains(.udp) ? .udp : .other, item, context)
        }
        evaluatePayload(item, context, &hits)
    }

    private func tryPayload(
        _ item: InspectionItem, _ slot: PayloadSlot, _ context: ItemContext, _ hits: inout [SignatureHit]
    ) {
        gather(slot, item, context)
        evaluatePayload(item, context, &hits)
    }

    private func gather(_ slot: PayloadSlot, _ item: InspectionItem, _ context: ItemContext) {
        gather(matcher.plan.views.count + slot.rawValue, context.payload(item).bytes)
    }

    /// Candidates of a slot: those whose literal is in `bytes`, and those that are tried anyway.
    func gather(_ slot: Int, _ bytes: Bytes) {
        let place = matcher.plan.slots[slot]
        if let scanner = scanners[slot] {
            scanner.scan(bytes)
            for pattern in scanner.matched {
                for index in place.starts[Int(pattern)]..<place.starts[Int(pattern) + 1] {
                    candidates.insert(place.signatures[Int(index)])
                }
            }
        }
        for signature in place.unfiltered { candidates.insert(signature) }
    }

    private func evaluatePayload(_ item: InspectionItem, _ context: ItemContext, _ hits: inout [SignatureHit]) {
        guard candidates.sort() else { return }
        let view = ItemView(item)
        let application = applicationTurn(item)
        let payload = context.payload(item)
        for place in 0..<candidates.count {
            let number = candidates[place]
            let signature = signatures + Int(number)
            guard isDue(signature.pointee.scope, item, application), header.matches(signature, item, view),
                conditionsHold(signature, item, view, context), payloadMatches(signature, payload, view, context)
            else { continue }
            if act(signature, item, view, context, &hits) { return }
        }
    }

    /// Signatures on a flow's addresses or protocol alone are tried once in each direction.
    private func isDue(_ scope: SignatureScope, _ item: InspectionItem, _ applicationTurn: Bool) -> Bool {
        switch scope {
        case .flow:
            if item.flow == 0 { return true }
            return (item.direction == .toServer ? item.packetsToServer : item.packetsToClient) == 1
        case .application: return applicationTurn
        default: return true
        }
    }

    private func applicationTurn(_ item: InspectionItem) -> Bool {
        guard matcher.hasApplicationScope, item.application != .unknown, item.flow != 0 else { return false }
        let flow = entry(item.flow)
        let bit: UInt8 = item.direction == .toServer ? 1 : 2
        if flow.pointee.applicationTried & bit != 0 { return false }
        flow.pointee.applicationTried |= bit
        return true
    }

    private func payloadMatches(
        _ signature: UnsafePointer<CompiledSignature>, _ payload: Payload, _ view: ItemView, _ context: ItemContext
    ) -> Bool {
        for index in signature.pointee.sections {
            let section = sections[Int(index)]
            let kind = matcher.plan.views[Int(section.view)].kind
            if kind.isOfPacket {
                guard headerMatches(section, kind, view, context) else { return false }
                continue
            }
            let seen =
                matcher.plan.transforms[Int(section.view)].isEmpty
                ? payload.bytes : transform(section.view, payload.bytes)
            guard inspector.inspect(section, seen, streamOffset: payload.streamOffset, atEnd: true) else {
                return false
            }
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
                let seen = matcher.plan.transforms[Int(section.view)].isEmpty ? bytes : transform(section.view, bytes)
                return inspector.inspect(section, seen, atEnd: true)
            }
        }
        guard let bytes = context.headerBytes(kind) else { return section.mayBeAbsent }
        if section.mustBeAbsent { return false }
        inspector.newItem()
        let seen = matcher.plan.transforms[Int(section.view)].isEmpty ? bytes : transform(section.view, bytes)
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
        if let known = flows.find(flow) { return known }
        return flows.entry(flow) { transactions.closeAll($0) }
    }
}
