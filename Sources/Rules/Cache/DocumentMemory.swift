internal import Events
internal import Primitives

/// The YAML documents of a set of rule files as a cache brings them back: reading YAML takes most of the time that
/// loading Sigma rules takes.
///
/// An entry is of the whole set, keyed by the contents of all files in their order. Files that do not read as YAML are
/// left out, and read anew for their diagnostics.
struct DocumentMemory {
    private let cache: RuleCache
    private let key: ContentID
    private var known: [ContentID: [RuleNode]] = [:]
    private var read: [(ContentID, [RuleNode])] = []
    /// Whether an entry of the same files was found.
    private let isComplete: Bool

    /// Nesting beyond this is left to the YAML reader.
    private static let maximumDepth = 200

    init(cache: RuleCache, texts: [String]) {
        self.cache = cache
        var hasher = ContentHasher()
        hasher.add("yaml documents 1")
        for text in texts { hasher.add(DocumentMemory.id(text)) }
        key = hasher.finish()
        if let data = cache.read(key), let documents = try? DocumentMemory.decode(data) {
            known = documents
            isComplete = true
        } else {
            isComplete = false
        }
    }

    private static func id(_ text: String) -> ContentID {
        var hasher = ContentHasher()
        hasher.add(text)
        return hasher.finish()
    }

    /// As `RuleDocuments.read`.
    mutating func documents(_ text: String) -> (documents: [RuleNode], error: RuleError?) {
        let id = DocumentMemory.id(text)
        if let documents = known[id] { return (documents, nil) }
        let (documents, error) = RuleDocuments.read(text)
        if error == nil && !isComplete { read.append((id, documents)) }
        return (documents, error)
    }

    /// Keeps what was read; does nothing where all of it came from the cache.
    func keep() {
        if isComplete || read.isEmpty { return }
        var writer = NodeWriter()
        writer.number(read.count)
        for (id, documents) in read {
            writer.number(Int(bitPattern: UInt(id.high)))
            writer.number(Int(bitPattern: UInt(id.low)))
            writer.number(documents.count)
            for document in documents { writer.node(document, depth: 0) }
        }
        if !writer.isTooDeep { cache.write(key, writer.bytes) }
    }

    private static func decode(_ data: [UInt8]) throws(CacheDamage) -> [ContentID: [RuleNode]] {
        var reader = NodeReader(data)
        var documents: [ContentID: [RuleNode]] = [:]
        for _ in 0..<(try reader.count()) {
            let high = UInt64(UInt(bitPattern: try reader.number()))
            let low = UInt64(UInt(bitPattern: try reader.number()))
            var list: [RuleNode] = []
            for _ in 0..<(try reader.count()) { list.append(try reader.node(depth: 0)) }
            documents[ContentID(high: high, low: low)] = list
        }
        return documents
    }

    /// What a node is, in one byte.
    private enum Kind: UInt8 {
        case plain
        case quoted
        case sequence
        case mapping
    }

    private struct NodeWriter {
        var bytes: [UInt8] = []
        var isTooDeep = false

        /// LEB128 of the bit pattern: small numbers take a byte.
        mutating func number(_ value: Int) {
            var rest = UInt(bitPattern: value)
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }

        private mutating func head(_ kind: Kind, _ node: RuleNode) {
            bytes.append(kind.rawValue)
            number(node.line)
            number(node.column)
        }

        mutating func node(_ node: RuleNode, depth: Int) {
            guard depth < DocumentMemory.maximumDepth else {
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

    private struct NodeReader {
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
            guard at < bytes.count, depth < DocumentMemory.maximumDepth, let kind = Kind(rawValue: bytes[at]) else {
                throw CacheDamage()
            }
            at += 1
            let (line, column, count) = (try number(), try number(), try count())
            return RuleNode(content: try content(kind, count, depth), line: line, column: column)
        }

        private mutating func content(
            _ kind: Kind, _ count: Int, _ depth: Int
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
}
