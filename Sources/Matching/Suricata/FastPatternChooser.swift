internal import Events
internal import Primitives
internal import Rules

/// Picks the content that is searched for first: the one marked `fast_pattern`, else the one least likely to occur.
enum FastPatternChooser {
    struct Choice {
        var section: Int
        var literal: LiteralPattern
        /// Bytes of the buffer, from its start, in which the content must lie; nil: all of them.
        var reach: Int?

        init(section: Int, literal: LiteralPattern, content: ContentStep) {
            self.section = section
            self.literal = literal
            guard !content.isRelative, let depth = content.startsWith ? content.bytes.count : content.depth?.number,
                let offset = (content.offset ?? .number(0)).number
            else { return }
            reach = offset + depth
        }
    }

    static func choose(_ signature: Signature) -> Choice? {
        if let fast = signature.fastPattern,
            case .content(let content) = signature.sections[fast.section].steps[fast.step], !content.negated,
            isSearchable(signature.sections[fast.section], signature), let literal = literal(content, fast.chop)
        {
            return Choice(section: fast.section, literal: literal, content: content)
        }
        var best: (choice: Choice, score: Int)?
        for (index, section) in signature.sections.enumerated() where isSearchable(section, signature) {
            for case .content(let content) in section.steps where !content.negated {
                guard let literal = literal(content, nil) else { continue }
                let score = score(literal, section.view.kind)
                guard score > best?.score ?? Int.min else { continue }
                best = (Choice(section: index, literal: literal, content: content), score)
            }
        }
        return best?.choice
    }

    /// A section that may be absent cannot lead to the signature; nor the payload, in a signature on transactions.
    private static func isSearchable(_ section: BufferSection, _ signature: Signature) -> Bool {
        for case .absent in section.steps { return false }
        if section.view.kind == .base64Data || section.view.kind.isOfPacket { return false }
        return section.view.kind != .payload || !signature.usesTransactions
    }

    /// Length counts most; buffers that hold the same in every message count least; varied bytes break ties.
    private static func score(_ literal: LiteralPattern, _ kind: BufferKind) -> Int {
        var seen: Set<UInt8> = []
        for byte in literal.bytes { seen.insert(literal.caseless ? ASCII.lower(byte) : byte) }
        let common =
            kind == .httpMethod || kind == .httpStatusCode || kind == .httpStatusMessage || kind == .httpProtocol
        return min(literal.bytes.count, 32) * 64 + min(seen.count, 32) - (common ? 100_000 : 0)
    }

    /// What is searched for: part of the content is enough, because the content itself is checked afterwards.
    private static func literal(_ content: ContentStep, _ chop: Range<Int>?) -> LiteralPattern? {
        let bytes = chop.map { Array(content.bytes[$0]) } ?? content.bytes
        let part = Array(bytes.prefix(LiteralWindows.maximumBytes))
        return part.isEmpty ? nil : LiteralPattern(part, caseless: content.caseless)
    }
}

extension Signature {
    /// Whether it looks into any transaction's buffer.
    var usesTransactions: Bool {
        sections.contains { section in
            let kind = section.view.kind
            return kind != .payload && kind != .stream && kind != .base64Data && !kind.isOfPacket
        }
    }
}
