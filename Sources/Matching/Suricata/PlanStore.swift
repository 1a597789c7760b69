internal import CVectorscan
internal import Events
package import Primitives
package import Rules

/// Compiled signatures in the rule cache: all tables of the plan as they lie in memory.
package struct PlanStore: Sendable {
    private let cache: RuleCache

    package init(cache: RuleCache) { self.cache = cache }

    /// Version of the pattern engine and the processor it compiles for.
    package static var engine: [UInt8] {
        var name: [UInt8] = []
        if let version = hs_version() {
            var at = version
            while at.pointee != 0 {
                name.append(UInt8(bitPattern: at.pointee))
                at += 1
            }
        }
        var platform = hs_platform_info_t()
        hs_populate_platform(&platform)
        name += withUnsafeBytes(of: platform.tune) { Array($0) }
        name += withUnsafeBytes(of: platform.cpu_features) { Array($0) }
        return name
    }

    /// What was compiled of `key` before.
    package func read(_ key: ContentID, options: SignatureOptions) -> (RememberedSignatures, SignatureMatcher)? {
        guard let bytes = cache.read(key) else { return nil }
        do {
            var reader = CacheReader(bytes)
            let signatures = try RememberedSignatures(&reader)
            let plan = try SignaturePlan(&reader)
            return (signatures, SignatureMatcher(plan: plan, options: options))
        } catch {
            return nil
        }
    }

    /// Keeps what was compiled. Signatures that read other files (datasets) are not kept: those may change.
    package func write(_ key: ContentID, _ signatures: RememberedSignatures, _ matcher: SignatureMatcher) {
        guard matcher.plan.datasets.isEmpty else { return }
        var writer = CacheWriter()
        signatures.write(into: &writer)
        matcher.plan.write(into: &writer)
        cache.write(key, writer.bytes)
    }
}

extension SignaturePlan {
    fileprivate func write(into writer: inout CacheWriter) {
        writer.put(signatures)
        writer.put(sections)
        writer.put(steps)
        writer.put(literals)
        writer.put(tests)
        writer.put(applications)
        writer.put(flowbits)
        writer.put(flowbitNumbers)
        writer.put(flowints)
        writer.put(captures)
        writer.put(hostbits)
        writer.put(thresholds)
        writer.put(suppressions)
        writer.put(lists: addresses)
        writer.put(lists: ports)
        writer.put(lists: viewsOfKind)
        writer.put(everyTransaction)
        let flags = [hasTransactionArrows, hasApplicationScope].map { $0 ? 1 : 0 }
        writer.put([flowbitCount, flowintCount, variableCount] + flags)
        writer.put(expressions.count)
        for expression in expressions {
            writer.put(expression.pattern)
            writer.put([expression.options.rawValue])
        }
        writer.put(views.count)
        for (view, transforms) in zip(views, transforms) {
            writer.put(view.kind.number)
            writer.put(transforms.count)
            for transform in transforms { transform.write(into: &writer) }
        }
        writer.put(slots.count)
        for slot in slots {
            writer.put(slot.literals)
            writer.put(slot.text)
            writer.put(slot.keys)
            writer.put(slot.windows)
            writer.put(slot.signatures)
            writer.put(slot.unfiltered)
        }
    }

    fileprivate init(_ reader: inout CacheReader) throws {
        signatures = try reader.elements(CompiledSignature.self)
        sections = try reader.elements(CompiledSection.self)
        steps = try reader.elements(CompiledStep.self)
        literals = try reader.elements(UInt8.self)
        tests = try reader.elements(PacketTest.self)
        applications = try reader.elements(ApplicationTest.self)
        flowbits = try reader.elements(CompiledFlowbit.self)
        flowbitNumbers = try reader.elements(Int32.self)
        flowints = try reader.elements(CompiledFlowint.self)
        captures = try reader.elements(CompiledCapture.self)
        hostbits = try reader.elements(CompiledHostbit.self)
        thresholds = try reader.elements(SignatureThreshold.self)
        suppressions = try reader.elements(CompiledSuppression.self)
        addresses = try reader.lists(AddressRange.self)
        ports = try reader.lists(PortRange.self)
        viewsOfKind = try reader.lists(Int32.self)
        everyTransaction = try reader.elements(Int32.self)
        let numbers = try reader.elements(Int.self)
        guard numbers.count == 5 else { throw CacheDamage() }
        (flowbitCount, flowintCount, variableCount) = (numbers[0], numbers[1], numbers[2])
        (hasTransactionArrows, hasApplicationScope) = (numbers[3] == 1, numbers[4] == 1)
        for _ in 0..<max(0, try reader.number()) {
            let pattern = try reader.elements(UInt8.self)
            guard let options = try reader.elements(UInt16.self).first else { throw CacheDamage() }
            expressions.append(RegularExpression(known: pattern, RegularExpressionOptions(rawValue: options)))
        }
        try readViews(&reader)
        try readSlots(&reader)
    }

