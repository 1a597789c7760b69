internal import Events
internal import Primitives

/// A buffer of an application protocol, as signatures name it.
struct ProtocolBuffer: Sendable {
    enum Form: Sendable {
        /// Named before what looks into it.
        case sticky
        /// The keyword itself compares a number; words may stand for numbers.
        case number(words: [String: Int] = [:])
        /// The keyword itself compares a word, as a whole.
        case word
        /// Read by a keyword of its own.
        case own
    }

    var kind: BufferKind
    var older: [String]
    var way: FlowDirection?
    /// A transaction may have several, each looked at by itself.
    var several: Bool
    var form: Form

    init(
        _ kind: BufferKind, _ older: String..., way: FlowDirection? = nil, several: Bool = false, form: Form = .sticky
    ) {
        self.kind = kind
        self.older = older
        self.way = way
        self.several = several
        self.form = form
    }

    var isSticky: Bool {
        if case .sticky = form { return true }
        return false
    }
}

/// The buffers of one protocol, or of one family of protocols; one file each.
struct ProtocolFamily: Sendable {
    var applications: [ApplicationProtocol]
    var buffers: [ProtocolBuffer]
    /// Keywords of other shapes.
    var keywords: [String: Keyword] = [:]
}

/// Every protocol's buffers, one line a family.
enum ProtocolBuffers {
    static let families: [ProtocolFamily] = [
        EventKeywords.family, FileNameKeywords.family, TLSKeywords.family, SSHKeywords.family, SMTPKeywords.family,
        FTPKeywords.family, FTPKeywords.data, SIPKeywords.family, MQTTKeywords.family,
        SMBKeywords.family, DCERPCKeywords.family, KerberosKeywords.family, SNMPKeywords.family,
        RFBKeywords.family, IKEKeywords.family, DHCPKeywords.family, NTPKeywords.family, DNSKeywords.family,
        HTTPKeywords.family, HTTP2Keywords.family, ModbusKeyword.family, DNP3Keywords.family, ENIPKeywords.family,
        QUICKeywords.family, LDAPKeywords.family, WebSocketKeywords.family,
    ]

    struct Entry: Sendable {
        var buffer: ProtocolBuffer
        var applications: [ApplicationProtocol]
    }

    static let byKind: [BufferKind: Entry] = {
        var entries: [BufferKind: Entry] = [:]
        for family in families {
            for buffer in family.buffers {
                entries[buffer.kind] = Entry(buffer: buffer, applications: family.applications)
            }
        }
        return entries
    }()

    /// Sticky buffers' other names.
    static let older: [(String, BufferKind)] = families.flatMap(\.buffers).filter(\.isSticky).flatMap { buffer in
        buffer.older.map { ($0, buffer.kind) }
    }

    /// Keywords that compare by themselves, and those of other shapes.
    static let table: [String: Keyword] = {
        var table: [String: Keyword] = [:]
        for family in families {
            for buffer in family.buffers {
                let keyword: Keyword
                switch buffer.form {
                case .number(let words): keyword = ComparingKeywords.number(buffer.kind, words)
                case .word: keyword = ComparingKeywords.word(buffer.kind)
                case .sticky, .own: continue
                }
                for name in [buffer.kind.rawValue] + buffer.older { table[name] = keyword }
            }
            table.merge(family.keywords) { _, own in own }
        }
        return table
    }()
}

/// Keywords that compare what a buffer holds with their own value: steps like any other's, in a section of their own.
enum ComparingKeywords {
    /// `8`, `>8`, `4-8`, ... on eight bytes, most significant first.
    static func number(_ kind: BufferKind, _ words: [String: Int]) -> Keyword {
        { option, builder in
            let text = try option.words().filter { $0 != " " }
            let test: NumberTest
            if let known = words[text.lowercased()] {
                test = .equal(known)
            } else if text.hasPrefix("!"), let known = words[text.dropFirst().lowercased()] {
                test = .notEqual(known)
            } else {
                test = try NumberTest.parse(OptionPart(text: text, place: option.valueAt), max: Int.max)
            }
            let section = builder.section(for: BufferView(kind), fresh: true, at: option.valueAt)
            for step in try steps(test, option) { builder.signature.sections[section].steps.append(.byteTest(step)) }
        }
    }

    static func steps(_ test: NumberTest, _ option: RuleOption) throws(RuleFault) -> [ByteTestStep] {
        switch test {
        case .equal(let value): [step(.equal, value)]
        case .notEqual(let value): [step(.equal, value, negated: true)]
        case .less(let value): [step(.less, value)]
        case .lessOrEqual(let value): [step(.lessOrEqual, value)]
        case .greater(let value): [step(.greater, value)]
        case .greaterOrEqual(let value): [step(.greaterOrEqual, value)]
        case .between(let low, let high): [step(.greater, low), step(.less, high)]
        case .notBetween:
            throw option.fault("\"\(option.name)\" cannot be compared with the outside of a range")
        }
    }

    static func step(_ comparison: ByteTestStep.Operator, _ value: Int, negated: Bool = false) -> ByteTestStep {
        ByteTestStep(
            format: NumberFormat(bytes: .number(8)), comparison: comparison, negated: negated, value: .number(value),
            offset: .number(0))
    }

    /// The whole of the buffer is this word; with `!`, another one.
    static func word(_ kind: BufferKind) -> Keyword {
        { option, builder in
            var text = try option.words()
            var negated = option.negated
            if text.hasPrefix("!") {
                negated = true
                text.removeFirst()
            }
            let section = builder.section(for: BufferView(kind), fresh: true, at: option.valueAt)
            builder.signature.sections[section].steps += equality(
                Array(text.utf8), caseless: true, negated: negated, option, builder.position)
        }
    }

    /// Steps that hold where a buffer is (or is not) just these bytes.
    static func equality(
        _ bytes: [UInt8], caseless: Bool, negated: Bool, _ option: RuleOption,
        _ position: (Int) -> (line: Int, column: Int, source: String)
    ) -> [InspectionStep] {
        if negated {
            let place = position(option.valueAt.lowerBound)
            let pattern = "^(?!" + bytes.map { "\\x" + hex($0) }.joined() + "$)"
            var options: ExpressionStep.Options = [.dollarEndOnly, .dotAll]
            if caseless { options.insert(.caseless) }
            return [
                .expression(
                    ExpressionStep(
                        pattern: Array(pattern.utf8), options: options, negated: false, relative: false,
                        column: place.column, line: place.line))
            ]
        }
        var content = ContentStep(bytes: bytes, negated: false)
        content.caseless = caseless
        content.startsWith = true
        content.endsWith = true
        return [.content(content), .size(.equal(bytes.count))]
    }

    static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
