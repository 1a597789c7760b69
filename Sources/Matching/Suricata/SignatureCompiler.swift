internal import Events
internal import Primitives
internal import Rules

/// Turns checked signatures into a plan.
struct SignatureCompiler {
    private(set) var plan = SignaturePlan()
    private(set) var refused: [Diagnostic] = []
    private var patterns = PatternCollector()
    private var addressNumbers: [AddressSet: Int32] = [:]
    private var portNumbers: [PortSet: Int32] = [:]
    private var viewNumbers: [BufferView: Int32] = [:]
    private typealias NameTable = [String: Int32]
    private var flowbitNumbers: NameTable = [:]
    private var hostbitNumbers: NameTable = [:]
    private var flowintNumbers: NameTable = [:]
    private var flowVariableNumbers: NameTable = [:]
    private var packetVariableNumbers: NameTable = [:]
    private var datasetNumbers: [ObjectIdentifier: Int32] = [:]
    /// Steps of the base64_data section of the signature at hand.
    private var decodedSteps: Range<Int32> = 0..<0
    private var expressionNumbers: [ExpressionKey: Int32] = [:]

    private struct ExpressionKey: Hashable {
        var pattern: [UInt8]
        var options: UInt8
    }

    mutating func compile(_ signatures: [Signature]) {
        plan.viewsOfKind = Array(repeating: [], count: BufferKind.allCases.count)
        for index in EvaluationOrder.sorted(signatures) { add(signatures[index], Int32(index)) }
        plan.flowbitCount = flowbitNumbers.count
        plan.flowintCount = flowintNumbers.count
        plan.slots = patterns.build(views: plan.views.count)
    }

    private mutating func add(_ signature: Signature, _ index: Int32) {
        let expressionsBefore = refused.count
        let stepsBefore = plan.steps.count
        let sectionsBefore = plan.sections.count
        addDecoded(signature)
        for section in signature.sections where section.view.kind != .base64Data { add(section, signature) }
        if refused.count > expressionsBefore {
            plan.steps.removeSubrange(stepsBefore...)
            plan.sections.removeSubrange(sectionsBefore...)
            return
        }
        let scope = SignatureScope(signature)
        let compiled = CompiledSignature(
            index: index, scope: scope, action: signature.action, arrow: signature.arrow,
            transport: TransportGate(signature), source: number(signature.source),
            destination: number(signature.destination), sourcePorts: number(signature.sourcePorts),
            destinationPorts: number(signature.destinationPorts), flow: FlowGate(signature),
            sections: Int32(sectionsBefore)..<Int32(plan.sections.count), tests: addTests(signature),
            applications: append(signature.applications, to: \.applications), flowbits: addFlowbits(signature),
            flowints: addFlowints(signature), hostbits: addHostbits(signature), threshold: addThreshold(signature),
            suppressions: addSuppressions(signature), isSilent: signature.isSilent)
        let place = Int32(plan.signatures.count)
        plan.signatures.append(compiled)
        plan.variableCount = max(plan.variableCount, signature.variableCount)
        if signature.arrow == .transaction { plan.hasTransactionArrows = true }
        if scope == .application { plan.hasApplicationScope = true }
        schedule(signature, compiled, place)
    }

    /// Decides where the signature is searched for.
    private mutating func schedule(_ signature: Signature, _ compiled: CompiledSignature, _ place: Int32) {
        let chosen = FastPatternChooser.choose(signature)
        if compiled.scope == .transaction {
            if let chosen {
                let view = number(signature.sections[chosen.section].view)
                patterns.add(GatheredPattern(literal: chosen.literal), slot: .view(Int(view)), signature: place)
            } else if let trigger = trigger(compiled) {
                patterns.addUnfiltered(place, slot: .view(trigger))
            } else {
                plan.everyTransaction.append(place)
            }
            return
        }
        for slot in PayloadSlot.allCases where slot.serves(signature, compiled.scope) {
            for way in [FlowDirection.toServer, .toClient]
            where compiled.flow.anyDirection || compiled.flow.direction == way {
                if let chosen {
                    patterns.add(pattern(chosen, signature, compiled), slot: .payload(slot, way), signature: place)
                } else {
                    patterns.addUnfiltered(place, slot: .payload(slot, way))
                }
            }
        }
    }

    /// Where a payload's literal is searched for. What a transform leaves is not where it was.
    private func pattern(
        _ chosen: FastPatternChooser.Choice, _ signature: Signature, _ compiled: CompiledSignature
    ) -> GatheredPattern {
        let (audience, keys) = PatternAudience.choose(compiled, plan.ports)
        let isPlain = signature.sections[chosen.section].view.transforms.isEmpty
        return GatheredPattern(
            literal: chosen.literal, audience: audience, keys: keys, reach: isPlain ? chosen.reach : nil)
    }