    private mutating func readViews(_ reader: inout CacheReader) throws {
        for _ in 0..<max(0, try reader.number()) {
            let kind = try reader.number()
            guard BufferKind.allCases.indices.contains(kind) else { throw CacheDamage() }
            views.append(BufferView(BufferKind.allCases[kind]))
            var list: [CompiledTransform] = []
            for _ in 0..<max(0, try reader.number()) { list.append(try CompiledTransform(&reader)) }
            transforms.append(list)
        }
    }

    private mutating func readSlots(_ reader: inout CacheReader) throws {
        for _ in 0..<max(0, try reader.number()) {
            var slot = ScanSlot()
            slot.literals = try reader.elements(SearchedLiteral.self)
            slot.text = try reader.elements(UInt8.self)
            slot.keys = try reader.elements(PortRange.self)
            slot.windows = try reader.elements(WindowRecord.self)
            slot.signatures = try reader.elements(Int32.self)
            slot.unfiltered = try reader.elements(Int32.self)
            slots.append(slot)
        }
    }
}

extension CompiledTransform {
    private static let simple: [BufferTransform] = [
        .dotPrefix, .toLowercase, .toUppercase, .stripWhitespace, .compressWhitespace, .headerLowercase,
        .stripPseudoHeaders, .urlDecode, .domain, .topLevelDomain, .md5, .sha1, .sha256, .wholeFile,
    ]

    /// Its number, then its bytes and numbers.
    fileprivate func write(into writer: inout CacheWriter) {
        var tag = -1
        var bytes: [UInt8] = []
        var numbers: [Int] = []
        switch self {
        case .expression(let number): (tag, numbers) = (100, [Int(number)])
        case .plain(.xor(let key)): (tag, bytes) = (101, key)
        case .plain(.gunzip(let most)): (tag, numbers) = (102, [most])
        case .plain(.inflate(let most)): (tag, numbers) = (103, [most])
        case .plain(.frame(let number)): (tag, bytes) = (105, [number])
        case .plain(.base64(let transform)):
            let modes: [Base64Transform.Mode] = [.strict, .rfc2045, .rfc4648]
            tag = 104
            numbers = [modes.firstIndex(of: transform.mode) ?? 0, transform.bytes ?? -1, transform.offset]
        case .plain(let plain): tag = CompiledTransform.simple.firstIndex(of: plain) ?? -1
        }
        writer.put(tag)
        writer.put(bytes)
        writer.put(numbers)
    }

    fileprivate init(_ reader: inout CacheReader) throws {
        let tag = try reader.number()
        let bytes = try reader.elements(UInt8.self)
        let numbers = try reader.elements(Int.self)
        let modes: [Base64Transform.Mode] = [.strict, .rfc2045, .rfc4648]
        switch (tag, numbers.count) {
        case (100, 1): self = .expression(Int32(truncatingIfNeeded: numbers[0]))
        case (101, 0): self = .plain(.xor(bytes))
        case (102, 1): self = .plain(.gunzip(numbers[0]))
        case (103, 1): self = .plain(.inflate(numbers[0]))
        case (105, 0) where bytes.count == 1: self = .plain(.frame(bytes[0]))
        case (104, 3) where modes.indices.contains(numbers[0]):
            self = .plain(
                .base64(
                    Base64Transform(
                        mode: modes[numbers[0]], bytes: numbers[1] < 0 ? nil : numbers[1], offset: numbers[2])))
        default:
            guard CompiledTransform.simple.indices.contains(tag) else { throw CacheDamage() }
            self = .plain(CompiledTransform.simple[tag])
        }
    }
}
