internal import Events
internal import Primitives
internal import Rules

/// An item as header checks see it: addresses and ports in the direction in which it goes.
struct ItemView {
    var source: UInt128
    var destination: UInt128
    var sourcePort: UInt16
    var destinationPort: UInt16
    var ipProtocol: UInt8
    var isV4: Bool

    init(_ item: InspectionItem) {
        if item.kind == .packet {
            source = AddressSet.number(item.header.source)
            destination = AddressSet.number(item.header.destination)
            sourcePort = item.header.sourcePort
            destinationPort = item.header.destinationPort
            ipProtocol = item.header.ipProtocol
            isV4 = item.header.has.contains(.ipv4)
        } else {
            let toServer = item.direction == .toServer
            source = AddressSet.number(toServer ? item.key.client : item.key.server)
            destination = AddressSet.number(toServer ? item.key.server : item.key.client)
            sourcePort = toServer ? item.key.clientPort : item.key.serverPort
            destinationPort = toServer ? item.key.serverPort : item.key.clientPort
            ipProtocol = item.key.ipProtocol
            isV4 = item.key.client.isV4
        }
    }

    var reversed: ItemView {
        var other = self
        other.source = destination
        other.destination = source
        other.sourcePort = destinationPort
        other.destinationPort = sourcePort
        return other
    }
}

/// Addresses, ports, protocol and flow state of a signature's header and `flow` keyword.
struct HeaderMatcher {
    private let addressStarts: UnsafePointer<Int32>
    private let addresses: UnsafePointer<AddressRange>
    private let portStarts: UnsafePointer<Int32>
    private let ports: UnsafePointer<PortRange>

    init(_ tables: PlanTables) {
        addressStarts = tables.addresses.starts.start
        addresses = tables.addresses.elements.start
        portStarts = tables.ports.starts.start
        ports = tables.ports.elements.start
    }

    func matches(_ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem, _ view: ItemView) -> Bool {
        guard HeaderMatcher.transport(signature.pointee.transport, item, view),
            HeaderMatcher.flow(signature.pointee.flow, item)
        else { return false }
        switch signature.pointee.arrow {
        case .forward: return ends(signature, view)
        case .either: return ends(signature, view) || ends(signature, view.reversed)
        case .transaction: return ends(signature, item.direction == .toServer ? view : view.reversed)
        }
    }

    @inline(__always)
    private func ends(_ signature: UnsafePointer<CompiledSignature>, _ view: ItemView) -> Bool {
        port(signature.pointee.destinationPorts, view.destinationPort)
            && port(signature.pointee.sourcePorts, view.sourcePort)
            && address(signature.pointee.source, view.source)
            && address(signature.pointee.destination, view.destination)
    }

    private static func transport(_ gate: TransportGate, _ item: InspectionItem, _ view: ItemView) -> Bool {
        if !gate.anyNumber && gate.numbers.0 != view.ipProtocol && gate.numbers.1 != view.ipProtocol { return false }
        if gate.owners != 0 && gate.owners & TransportGate.bit(item.application) == 0 { return false }
        if !gate.anyApplication && gate.application != item.application && gate.carrier != item.application {
            // DNS over HTTP/2 is both.
            let isBoth = gate.application == .http2 || gate.carrier == .http2 || gate.application == .dns
            if item.application != .doh2 || !isBoth { return false }
        }
        switch gate.network {
        case .any: return true
        case .v4: return view.isV4
        case .v6: return !view.isV4
        }
    }

    private static func flow(_ gate: FlowGate, _ item: InspectionItem) -> Bool {
        if !gate.anyDirection && (item.flow == 0 || gate.direction != item.direction) { return false }
        if gate.wantsEstablished && !item.state.contains(.established) { return false }
        if gate.wantsNotEstablished && item.state.contains(.established) { return false }
        if gate.onlyStream && item.kind == .packet { return false }
        if gate.noStream && item.kind == .stream { return false }
        if gate.onlyFragments && !item.header.has.contains(.fragment) { return false }
        if gate.noFragments && item.header.has.contains(.fragment) { return false }
        return true
    }

    func suppresses(_ suppression: CompiledSuppression, _ view: ItemView) -> Bool {
        switch suppression.track {
        case .always: true
        case .source: address(suppression.addresses, view.source)
        case .destination: address(suppression.addresses, view.destination)
        case .either:
            address(suppression.addresses, view.source) || address(suppression.addresses, view.destination)
        }
    }

    /// Whether the addresses of a side are of a set.
    func holds(_ side: AddressSide, _ set: Int32, _ view: ItemView) -> Bool {
        switch side {
        case .any: address(set, view.source) || address(set, view.destination)
        case .source: address(set, view.source)
        case .destination: address(set, view.destination)
        case .both: address(set, view.source) && address(set, view.destination)
        }
    }

    private func address(_ set: Int32, _ value: UInt128) -> Bool {
        if set < 0 { return true }
        var low = Int(addressStarts[Int(set)])
        let end = Int(addressStarts[Int(set) + 1])
        var high = end
        while low < high {
            let middle = (low + high) / 2
            if addresses[middle].high < value { low = middle + 1 } else { high = middle }
        }
        return low < end && addresses[low].low <= value
    }

    private func port(_ set: Int32, _ value: UInt16) -> Bool {
        if set < 0 { return true }
        var low = Int(portStarts[Int(set)])
        let end = Int(portStarts[Int(set) + 1])
        var high = end
        while low < high {
            let middle = (low + high) / 2
            if ports[middle].high < value { low = middle + 1 } else { high = middle }
        }
        return low < end && ports[low].low <= value
    }
}
