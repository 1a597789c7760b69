/// What reads one option into the signature.
typealias Keyword = @Sendable (RuleOption, inout SignatureBuilder) throws(RuleFault) -> Void

/// Every keyword of the signature language that is understood, by the file that reads it.
enum KeywordRegistry {
    static func find(_ name: String) -> Keyword? { table[name] }

    private static let table: [String: Keyword] = {
        var table: [String: Keyword] = [:]
        let groups: [[String: Keyword]] = [
            MetaKeywords.table, ContentKeywords.table, FastPatternKeyword.table, StickyBuffers.table,
            BufferModifiers.table, Transforms.table, ExpressionKeyword.table, SizeKeywords.table, ByteKeywords.table,
            ByteMathKeyword.table, FlowKeywords.table, FlowbitsKeyword.table, HostbitsKeyword.table,
            ThresholdKeywords.table, HeaderKeywords.table, TCPFlagsKeyword.table, FragmentKeywords.table,
        ]
        for group in groups { table.merge(group) { first, _ in first } }
        return table
    }()

    /// Refusal of a keyword that is not in the table: known to Suricata or not.
    static func unknown(_ option: RuleOption) -> RuleFault {
        if UnsupportedKeywords.names.contains(option.name) {
            return RuleFault(option.nameAt, "the keyword \"\(option.name)\" is not supported")
        }
        return RuleFault(option.nameAt, "\"\(option.name)\" is no keyword that is known here")
    }
}
