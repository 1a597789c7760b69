internal import Rules

/// Where in a request a value stands.
package enum AttackPlace: UInt8, Sendable, CaseIterable {
    case path
    case parameterName
    case parameter
    case query
    case cookie
    case referrer
    case agent
    case body
    case method

    package var name: StaticString {
        switch self {
        case .path: "path"
        case .parameterName: "parameter name"
        case .parameter: "parameter"
        case .query: "query"
        case .cookie: "cookie"
        case .referrer: "referer"
        case .agent: "user agent"
        case .body: "body"
        case .method: "method"
        }
    }
}

/// One line a judge: what its text must have, where it looks, and what it does.
struct AttackJudgeEntry: Sendable {
    let judge: AttackJudge
    /// Any of these is needed.
    let needs: ByteClasses
    let judges: @Sendable (AttackText, AttackPlace, inout AttackTally) -> Void

    static let table: [AttackJudgeEntry] = [
        AttackJudgeEntry(
            judge: .script,
            needs: [
                .angle, .plus, .parenthesis, .equals, .colon, .backtick, .bracket, .quote, .doubleQuote,
            ],
            judges: ScriptJudge.judge),
        AttackJudgeEntry(judge: .file, needs: [.slash, .backslash, .dot], judges: FileJudge.judge),
        AttackJudgeEntry(judge: .hidden, needs: [.dot], judges: HiddenFileJudge.judge),
        AttackJudgeEntry(judge: .unix, needs: UnixJudge.needs, judges: UnixJudge.judge),
        AttackJudgeEntry(judge: .windows, needs: WindowsJudge.needs, judges: WindowsJudge.judge),
        AttackJudgeEntry(
            judge: .php, needs: [.parenthesis, .dollar, .angle, .bracket, .brace, .colon, .equals],
            judges: PHPJudge.judge),
        AttackJudgeEntry(
            judge: .java, needs: [.dollar, .dot, .parenthesis, .brace, .equals, .plus],
            judges: JavaJudge.judge),
        AttackJudgeEntry(
            judge: .node, needs: [.parenthesis, .bracket, .brace, .dot, .equals], judges: NodeJudge.judge),
        AttackJudgeEntry(
            judge: .template, needs: [.brace, .angle, .dollar, .at], judges: TemplateJudge.judge),
        AttackJudgeEntry(
            judge: .ssrf, needs: [.colon, .slash, .backslash], judges: AddressJudge.judge),
        AttackJudgeEntry(
            judge: .redirect, needs: [.slash, .backslash, .colon], judges: RedirectJudge.judge),
        AttackJudgeEntry(judge: .xml, needs: [.angle], judges: XMLJudge.judge),
        AttackJudgeEntry(judge: .ldap, needs: [.parenthesis, .star], judges: LDAPJudge.judge),
        AttackJudgeEntry(
            judge: .nosql, needs: [.dollar, .pipe, .brace, .bracket, .percent], judges: NoSQLJudge.judge),
        AttackJudgeEntry(judge: .mail, needs: [.line], judges: MailJudge.judge),
        AttackJudgeEntry(judge: .header, needs: [.line, .control], judges: ProtocolJudge.judge),
    ]
}
