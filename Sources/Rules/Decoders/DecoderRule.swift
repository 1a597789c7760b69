/// A decoder of one's own for what a program writes: the forms of its messages, in the grammar of the built-in ones
/// (`Sources/Logs/Messages/Skeleton.swift`), each with examples that are checked when it is loaded.
///
/// ```
/// decoder: acme-vpn
/// programs: [acmevpnd]
/// source: vpn
/// forms:
///   - skeleton: 'session %{number}: user %{user} refused from %{ip}'
///     category: authentication
///     type: start
///     action: vpn_login
///     outcome: failure
///     fields: {service.name: acme}
///     examples:
///       - line: 'Mar 12 02:58:01 gw acmevpnd[7]: session 7: user bob refused from 203.0.113.7'
///         expect: {user.name: bob, source.ip: 203.0.113.7, event.outcome: failure}
/// ```
package struct DecoderRule: Sendable {
    package var name: String
    /// As the header of a record has them; none: the forms are tried on any message.
    package var programs: [String]
    /// A name of `LogSource`; nil: `application`.
    package var source: DecoderText?
    package var forms: [DecoderForm]
    package var place: DecoderText
}

package struct DecoderForm: Sendable {
    package var skeleton: DecoderText
    package var category: [String]
    package var type: [String]
    package var action: String?
    /// `success`, `failure` or nil.
    package var outcome: String?
    /// Constant fields.
    package var fields: [(name: DecoderText, value: String)]
    package var examples: [DecoderExample]
}

/// A whole line as the log has it, and what has to be read in it.
package struct DecoderExample: Sendable {
    package var line: DecoderText
    package var expected: [(name: String, value: String)]
}

/// A text of a decoder file and its place, for diagnostics.
package struct DecoderText: Sendable {
    package var text: String
    private let file: String
    private let sourceLine: String
    private let node: RuleNode
    private let rule: String

    init(_ node: RuleNode, _ file: RuleFileText, rule: String) {
        text = node.text ?? ""
        self.node = node
        self.file = file.file
        sourceLine = file.line(node.line)
        self.rule = rule
    }

    /// - Parameter subject: the part of the text that is at fault; empty for all of it
    package func diagnostic(_ subject: String, _ message: String, advice: String = "") -> Diagnostic {
        let lines = RuleFileText(file: file, text: String(repeating: "\n", count: max(0, node.line - 1)) + sourceLine)
        return lines.diagnostic(.error, RuleError(node, subject, message, advice: advice), rule: rule)
    }
}
