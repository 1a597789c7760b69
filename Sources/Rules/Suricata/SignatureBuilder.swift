internal import Events
internal import Primitives

/// A signature while its options are read.
struct SignatureBuilder {
    var signature: Signature
    let options: SignatureParseOptions
    var warnings: [RuleFault] = []
    /// Line, column and text of a byte of the signature.
    var position: (Int) -> (line: Int, column: Int, source: String) = { _ in (1, 1, "") }

    /// The sticky buffer's section; nil: the payload, or whatever a modifier says.
    private(set) var current: Int?
    /// Where the last content or pcre went: what modifiers change.
    var last: StepPlace?
    /// Transforms wait for the sticky buffer's first step.
    private var pendingView: (view: BufferView, place: Range<Int>)?
    /// Names of byte_extract and byte_math results.
    private var variables: [String: Int] = [:]
    /// Places of what is checked at the end.
    var placeOfStep: [StepPlace: Range<Int>] = [:]
    var placeOfSection: [Int: Range<Int>] = [:]
    var sid: Int?
    var sidAt = 0..<1
    var gid = 1
    var revision = 0
    var priority: Int?
    var classType: String?
    var message: String?
    var metadata: [(key: String, value: String)] = []
    var seen: Set<String> = []
    /// A base64_decode was read.
    var decodesBase64 = false
    /// Why the signature is not for this version (`requires`).
    var unmet: String?
    private let head: HeaderParser.Result

    init(head: HeaderParser.Result, origin: RuleOrigin, options: SignatureParseOptions) {
        self.head = head
        self.options = options
        let info = RuleInfo(id: "", title: "", level: .low, kind: .signature, origin: origin)
        signature = Signature(info: info, action: head.action, transport: head.transport)
        signature.arrow = head.arrow
    }

    var identifier: String? { sid.map { "\(gid):\($0)" } }

    /// Refuses a keyword that may stand once.
    mutating func once(_ option: RuleOption) throws(RuleFault) {
        guard seen.insert(option.name).inserted else {
            throw RuleFault(option.nameAt, "\"\(option.name)\" may be given once only")
        }
    }

    // MARK: Buffers

    /// A sticky buffer: what follows looks there.
    mutating func select(_ view: BufferView, at place: Range<Int>) throws(RuleFault) {
        try closePending()
        pendingView = (view, place)
        current = nil
        last = nil
    }

    /// Back to the payload.
    mutating func selectPayload() throws(RuleFault) {
        try closePending()
        current = nil
        last = nil
    }

    mutating func transform(_ transform: BufferTransform, at place: Range<Int>) throws(RuleFault) {
        // Behind a content the same buffer begins anew, with these transforms.
        if pendingView == nil, let current {
            let view = signature.sections[current].view
            // Which frame it is stays with the buffer.
            let kept = view.kind == .frame ? Array(view.transforms.prefix(1)) : []
            pendingView = (BufferView(view.kind, transforms: kept), place)
            self.current = nil
            last = nil
        }
        guard var pending = pendingView else {
            throw RuleFault(
                place, "a transform must follow its buffer",
                advice: "Write it right behind a sticky buffer such as http.uri, before the first content.")
        }
        pending.view.transforms.append(transform)
        pendingView = pending
    }

    private mutating func closePending() throws(RuleFault) {
        if let pendingView { throw SignatureBuilder.unused(pendingView.place) }
    }

    private static func unused(_ place: Range<Int>) -> RuleFault {
        RuleFault(place, "nothing looks into this buffer", advice: "Put a content, pcre, bsize or the like behind it.")
    }

    /// The section that the next step goes to.
    mutating func activeSection(at place: Range<Int>) -> Int {
        if let pending = pendingView {
            pendingView = nil
            current = section(for: pending.view, fresh: pending.view.kind.hasSeveralInstances, at: pending.place)
        }
        if let current { return current }
        return section(for: BufferView(.payload), fresh: false, at: place)
    }

    /// Sections of one buffer are one list, in the order written, as in Suricata; a buffer of which a transaction has
    /// several (two DNS questions) gets a section each time, because each may be met by another instance.
    mutating func section(for view: BufferView, fresh: Bool, at place: Range<Int>) -> Int {
        if !fresh, let known = signature.sections.firstIndex(where: { $0.view == view }) { return known }
        signature.sections.append(BufferSection(view))
        placeOfSection[signature.sections.count - 1] = place
        return signature.sections.count - 1
    }

