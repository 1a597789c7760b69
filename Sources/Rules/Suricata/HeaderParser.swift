internal import Primitives

/// Reads what stands before the parenthesis: action, protocol, addresses, ports, arrow.
struct HeaderParser {
    private let rule: RuleText
    private var at = 0

    init(_ rule: RuleText) { self.rule = rule }

    /// A word of the header and its place.
    private struct Word {
        var text: String
        var place: Range<Int>
    }

    struct Result {
        var action: SignatureAction
        var transport: SignatureProtocol
        var source: Range<Int>
        var sourcePorts: Range<Int>
        var arrow: SignatureArrow
        var destination: Range<Int>
        var destinationPorts: Range<Int>
        /// Between the parentheses.
        var options: Range<Int>
    }

    mutating func parse() throws(RuleFault) -> Result {
        let action = try self.action()
        let transport = try self.transport()
        let source = try list("a source address")
        let sourcePorts = try list("a source port")
        let arrow = try self.arrow()
        let destination = try list("a destination address")
        let destinationPorts = try list("a destination port")
        let options = try self.options()
        return Result(
            action: action, transport: transport, source: source.place, sourcePorts: sourcePorts.place, arrow: arrow,
            destination: destination.place, destinationPorts: destinationPorts.place, options: options)
    }

    private mutating func action() throws(RuleFault) -> SignatureAction {
        let found = try word("an action such as alert")
        switch found.text {
        case "alert": return .alert
        case "pass": return .pass
        case "drop": return .drop
        case "reject", "rejectsrc", "rejectdst", "rejectboth": return .reject
        case "config", "accept":
            throw RuleFault(found.place, "the action \"\(found.text)\" is not supported")
        default:
            throw RuleFault(
                found.place, "\"\(found.text)\" is no action",
                advice: "Actions are alert, pass, drop, reject, rejectsrc, rejectdst and rejectboth.")
        }
    }

    private mutating func transport() throws(RuleFault) -> SignatureProtocol {
        let found = try word("a protocol such as tcp")
        if let transport = SignatureProtocol(found.text) { return transport }
        if let colon = found.text.firstIndex(of: ":"), SignatureProtocol(String(found.text[..<colon])) != nil {
            throw RuleFault(found.place, "the rule hook \"\(found.text)\" is not supported")
        }
        throw RuleFault(found.place, "\"\(found.text)\" is no protocol that is known here")
    }

    private mutating func arrow() throws(RuleFault) -> SignatureArrow {
        let found = try word("an arrow: ->, <> or =>")
        switch found.text {
        case "->": return .forward
        case "<>": return .either
        case "=>": return .transaction
        default:
            throw RuleFault(
                found.place, "\"\(found.text)\" is no arrow",
                advice: found.text == "<-" ? "Change sides and write ->." : "Write ->, <> or =>.")
        }
    }

    private mutating func options() throws(RuleFault) -> Range<Int> {
        skipBlanks()
        let bytes = rule.bytes
        guard at < bytes.count, bytes[at] == ASCII.openParenthesis else {
            throw RuleFault(at..<min(at + 1, bytes.count), "expected \"(\" and the options here")
        }
        guard let end = bytes.lastIndex(of: ASCII.closeParenthesis), end > at else {
            throw RuleFault(at..<at + 1, "no \")\" at the end of the signature")
        }
        let rest = bytes[(end + 1)...].firstIndex { $0 != ASCII.space && $0 != ASCII.tab }
        if let rest { throw RuleFault(rest..<bytes.count, "nothing may follow the closing parenthesis") }
        return at + 1..<end
    }

    private mutating func word(_ what: String) throws(RuleFault) -> Word {
        skipBlanks()
        let from = at
        while at < rule.bytes.count, !HeaderParser.isBlank(rule.bytes[at]), rule.bytes[at] != ASCII.openParenthesis {
            at += 1
        }
        guard at > from else { throw missing(what) }
        return Word(text: rule.text(from..<at), place: from..<at)
    }

    /// A word that may hold blanks inside brackets.
    private mutating func list(_ what: String) throws(RuleFault) -> Word {
        skipBlanks()
        let from = at
        var depth = 0
        while at < rule.bytes.count {
            let byte = rule.bytes[at]
            if byte == ASCII.openBracket { depth += 1 }
            if byte == ASCII.closeBracket { depth -= 1 }
            if depth <= 0 && (HeaderParser.isBlank(byte) || byte == ASCII.openParenthesis) { break }
            at += 1
        }
        guard depth <= 0 else { throw RuleFault(from..<from + 1, "no \"]\" for this \"[\"") }
        guard at > from else { throw missing(what) }
        return Word(text: rule.text(from..<at), place: from..<at)
    }

    private func missing(_ what: String) -> RuleFault {
        RuleFault(min(at, rule.bytes.count)..<min(at + 1, rule.bytes.count), "expected \(what) here")
    }

    private mutating func skipBlanks() {
        while at < rule.bytes.count, HeaderParser.isBlank(rule.bytes[at]) { at += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }
}
