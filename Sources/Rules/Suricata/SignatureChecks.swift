internal import Events

extension SignatureBuilder {
    /// What can only be judged when all options are read; fills what follows from several of them.
    mutating func finish() throws(RuleFault) -> Signature {
        guard let sid else { throw RuleFault(0..<1, "the signature has no sid", advice: "Add sid:NUMBER;") }
        try closeBuffers()
        try checkDirections()
        try checkFastPattern()
        try checkContents()
        try checkProtocol()
        if signature.arrow == .either && sameSides { signature.arrow = .forward }
        if let own = classType, priority == nil { priority = options.classifications[own]?.priority }
        describe(sid)
        return signature
    }

    /// `<>` between equal sides is `->`: every packet would be tried twice.
    private var sameSides: Bool {
        signature.source == signature.destination && signature.sourcePorts == signature.destinationPorts
    }

    /// Buffers of requests and of responses do not meet unless the arrow is `=>`.
    private func checkDirections() throws(RuleFault) {
        guard signature.arrow != .transaction else { return }
        var found = signature.flow.direction
        for (index, section) in signature.sections.enumerated() {
            guard let direction = section.view.kind.direction else { continue }
            if let found, found != direction {
                let way = found == .toServer ? "requests" : "responses"
                throw RuleFault(
                    placeOfSection[index] ?? 0..<1,
                    "\(section.view.kind.rawValue) is never seen in \(way), which the signature asks for as well",
                    advice: "Use => to look at a transaction's request and response together.")
            }
            found = direction
        }
    }

    private mutating func checkFastPattern() throws(RuleFault) {
        guard let fast = signature.fastPattern else { return }
        let place = placeOfStep[StepPlace(section: fast.section, step: fast.step)] ?? 0..<1
        guard case .content(let content) = signature.sections[fast.section].steps[fast.step] else { return }
        let positioned = content.isRelative || content.depth != nil || content.offset != nil
        if content.negated && (positioned || fast.chop != nil) {
            throw RuleFault(place, "a negated content with a position cannot be the fast_pattern")
        }
        if fast.only && (positioned || content.negated) {
            throw RuleFault(place, "fast_pattern:only is for a content without position and negation")
        }
    }

    private mutating func checkContents() throws(RuleFault) {
        for (index, section) in signature.sections.enumerated() {
            try checkSizes(index, section)
            guard let first = section.steps.first, case .content(let content) = first, content.isRelative else {
                continue
            }
            warnings.append(
                RuleFault(
                    placeOfStep[StepPlace(section: index, step: 0)] ?? 0..<1,
                    "nothing stands before this content in its buffer: distance and within count from its start"
                ))
        }
    }

    /// A content longer than what bsize allows can never match.
    private func checkSizes(_ index: Int, _ section: BufferSection) throws(RuleFault) {
        guard !section.view.kind.hasSeveralInstances else { return }
        for case .size(.equal(let size)) in section.steps {
            for (step, one) in section.steps.enumerated() {
                guard case .content(let content) = one, !content.negated, content.bytes.count > size else { continue }
                throw RuleFault(
                    placeOfStep[StepPlace(section: index, step: step)] ?? 0..<1,
                    "this content has \(content.bytes.count) bytes, but the buffer must have \(size)")
            }
        }
    }

    private func checkProtocol() throws(RuleFault) {
        guard let application = signature.transport.application else { return }
        for (index, section) in signature.sections.enumerated() {
            let owners = section.view.kind.applications
            if owners.isEmpty || owners.contains(application) { continue }
            if let carrier = signature.transport.carrier, owners.contains(carrier) { continue }
            // DNS over HTTP/2 has the buffers of both.
            if application == .doh2, owners.contains(.http2) || owners.contains(.dns) { continue }
            throw RuleFault(
                placeOfSection[index] ?? 0..<1, "\(application.rawValue) has no \(section.view.kind.rawValue)")
        }
    }

    private mutating func describe(_ sid: Int) {
        let priority = self.priority ?? 3
        let category = classType.flatMap { options.classifications[$0]?.description } ?? ""
        var info = SignatureInfo(
            gid: gid, sid: sid, revision: revision, classType: classType, category: category, priority: priority,
            action: signature.action.verdict)
        info.metadata = metadata
        signature.info.id = "\(gid):\(sid)"
        signature.info.title = message ?? ""
        signature.info.level = SignatureBuilder.level(priority, metadata)
        signature.info.signature = info
        for (key, value) in metadata where key == "mitre_technique_id" || key == "mitre_tactic_id" {
            signature.info.tags.append("attack." + value.lowercased())
        }
    }

    /// Priority 1 is high, 2 medium, 3 low; more is informational. A `signature_severity` of Critical lifts high.
    static func level(_ priority: Int, _ metadata: [(key: String, value: String)]) -> Severity {
        let critical = metadata.contains { $0.key == "signature_severity" && $0.value == "Critical" }
        switch priority {
        case ...1: return critical ? .critical : .high
        case 2: return .medium
        case 3: return .low
        default: return .informational
        }
    }
}
