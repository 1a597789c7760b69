internal import Events
internal import Primitives
internal import Rules

extension SignatureSession {
    /// Everything about a signature that is neither header nor bytes: flowbits, host bits, header keywords,
    /// application tests.
    func conditionsHold(
        _ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem, _ view: ItemView,
        _ context: ItemContext
    ) -> Bool {
        for index in signature.pointee.tests
        where !holds(tables.tests.start[Int(index)], item, view, context) { return false }
        for index in signature.pointee.applications {
            let test = tables.applications.start[Int(index)]
            if !SignatureSession.holds(test, item) { return false }
        }
        return flowbitsHold(signature, item) && flowintsHold(signature, item) && hostbitsHold(signature, item, view)
    }

    /// What a direction speaks is known once it has spoken.
    private static func holds(_ test: ApplicationTest, _ item: InspectionItem) -> Bool {
        let (server, client) = (item.applicationToServer, item.applicationToClient)
        let spoken: ApplicationProtocol
        switch test.mode {
        case .direction: spoken = item.direction == .toServer ? server : client
        case .toServer: spoken = server
        case .toClient: spoken = client
        case .final, .original: spoken = item.application
        case .either:
            let isKnown = server != .unknown || client != .unknown
            return isKnown && (test.isMet(by: server) || test.isMet(by: client)) != test.negated
        }
        return spoken != .unknown && test.isMet(by: spoken) != test.negated
    }

    private func holds(
        _ test: PacketTest, _ item: InspectionItem, _ view: ItemView, _ context: ItemContext
    ) -> Bool {
        switch test {
        case .address(let side, let set): return header.holds(side, set, view)
        case .variable(let number, let isPacket, let start, let count):
            let wanted = Bytes(start: tables.literals.start + Int(start), count: Int(count))
            return variables.holds(number, isPacket: isPacket, item.flow, wanted)
        default: return PacketTests.holds(test, item, context)
        }
    }

    private func flowintsHold(_ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem) -> Bool {
        for index in signature.pointee.flowints {
            let command = tables.flowints.start[Int(index)]
            if command.verb.writes { continue }
            if item.flow == 0 { return false }
            let flow = flows.pointee.find(item.flow)
            let value = flow.flatMap { flows.pointee.number(command.number, $0) }
            switch command.verb {
            case .isSet: if value == nil { return false }
            case .isNotSet, .notSet: if value != nil { return false }
            default:
                guard let value, let flow, let operand = operand(command, flow),
                    FlowintArithmetic.holds(value, command.verb, operand)
                else { return false }
            }
        }
        return true
    }

    private func operand(_ command: CompiledFlowint, _ flow: UnsafeMutablePointer<FlowEntry>) -> UInt32? {
        command.operandNumber < 0 ? command.operand : flows.pointee.number(command.operandNumber, flow)
    }

    private func changeFlowints(_ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem) {
        guard item.flow != 0 else { return }
        for index in signature.pointee.flowints {
            let command = tables.flowints.start[Int(index)]
            guard command.verb.writes else { continue }
            let flow = entry(item.flow)
            guard let operand = operand(command, flow) else { continue }
            let before = flows.pointee.number(command.number, flow)
            // Adding to what was never set sets it; there is nothing to subtract from.
            guard command.verb != .subtract || before != nil else { continue }
            flows.pointee.setNumber(command.number, FlowintArithmetic.changed(before ?? 0, command.verb, operand), flow)
        }
    }

    private func flowbitsHold(_ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem) -> Bool {
        for index in signature.pointee.flowbits {
            let command = tables.flowbits.start[Int(index)]
            guard command.verb == .isSet || command.verb == .isNotSet else { continue }
            if item.flow == 0 { return false }
            let flow = flows.pointee.find(item.flow)
            var any = false
            for place in command.bits {
                let bit = tables.flowbitNumbers.start[Int(place)]
                let isSet = flow.map { flows.pointee.isSet(bit, $0) } ?? false
                if isSet == (command.verb == .isSet) { any = true }
            }
            if !any { return false }
        }
        return true
    }

    private func hostbitsHold(
        _ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem, _ view: ItemView
    ) -> Bool {
        for index in signature.pointee.hostbits {
            let command = tables.hostbits.start[Int(index)]
            guard command.verb == .isSet || command.verb == .isNotSet else { continue }
            let isSet = hostbits.isSet(command, view, now: item.time.nanoseconds)
            if isSet != (command.verb == .isSet) { return false }
        }
        return true
    }

    /// A signature matched: bits, threshold, alert. True where a pass lets the rest of the packet go.
    func act(
        _ signature: UnsafePointer<CompiledSignature>, _ item: InspectionItem, _ view: ItemView,
        _ context: ItemContext, _ hits: inout [SignatureHit]
    ) -> Bool {
        for index in signature.pointee.flowbits {
            let command = tables.flowbits.start[Int(index)]
            guard item.flow != 0, command.verb != .isSet, command.verb != .isNotSet else { continue }
            let flow = entry(item.flow)
            for place in command.bits {
                flows.pointee.change(tables.flowbitNumbers.start[Int(place)], command.verb, flow)
            }
        }
        changeFlowints(signature, item)
        if !inspector.caught.isEmpty { variables.keep(inspector.caught, item.flow) }
        for index in signature.pointee.hostbits {
            hostbits.apply(tables.hostbits.start[Int(index)], view, now: item.time.nanoseconds)
        }
        for index in signature.pointee.suppressions
        where header.suppresses(tables.suppressions.start[Int(index)], view) { return false }
        if signature.pointee.threshold >= 0, item.hasAddresses {
            let number = signature.pointee.threshold
            let threshold = tables.thresholds.start[Int(number)]
            guard thresholds.passes(threshold, number: number, item, view) else { return false }
        }
        if signature.pointee.action == .pass {
            pass(signature.pointee.scope, item)
            // What was found in this packet before goes as well: pass comes first, whatever part it was found in.
            hits.removeSubrange(hitsBefore...)
            return true
        }
        if !signature.pointee.isSilent {
            hits.append(
                SignatureHit(item: Int32(truncatingIfNeeded: context.index), signature: signature.pointee.index))
        }
        return false
    }

    /// A pass on a stream, a transaction or a flow lets the whole flow go, one on a packet that packet.
    private func pass(_ scope: SignatureScope, _ item: InspectionItem) {
        passedPacket = true
        passedFlows = passedFlows || scope != .packet
        if scope != .packet && item.flow != 0 { entry(item.flow).pointee.passed = true }
    }
}

extension InspectionItem {
    /// Thresholds count what has addresses, as in Suricata: a frame without IP alerts each time.
    fileprivate var hasAddresses: Bool { flow != 0 || !header.has.isDisjoint(with: [.ipv4, .ipv6]) }
}
