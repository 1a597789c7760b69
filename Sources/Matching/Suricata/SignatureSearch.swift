internal import Events
internal import Primitives

/// Looks for the signatures worth evaluating: those whose literal is in the bytes, and those that are tried whatever is
/// in them. It goes by the item alone, not by what a session remembers. Not for two threads at once.
struct SignatureSearch: ~Copyable {
    private var scanner: LiteralScanner
    private let slots: FrozenTable<FixedSlot>
    /// The payloads' slots stand behind those of the views.
    private let viewCount: Int

    init(_ tables: PlanTables) {
        scanner = LiteralScanner(tables)
        slots = tables.slots
        viewCount = tables.views.count
    }

    /// Candidates of the item at hand, a packet or stream data.
    mutating func gather(_ context: ItemContext, into candidates: UnsafeMutablePointer<CandidateSet>) {
        let item = context.item
        let has = item.pointee.header.has
        if item.pointee.kind == .stream {
            gather(.stream, item, context, candidates)
        } else if has.contains(.tcp) {
            gather(.tcp, item, context, candidates)
            if !item.pointee.state.contains(.streamed) { gather(.tcpUnstreamed, item, context, candidates) }
        } else {
            gather(has.contains(.udp) ? .udp : .other, item, context, candidates)
        }
    }

    /// Candidates of a view of a transaction's buffer.
    mutating func gather(view: Int, _ bytes: Bytes, into candidates: UnsafeMutablePointer<CandidateSet>) {
        search(view, bytes, .none, candidates)
        insert(slots.start[view].always, slots.start[view].alwaysCount, candidates)
    }

    private mutating func gather(
        _ slot: PayloadSlot, _ item: UnsafePointer<InspectionItem>, _ context: ItemContext,
        _ candidates: UnsafeMutablePointer<CandidateSet>
    ) {
        let number = viewCount + slot.place(item.pointee.direction)
        let (source, destination) = SignatureSearch.ports(item)
        let payload = context.isEncrypted ? .empty : context.payload.bytes
        if !payload.isEmpty {
            let keys = LiteralKeys(application: item.pointee.application, destination: destination, source: source)
            search(number, payload, keys, candidates)
        }
        let place = slots.start + number
        insert(place.pointee.always, place.pointee.alwaysCount, candidates)
        if place.pointee.onceCount > 0, item.pointee.isFirst {
            insert(place.pointee.once, place.pointee.onceCount, candidates)
        }
        insert(place.pointee.destinations, destination, candidates)
        insert(place.pointee.sources, source, candidates)
    }

    /// Of a packet its own, of stream data those of its flow in its direction.
    @inline(__always) private static func ports(
        _ item: UnsafePointer<InspectionItem>
    ) -> (source: UInt16, destination: UInt16) {
        if item.pointee.kind == .packet {
            return (item.pointee.header.sourcePort, item.pointee.header.destinationPort)
        }
        let (client, server) = (item.pointee.key.clientPort, item.pointee.key.serverPort)
        return item.pointee.direction == .toServer ? (client, server) : (server, client)
    }

    @inline(__always) private mutating func search(
        _ slot: Int, _ bytes: Bytes, _ keys: LiteralKeys, _ candidates: UnsafeMutablePointer<CandidateSet>
    ) {
        let place = slots.start + slot
        scanner.scan(slot, bytes, keys)
        for index in 0..<scanner.count {
            let found = place.pointee.literals.literals[Int(scanner[index])].signatures
            insert(place.pointee.signatures + Int(found.lowerBound), found.count, candidates)
        }
    }

    @inline(__always) private func insert(
        _ list: UnsafePointer<Int32>, _ count: Int, _ candidates: UnsafeMutablePointer<CandidateSet>
    ) {
        for index in 0..<count { candidates.pointee.insert(list[index]) }
    }

    /// Those without a literal that are about a port of the item.
    private func insert(_ lists: PortLists, _ port: UInt16, _ candidates: UnsafeMutablePointer<CandidateSet>) {
        guard let numbers = lists.numbers, numbers[Int(port)] >= 0 else { return }
        let list = Int(numbers[Int(port)])
        for index in lists.starts[list]..<lists.starts[list + 1] {
            candidates.pointee.insert(lists.signatures[Int(index)])
        }
    }
}
