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
    private let scanner: UnsafeMutablePointer<LiteralScanner>
    private let slots: FrozenTable<FixedSlot>
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
        scanner = .allocate(capacity: 1)
        scanner.initialize(to: LiteralScanner(tables))
        slots = tables.slots
        viewBuffers.reserveCapacity(256)
    }

    deinit {
        candidates.deinitialize(count: 1)
        candidates.deallocate()
        scanner.deinitialize(count: 1)
        scanner.deallocate()
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
    package func match(_ batch: InspectionBatch, into hits: inout [SignatureHit]) {
        packet = -1
        passedPacket = false
        hitsBefore = hits.count
        batch.items.withUnsafeBufferPointer { items in
            batch.buffers.withUnsafeBufferPointer { buffers in
                let scratch = batch.scratch.bytes(0, batch.scratch.count)
                var context = ItemContext(
                    items: items, index: 0, packet: 0, buffers: buffers, input: batch.input, scratch: scratch)
                for index in 0..<items.count {
                    context.index = index
                    visit(&context, &hits)
                }
            }
        }
    }

    private func visit(_ context: inout ItemContext, _ hits: inout [SignatureHit]) {
        let index = context.index
        let items = context.items
        let item = items[index]
        context.packet = index
        if item.kind == .flowEnd { return endFlow(item, context, &hits) }
        if item.kind == .packet {
            packet = index
            passedPacket = false
            hitsBefore = hits.count
            variables.newPacket()
        }
        if passedPacket && packet >= 0 && items[packet].packetNumber == item.packetNumber { return }
        if passedFlows, let flow = flows.pointee.find(item.flow), flow.pointee.passed { return }
        itemsTried += 1
        inspector.newItem()
        candidates.pointee.begin()
        transformed.removeAll()
        // What is found when a flow is over has the number of another flow's packet.
        if packet >= 0, items[packet].packetNumber == item.packetNumber, item.header.origin != .flowEnd {
            context.packet = packet
        }
        switch item.kind {
        case .packet:
            collectDue(item, item.direction)
            tryPacket(item, context, &hits)
            if !due.isEmpty && !passedPacket { actOnDue(item, context, &hits) }
        case .stream:
            due.removeAll(keepingCapacity: true)
            tryPayload(item, .stream, context, &hits)
        case .transaction: tryTransaction(item, context, &hits)
        case .flowEnd: break
        }
    }

    private func endFlow(_ item: InspectionItem, _ context: ItemContext, _ hits: inout [SignatureHit]) {
        variables.endFlow(item.flow)
        guard let flow = flows.pointee.find(item.flow) else { return }
        if flow.pointee.deferredWays != 0 && !flow.pointee.passed { endDeferred(item, context, &hits) }
        transactions.closeAll(flow)
        flows.pointee.remove(item.flow)
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
        let number = tables.views.count + slot.place(item.direction)
        let isPacket = item.kind == .packet
        let toServer = item.direction == .toServer
        let destination =
            isPacket ? item.header.destinationPort : toServer ? item.key.serverPort : item.key.clientPort
        let source = isPacket ? item.header.sourcePort : toServer ? item.key.clientPort : item.key.serverPort
        let payload = isEncrypted(context) ? .empty : context.payload(item).bytes
        if !payload.isEmpty {
            search(
                number, payload,
                LiteralKeys(application: item.application, destination: destination, source: source))
        }
        let place = slots.start + number
        insert(place.pointee.always, place.pointee.alwaysCount)
        if place.pointee.onceCount > 0, isFirst(item) { insert(place.pointee.once, place.pointee.onceCount) }
        gather(place.pointee.destinations, destination)
        gather(place.pointee.sources, source)
    }

    /// The flow's first packet in its direction, or one without a flow.
    private func isFirst(_ item: InspectionItem) -> Bool {
        if item.flow == 0 { return true }
        return (item.direction == .toServer ? item.packetsToServer : item.packetsToClient) == 1
    }

    /// Candidates of a slot: those whose literal is in `bytes`, and those that are tried anyway.
    func gather(_ slot: Int, _ bytes: Bytes) {
        search(slot, bytes, .none)
        insert(slots.start[slot].always, slots.start[slot].alwaysCount)
    }

    @inline(__always) private func search(_ slot: Int, _ bytes: Bytes, _ keys: LiteralKeys) {
        let place = slots.start + slot
        scanner.pointee.scan(slot, bytes, keys)
        for index in 0..<scanner.pointee.count {
            let found = place.pointee.literals.literals[Int(scanner.pointee[index])].signatures
            insert(place.pointee.signatures + Int(found.lowerBound), found.count)
        }
    }

    @inline(__always) private func insert(_ list: UnsafePointer<Int32>, _ count: Int) {
        for index in 0..<count { candidates.pointee.insert(list[index]) }
    }

    /// Those without a literal that are about a port of the item.
    private func gather(_ lists: PortLists, _ port: UInt16) {
        guard let numbers = lists.numbers, numbers[Int(port)] >= 0 else { return }
        let list = Int(numbers[Int(port)])
        for index in lists.starts[list]..<lists.starts[list + 1] {
            candidates.pointee.insert(lists.signatures[Int(index)])
        }
    }

    private func evaluatePayload(_ item: InspectionItem, _ context: ItemContext, _ hits: inout [SignatureHit]) {
        guard candidates.pointee.sort() else { return }
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
        case .flow: return isFirst(item)
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
        let isEncrypted = isEncrypted(context)
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

    /// A packet of a flow that has begun to encrypt: its payload says nothing.
    private func isEncrypted(_ context: ItemContext) -> Bool {
        let item = context.items.baseAddress.map { $0 + context.index }
        return item.map { $0.pointee.kind == .packet && $0.pointee.state.contains(.encrypted) } ?? false
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
