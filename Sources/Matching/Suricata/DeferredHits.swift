internal import Events
internal import Primitives

/// A signature with a position matched a run of stream data. Suricata inspects such a run with the next packet that
/// goes the same way, and alerts once where that packet matches too.
struct DeferredHit {
    var flow: UInt64
    var signature: Int32
    var way: FlowDirection
}

extension FlowDirection {
    fileprivate var bit: UInt8 { self == .toServer ? 1 : 2 }
}

extension SignatureSession {
    /// Most hits that wait, over all flows; those beyond it alert at once.
    private static let maximumDeferred = 8192

    /// False where there is no room, or no flow whose next packet could be waited for.
    func postpone(_ number: Int32, _ item: InspectionItem) -> Bool {
        guard item.flow != 0, deferred.count < SignatureSession.maximumDeferred else { return false }
        let flow = entry(item.flow)
        flow.pointee.deferredWays |= item.direction.bit
        let hit = DeferredHit(flow: item.flow, signature: number, way: item.direction)
        if !deferred.contains(where: { $0.flow == hit.flow && $0.signature == number && $0.way == hit.way }) {
            deferred.append(hit)
        }
        return true
    }

    /// Takes what waits for a packet of this flow and direction into `due`.
    func collectDue(_ number: UInt64, _ way: FlowDirection) {
        due.removeAll(keepingCapacity: true)
        guard !deferred.isEmpty, let flow = flows.pointee.find(number), flow.pointee.deferredWays & way.bit != 0
        else { return }
        flow.pointee.deferredWays &= ~way.bit
        for hit in deferred where hit.flow == number && hit.way == way { due.append(hit.signature) }
        deferred.removeAll { $0.flow == number && $0.way == way }
    }

    /// Alerts for what is due and did not match the packet itself.
    func actOnDue(_ item: InspectionItem, _ context: ItemContext, _ hits: inout [SignatureHit]) {
        let view = ItemView(item)
        for number in due where act(signatures + Int(number), item, view, context, &hits) { return }
    }

    /// The flow is over: no packet will come.
    func endDeferred(_ item: InspectionItem, _ context: ItemContext, _ hits: inout [SignatureHit]) {
        for way in [FlowDirection.toServer, .toClient] {
            collectDue(item.flow, way)
            guard !due.isEmpty else { continue }
            let before = hits.count
            var turned = item
            turned.direction = way
            actOnDue(turned, context, &hits)
            for index in min(before, hits.count)..<hits.count { hits[index].way = way }
        }
    }
}
