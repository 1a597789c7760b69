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
        EventKeywords.family, FileNameKeywords.family, TLSKeywords.family, TLSKeywords.fingerprints, SSHKeywords.family,
        SMTPKeywords.family,
        FTPKeywords.family, FTPKeywords.data, SIPKeywords.family, MQTTKeywords.family,
        SMBKeywords.family, DCERPCKeywords.family, KerberosKeywords.family, SNMPKeywords.family,
        RFBKeywords.family, IKEKeywords.family, DHCPKeywords.family, NTPKeywords.family, DNSKeywords.family,
        DNSKeywords.multicast,
        HTTPKeywords.family, HTTP2Keywords.family, ModbusKeyword.family, DNP3Keywords.family, ENIPKeywords.family,
        QUICKeywords.family, LDAPKeywords.family, WebSocketKeywords.family, PgSQLKeywords.family,
        NFSKeywords.family,
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
            let parts = try option.parts()
            // Of several numbers any may be meant, which is what is asked where nothing is said.
            guard parts.count == 1 || parts.count == 2 && parts[1].text == "any" else {
                throw RuleFault(parts[1].place, "\"\(option.name)\" is asked of any number only, not of certain ones")
            }
            let test = try test(parts[0], negated: option.negated, words)
            let section = builder.section(for: BufferView(kind), fresh: true, at: option.valueAt)
            builder.signature.sections[section].steps.append(.number(test))
        }
    }

    /// A comparison, or one of the words that stand for numbers; case, `_` and `-` in words make no difference.
    static func test(
        _ part: OptionPart, negated: Bool = false, _ words: [String: Int], max: Int = Int.max
    ) throws(RuleFault) -> NumberTest {
        let text = (negated ? "!" : "") + part.text.filter { $0 != " " }
        let isNot = text.hasPrefix("!")
        let word = plain(isNot ? String(text.dropFirst()) : text)
        if let known = words.first(where: { plain($0.key) == word }) {
            return isNot ? .notEqual(known.value) : .equal(known.value)
        }
        return try NumberTest.parse(OptionPart(text: text, place: part.place), max: max)
    }

    private static func plain(_ word: String) -> String { word.lowercased().filter { $0 != "_" && $0 != "-" } }

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
