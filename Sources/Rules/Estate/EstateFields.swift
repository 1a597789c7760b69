internal import Events
internal import Primitives

/// The keys of one entry of an estate file, checked as they are read.
struct EstateFields {
    private let node: RuleNode
    private let what: String

    /// `what` names the entry in messages; any key but `known` is refused.
    init(_ node: RuleNode, _ what: String, _ known: [String]) throws {
        for (key, _) in try EstateFields.pairs(node, what) where !known.contains(key.text ?? "") {
            throw EstateFields.unknown(key, known)
        }
        self.node = node
        self.what = what
    }

    subscript(_ key: String) -> RuleNode? { node[key] }

    func missing(_ key: String, _ example: String) -> RuleError {
        RuleError(node, "", "\(what) needs `\(key)`", advice: "Write it like `\(key): \(example)`.")
    }

    func needed(_ key: String, _ example: String) throws -> String {
        guard let text = try text(key) else { throw missing(key, example) }
        return text
    }

    func text(_ key: String) throws -> String? {
        guard let value = node[key], value.meaning != .null || value.text == nil else { return nil }
        guard let text = value.text, !text.isEmpty else {
            throw RuleError(value, "", "`\(key)` takes a single value")
        }
        return text
    }

    func word(_ key: String, among words: [String]) throws -> String? {
        guard let text = try text(key) else { return nil }
        guard words.contains(text) else { throw EstateFields.noWord(node[key] ?? node, text, key, words) }
        return text
    }

    func nodes(_ key: String) throws -> [RuleNode] {
        guard let value = node[key] else { return [] }
        let items = value.items ?? [value]
        for item in items where item.text?.isEmpty ?? true {
            throw RuleError(item, "", "`\(key)` takes a value or a list of values, and this is \(item.kindName)")
        }
        return items
    }

    func texts(_ key: String) throws -> [String] { try nodes(key).compactMap(\.text) }

    func words(_ key: String, among words: [String]) throws -> [String] {
        try nodes(key).map { item in
            let text = item.text ?? ""
            guard words.contains(text) else { throw EstateFields.noWord(item, text, key, words) }
            return text
        }
    }

    static func pairs(_ node: RuleNode, _ what: String) throws -> [(key: RuleNode, value: RuleNode)] {
        guard let pairs = node.pairs else {
            throw RuleError(node, "", "\(what) is a mapping of keys to values, and this is \(node.kindName)")
        }
        return pairs
    }

    static func list(_ node: RuleNode, _ key: RuleNode) throws -> [RuleNode] {
        guard let items = node.items else {
            throw RuleError(node, "", "`\(key.text ?? "")` is a list, and this is \(node.kindName)")
        }
        return items
    }

    static func network(_ node: RuleNode) throws -> IPNetwork {
        let text = node.text ?? ""
        guard let network = IPNetwork(text) else {
            throw RuleError(
                node, text, "'\(text)' is no address and no network",
                advice: "Write an address, or a network such as 10.0.0.0/16.")
        }
        return network
    }

    /// A name, with a leading `*.` where all names below are meant; the star stands nowhere else.
    static func virtualHost(_ node: RuleNode) throws -> String {
        let text = node.text ?? ""
        let name = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
        let isName = name.utf8.allSatisfy { byte in
            byte > 0x7F || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        guard !name.isEmpty, isName else {
            throw RuleError(
                node, text, "'\(text)' is no name of a host",
                advice: "Write portal.example.org, or *.example.org for all names below.")
        }
        return text
    }

    static func unknown(_ key: RuleNode, _ known: [String]) -> RuleError {
        let name = key.text ?? ""
        let guess = Spelling.closest(to: name, among: known)
        return RuleError(
            key, name, "unknown key '\(name)'",
            advice: guess.map { "Did you mean '\($0)'?" } ?? "There are: \(known.joined(separator: ", ")).")
    }

    private static func noWord(_ node: RuleNode, _ text: String, _ key: String, _ words: [String]) -> RuleError {
        let guess = Spelling.closest(to: text, among: words)
        return RuleError(
            node, text, "'\(text)' is no value of `\(key)`",
            advice: guess.map { "Did you mean '\($0)'?" } ?? "There are: \(words.joined(separator: ", ")).")
    }
}
