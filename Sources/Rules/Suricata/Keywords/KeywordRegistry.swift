/// What reads one option into the signature; throws `RuleFault`.
typealias Keyword = @Sendable (RuleOption, inout SignatureBuilder) throws -> Void

/// Every keyword of the signature language that is understood, by the file that reads it.
enum KeywordRegistry {
    static func apply(_ option: RuleOption, to builder: inout SignatureBuilder) throws(RuleFault) {
        guard let keyword = table[option.name] else { throw unknown(option) }
        do {
            try keyword(option, &builder)
        } catch let fault as RuleFault {
            throw fault
        } catch {
            throw RuleFault(option.nameAt, "\(error)")
        }
    }

    static func knows(_ name: String) -> Bool { table[name] != nil }

    private static let table: [String: Keyword] = {
        var table: [String: Keyword] = [:]
        let groups: [[String: Keyword]] = [
            MetaKeywords.table, ContentKeywords.table, FastPatternKeyword.table, ProtocolBuffers.table,
            StickyBuffers.table,
            BufferModifiers.table, Transforms.table, ExpressionKeyword.table, SizeKeywords.table, ByteKeywords.table,
            ByteMathKeyword.table, FlowKeywords.table, FlowbitsKeyword.table, HostbitsKeyword.table,
            ThresholdKeywords.table, HeaderKeywords.table, TCPFlagsKeyword.table, FragmentKeywords.table,
            ChecksumKeywords.table,
            Base64Keywords.table, FlowintKeyword.table, RequiresKeyword.table, StreamSizeKeyword.table,
            HeaderOptionKeywords.table, DatasetKeywords.table, FileDigestKeywords.table,
            ReputationKeyword.table, CountryKeyword.table, EntropyKeyword.table, RecordingKeywords.table,
            RemoteCallKeyword.table, VariableKeywords.table, ASN1Keyword.table,
            TLSStateKeyword.table, FrameKeyword.table,
        ]
        for group in groups { table.merge(group) { first, _ in first } }
        return table
    }()

    /// Refusal of a keyword that is not in the table: known to Suricata or not.
    private static func unknown(_ option: RuleOption) -> RuleFault {
        if UnsupportedKeywords.names.contains(option.name) {
            return RuleFault(option.nameAt, "the keyword \"\(option.name)\" is not supported")
        }
        return RuleFault(option.nameAt, "\"\(option.name)\" is no keyword that is known here")
    }
}
