/// What a node is, in one byte.
private enum NodeKind: UInt8 {
    case plain
    case quoted
    case sequence
    case mapping
}

/// Writes YAML nodes for a cache.
struct NodeWriter {
    var bytes: [UInt8] = []
    var isTooDeep = false

    /// Nesting beyond this is left to the YAML reader.
    static let maximumDepth = 200

    /// LEB128 of the bit pattern: small numbers take a byte.
    mutating func number(_ value: Int) {
        var rest = UInt(bitPattern: value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func head(_ kind: NodeKind, _ node: RuleNode) {
        bytes.append(kind.rawValue)
        number(node.line)
        number(node.column)
    }

    mutating func node(_ node: RuleNode, depth: Int) {
        guard depth < NodeWriter.maximumDepth else {
            isTooDeep = true
            return
        }
        switch node.content {
        case .scalar(let text, let plain):
            head(plain ? .plain : .quoted, node)
            number(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        case .sequence(let items):
            head(.sequence, node)
            number(items.count)
            for item in items { self.node(item, depth: depth + 1) }
        case .mapping(let pairs):
            head(.mapping, node)
            number(pairs.count)
            for pair in pairs {
                self.node(pair.key, depth: depth + 1)
                self.node(pair.value, depth: depth + 1)
            }
        }
    }
}

/// Reads what `NodeWriter` wrote.
struct NodeReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func number() throws(CacheDamage) -> Int {
        var value: UInt = 0
        var shift: UInt = 0
        while at < bytes.count, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt(byte & 0x7F) << shift
            if byte < 0x80 { return Int(bitPattern: value) }
            shift += 7
        }
        throw CacheDamage()
    }

    /// Of things that take a byte at least.
    mutating func count() throws(CacheDamage) -> Int {
        let count = try number()
        guard count >= 0, count <= bytes.count - at else { throw CacheDamage() }
        return count
    }

    mutating func node(depth: Int) throws(CacheDamage) -> RuleNode {
        guard at < bytes.count, depth < NodeWriter.maximumDepth, let kind = NodeKind(rawValue: bytes[at]) else {
            throw CacheDamage()
        }
        at += 1
        let (line, column, count) = (try number(), try number(), try count())
        return RuleNode(content: try content(kind, count, depth), line: line, column: column)
    }

    private mutating func content(
        _ kind: NodeKind, _ count: Int, _ depth: Int
    ) throws(CacheDamage) -> RuleNode.Content {
        switch kind {
        case .plain, .quoted:
            defer { at += count }
            return .scalar(String(decoding: bytes[at..<at + count], as: UTF8.self), plain: kind == .plain)
        case .sequence:
            var items: [RuleNode] = []
            items.reserveCapacity(min(count, 64))
            for _ in 0..<count { items.append(try node(depth: depth + 1)) }
            return .sequence(items)
        case .mapping:
            var pairs: [(key: RuleNode, value: RuleNode)] = []
            pairs.reserveCapacity(min(count, 64))
            for _ in 0..<count { pairs.append((try node(depth: depth + 1), try node(depth: depth + 1))) }
            return .mapping(pairs)
        }
    }
}