    /// Whether steps go to the payload just now.
    var looksAtPayload: Bool { current == nil && pendingView == nil }

    /// Whether steps go to this buffer, unchanged.
    func looks(at kind: BufferKind) -> Bool {
        let view = BufferView(kind)
        return pendingView?.view == view || (pendingView == nil && current.map { signature.sections[$0].view } == view)
    }

    // MARK: Steps

    /// Appends a step. A relative one makes the content or pcre before it try its further occurrences.
    @discardableResult
    mutating func append(_ step: InspectionStep, relative: Bool, at place: Range<Int>) -> StepPlace {
        let section = activeSection(at: place)
        if relative { anchorNext(section, before: signature.sections[section].steps.count) }
        signature.sections[section].steps.append(step)
        let at = StepPlace(section: section, step: signature.sections[section].steps.count - 1)
        placeOfStep[at] = place
        return at
    }

    /// Marks the last content or pcre of `section` before step `index`.
    mutating func anchorNext(_ section: Int, before index: Int) {
        for step in signature.sections[section].steps[..<index].indices.reversed() {
            switch signature.sections[section].steps[step] {
            case .content(var content):
                content.anchorsNext = true
                signature.sections[section].steps[step] = .content(content)
                return
            case .expression(var expression):
                expression.anchorsNext = true
                signature.sections[section].steps[step] = .expression(expression)
                return
            default: continue
            }
        }
    }

    /// Changes the last content; fails when there is none.
    mutating func changeContent(
        _ option: RuleOption, _ change: (inout ContentStep) throws -> Void
    ) throws {
        guard let last, case .content(var content) = signature.sections[last.section].steps[last.step] else {
            throw RuleFault(option.nameAt, "\"\(option.name)\" needs a content before it")
        }
        try change(&content)
        signature.sections[last.section].steps[last.step] = .content(content)
    }

    /// Moves the last content to another buffer: the old way of naming buffers behind a content.
    mutating func moveLastContent(_ option: RuleOption, to view: BufferView) throws(RuleFault) {
        guard let from = last, case .content(let content) = signature.sections[from.section].steps[from.step],
            signature.sections[from.section].view == BufferView(.payload)
        else {
            throw RuleFault(option.nameAt, "\"\(option.name)\" needs a content before it, outside a sticky buffer")
        }
        let place = placeOfStep[from] ?? option.nameAt
        signature.sections[from.section].steps.remove(at: from.step)
        placeOfStep[from] = nil
        if signature.sections[from.section].steps.isEmpty && from.section == signature.sections.count - 1 {
            signature.sections.removeLast()
        }
        let target = section(for: view, fresh: false, at: option.nameAt)
        signature.sections[target].steps.append(.content(content))
        let at = StepPlace(section: target, step: signature.sections[target].steps.count - 1)
        placeOfStep[at] = place
        if content.isRelative { anchorNext(target, before: at.step) }
        if let fast = signature.fastPattern, fast.section == from.section, fast.step == from.step {
            signature.fastPattern?.section = at.section
            signature.fastPattern?.step = at.step
        }
        last = at
    }

    // MARK: Variables

    mutating func define(_ name: String) -> Int {
        if let known = variables[name] { return known }
        variables[name] = variables.count
        signature.variableCount = variables.count
        return variables.count - 1
    }

    /// A number, or the name of an earlier result.
    func value(_ part: OptionPart, _ what: String, in range: ClosedRange<Int>) throws(RuleFault) -> StepValue {
        if let variable = variables[part.text] { return .variable(variable) }
        if let first = part.text.utf8.first, ASCII.isLetter(first) {
            throw RuleFault(
                part.place, "\"\(part.text)\" was not extracted before",
                advice: "A name must come from an earlier byte_extract or byte_math.")
        }
        return .number(try part.number(what, in: range))
    }

    /// The end of the options.
    mutating func closeBuffers() throws(RuleFault) { try closePending() }
}

/// Place of a step within a signature.
struct StepPlace: Hashable {
    var section: Int
    var step: Int
}
