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
}
