/// One value of a YAML document, with the place it was read from.
struct RuleNode: Sendable {
    indirect enum Content: Sendable {
        /// `plain`: written without quotes, so that `null`, numbers and booleans mean what they say.
        case scalar(String, plain: Bool)
        case sequence([RuleNode])
        case mapping([(key: RuleNode, value: RuleNode)])
    }

    var content: Content
    /// From 1; both count as `Diagnostic` does.
    var line: Int
    var column: Int

    /// The words of a scalar, however they were quoted.
    var text: String? {
        if case .scalar(let text, _) = content { return text }
        return nil
    }

    var items: [RuleNode]? {
        if case .sequence(let items) = content { return items }
        return nil
    }

    var pairs: [(key: RuleNode, value: RuleNode)]? {
        if case .mapping(let pairs) = content { return pairs }
        return nil
    }

    /// The value under `key`; nil where there is none or this is no mapping.
    subscript(_ key: String) -> RuleNode? { pairs?.first { $0.key.text == key }?.value }

    /// The node of the key itself, for its place.
    func key(_ name: String) -> RuleNode? { pairs?.first { $0.key.text == name }?.key }

    /// A scalar as it stands, or each scalar of a sequence; other things are left out.
    var texts: [String] {
        if let items { return items.compactMap(\.text) }
        return text.map { [$0] } ?? []
    }

    /// What kind of value this is, for messages.
    var kindName: String {
        switch content {
        case .scalar: "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// What a plain scalar means (YAML 1.2 core schema; `yes`, `on` and the like stay words).
enum ScalarMeaning: Equatable {
    case null
    case boolean(Bool)
    /// A whole number in decimal (`0x` hexadecimal is turned into it).
    case integer(Int)
    case fraction(Double)
    case text
}

extension RuleNode {
    var meaning: ScalarMeaning {
        guard case .scalar(let text, let plain) = content, plain else { return .text }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: break
        }
        if text.utf8.count <= 18, let number = RuleNode.integer(text) { return .integer(number) }
        if RuleNode.isFraction(text), let number = Double(text) { return .fraction(number) }
        return .text
    }

    private static func integer(_ text: String) -> Int? {
        if text.hasPrefix("0x") { return Int(text.dropFirst(2), radix: 16) }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return first == 0x30 && digits.utf8.count > 1 ? nil : Int(text)
    }

    private static func isFraction(_ text: String) -> Bool {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, text.utf8.count <= 30 else { return false }
        let whole = parts[0].hasPrefix("-") ? parts[0].dropFirst() : parts[0]
        return !whole.isEmpty && (whole + parts[1]).utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