    /// The view whose presence makes a signature without a fast pattern worth trying.
    private func trigger(_ compiled: CompiledSignature) -> Int? {
        for index in compiled.sections {
            let section = plan.sections[Int(index)]
            let kind = plan.views[Int(section.view)].kind
            if section.mayBeAbsent || kind == .payload || kind.isOfPacket { continue }
            return Int(section.view)
        }
        return nil
    }

    // MARK: Sections and steps

    /// What is asked of decoded base64 hangs on the step that decodes.
    private mutating func addDecoded(_ signature: Signature) {
        let from = Int32(plan.steps.count)
        for section in signature.sections where section.view.kind == .base64Data {
            for step in section.steps { plan.steps.append(compile(step, section, signature)) }
        }
        decodedSteps = from..<Int32(plan.steps.count)
    }

    private mutating func add(_ section: BufferSection, _ signature: Signature) {
        let from = Int32(plan.steps.count)
        var mayBeAbsent = false
        var mustBeAbsent = false
        for step in section.steps {
            if case .absent(let orElse) = step {
                mayBeAbsent = true
                if !orElse { mustBeAbsent = true }
            }
            plan.steps.append(compile(step, section, signature))
        }
        let direction = section.view.kind.direction
        let view = number(section.view)
        if plan.transforms.count <= Int(view) {
            plan.transforms.append(section.view.transforms.map { compile($0, signature) })
        }
        plan.sections.append(
            CompiledSection(
                view: view, isOfPacket: section.view.kind.isOfPacket, steps: from..<Int32(plan.steps.count),
                mayBeAbsent: mayBeAbsent,
                mustBeAbsent: mustBeAbsent, anyDirection: direction == nil, direction: direction ?? .toServer))
    }

    private mutating func compile(
        _ step: InspectionStep, _ section: BufferSection, _ signature: Signature
    ) -> CompiledStep {
        switch step {
        case .content(let content): .content(compile(content))
        case .expression(let expression): compile(expression, signature)
        case .dataAt(let step): .dataAt(step)
        case .size(let test): .size(test)
        case .byteTest(let step): .byteTest(step)
        case .byteJump(let step): .byteJump(step)
        case .byteExtract(let step): .byteExtract(step)
        case .byteMath(let step): .byteMath(step)
        case .absent: .nothing
        case .base64(let step): .base64(CompiledBase64(step: step, decoded: decodedSteps))
        case .dataset(let step): .dataset(CompiledDataset(dataset: number(step.dataset), verb: step.verb))
        case .number(let test, let offset): .number(test, at: Int32(offset))
        case .entropy(let step): .entropy(step)
        case .asn1(let step): .asn1(step)
        }
    }

    private mutating func compile(_ content: ContentStep) -> CompiledContent {
        let start = Int32(plan.literals.count)
        plan.literals += content.caseless ? content.bytes.map { ASCII.lower($0) } : content.bytes
        let relative = content.isRelative
        var high = relative ? content.within : content.depth
        if content.startsWith { high = .number(content.bytes.count) }
        return CompiledContent(
            start: start, count: Int32(content.bytes.count), negated: content.negated, caseless: content.caseless,
            relative: relative, anchorsNext: content.anchorsNext, endsWith: content.endsWith, hasHigh: high != nil,
            low: (relative ? content.distance : content.offset) ?? .number(0), high: high ?? .number(0))
    }

    private mutating func compile(_ step: ExpressionStep, _ signature: Signature) -> CompiledStep {
        do {
            let number = try number(step.pattern, step.options)
            let captures = step.captures.filter { $0.group < RegularExpressionWorker.groupRoom }.map {
                CompiledCapture(
                    group: Int32($0.group), variable: variable($0.name, isPacket: $0.isPacket), isPacket: $0.isPacket)
            }
            return .expression(
                CompiledExpression(
                    expression: number, captures: append(captures, to: \.captures), negated: step.negated,
                    relative: step.relative, anchorsNext: step.anchorsNext))
        } catch {
            refused.append(
                Diagnostic(
                    .error, file: signature.info.origin.file, line: step.line, column: step.column + error.offset,
                    message: "pcre: \(error.message)", rule: signature.info.id))
            return .nothing
        }
    }

    private mutating func number(
        _ pattern: [UInt8], _ options: ExpressionStep.Options
    ) throws(RegularExpressionError) -> Int32 {
        let key = ExpressionKey(pattern: pattern, options: options.rawValue)
        if let known = expressionNumbers[key] { return known }
        let number = Int32(plan.expressions.count)
        plan.expressions.append(try RegularExpression(pattern, options: RegularExpressionOptions(options)))
        expressionNumbers[key] = number
        return number
    }

    private mutating func compile(_ transform: BufferTransform, _ signature: Signature) -> CompiledTransform {
        guard case .expression(let pattern) = transform else { return .plain(transform) }
        do {
            return .expression(try number(pattern, []))
        } catch {
            refused.append(
                Diagnostic(
                    .error, file: signature.info.origin.file, line: signature.info.origin.line, column: 1,
                    message: "pcrexform: \(error.message)", rule: signature.info.id))
            return .plain(transform)
        }
    }

    // MARK: Tables

    private mutating func append<Element>(
        _ elements: [Element], to table: WritableKeyPath<SignaturePlan, [Element]>
    ) -> Range<Int32> {
        let from = Int32(plan[keyPath: table].count)
        plan[keyPath: table] += elements
        return from..<Int32(plan[keyPath: table].count)
    }

    /// Tests of headers, and of addresses by the number of their set.
    private mutating func addTests(_ signature: Signature) -> Range<Int32> {
        let reputations = signature.addressTests.map { PacketTest.address($0.side, set: number($0.addresses)) }
        let variables = signature.variableTests.map { test in
            let start = Int32(plan.literals.count)
            plan.literals += test.bytes
            return PacketTest.variable(
                variable(test.name, isPacket: test.isPacket), isPacket: test.isPacket, start: start,
                count: Int32(test.bytes.count))
        }
        return append(signature.tests + reputations + variables, to: \.tests)
    }

    private mutating func variable(_ name: NameTable.Key, isPacket: Bool) -> Int32 {
        isPacket ? intern(name, &packetVariableNumbers) : intern(name, &flowVariableNumbers)
    }

    private mutating func addFlowbits(_ signature: Signature) -> Range<Int32> {
        let commands = signature.flowbits.map { command in
            let numbers = command.names.map { intern($0, &flowbitNumbers) }
            return CompiledFlowbit(verb: command.verb, bits: append(numbers, to: \.flowbitNumbers))
        }
        return append(commands, to: \.flowbits)
    }

    private mutating func addFlowints(_ signature: Signature) -> Range<Int32> {
        let commands = signature.flowints.map { command in
            var made = CompiledFlowint(
                verb: command.verb, number: intern(command.name, &flowintNumbers), operandNumber: -1, operand: 0)
            switch command.operand {
            case .number(let value): made.operand = value
            case .name(let name): made.operandNumber = intern(name, &flowintNumbers)
            }
            return made
        }
        return append(commands, to: \.flowints)
    }

    private mutating func number(_ dataset: Dataset) -> Int32 {
        if let known = datasetNumbers[ObjectIdentifier(dataset)] { return known }
        plan.datasets.append(dataset)
        datasetNumbers[ObjectIdentifier(dataset)] = Int32(plan.datasets.count - 1)
        return Int32(plan.datasets.count - 1)
    }

    private mutating func addHostbits(_ signature: Signature) -> Range<Int32> {
        let commands = signature.hostbits.map { command in
            CompiledHostbit(
                verb: command.verb, bit: intern(command.name, &hostbitNumbers), track: command.track,
                expireNanoseconds: Int64(command.expireSeconds) * 1_000_000_000)
        }
        return append(commands, to: \.hostbits)
    }

    private mutating func addThreshold(_ signature: Signature) -> Int32 {
        guard let threshold = signature.threshold ?? signature.detectionFilter else { return -1 }
        plan.thresholds.append(threshold)
        return Int32(plan.thresholds.count - 1)
    }

    private mutating func addSuppressions(_ signature: Signature) -> Range<Int32> {
        let all = signature.suppressions.map { CompiledSuppression(track: $0.track, addresses: number($0.addresses)) }
        return append(all, to: \.suppressions)
    }

    private func intern(_ name: String, _ table: inout NameTable) -> Int32 {
        if let known = table[name] { return known }
        table[name] = Int32(table.count)
        return Int32(table.count - 1)
    }

    private mutating func number(_ set: AddressSet) -> Int32 {
        if set.isAny { return -1 }
        if let known = addressNumbers[set] { return known }
        plan.addresses.append(set.numbers.ranges.map { AddressRange(low: $0.lowerBound, high: $0.upperBound) })
        addressNumbers[set] = Int32(plan.addresses.count - 1)
        return Int32(plan.addresses.count - 1)
    }

    private mutating func number(_ set: PortSet) -> Int32 {
        if set.isAny { return -1 }
        if let known = portNumbers[set] { return known }
        plan.ports.append(set.numbers.ranges.map { PortRange(low: $0.lowerBound, high: $0.upperBound) })
        portNumbers[set] = Int32(plan.ports.count - 1)
        return Int32(plan.ports.count - 1)
    }

    private mutating func number(_ view: BufferView) -> Int32 {
        if let known = viewNumbers[view] { return known }
        let number = Int32(plan.views.count)
        plan.views.append(view)
        plan.viewsOfKind[view.kind.number].append(number)
        viewNumbers[view] = number
        return number
    }
}

extension RegularExpressionOptions {
    init(_ options: ExpressionStep.Options) {
        self = []
        let table: [(ExpressionStep.Options, RegularExpressionOptions)] = [
            (.caseless, .caseless), (.dotAll, .dotAll), (.multiline, .multiline), (.extended, .extended),
            (.anchored, .anchored), (.dollarEndOnly, .dollarEndOnly), (.ungreedy, .ungreedy),
        ]
        for (from, to) in table where options.contains(from) { insert(to) }
    }
}
