package import Events
internal import Primitives

/// What is known of rules, for a cache: every text once, and each rule as a list of numbers of texts.
package struct RuleInfoWriter {
    private var numbers: [String: Int32] = [:]
    private var texts: [String] = []
    private var words: [Int32] = []
    private var count = 0

    package init() {}

    package mutating func add(_ info: RuleInfo) {
        count += 1
        for text in [info.id, info.title, info.origin.file] { words.append(number(text)) }
        for text in [info.name, info.description, info.author, info.signature?.classType] { words.append(number(text)) }
        words += [Int32(info.level.rawValue), Int32(info.origin.line), info.generates ? 1 : 0]
        for list in [info.tags, info.references, info.falsePositives, info.entityFields] { add(list) }
        guard let signature = info.signature else {
            words.append(0)
            return
        }
        words += [1, number(signature.category), number(signature.action)]
        for value in [signature.gid, signature.sid, signature.revision, signature.priority] {
            words.append(Int32(bitPattern: UInt32(truncatingIfNeeded: value)))
        }
        add(signature.metadata.flatMap { [$0.key, $0.value] })
    }

    package func write(into writer: inout CacheWriter) {
        writer.put(texts.count)
        for text in texts { writer.put(text) }
        writer.put(count)
        writer.put(words)
    }

    private mutating func add(_ list: [String]) {
        words.append(Int32(list.count))
        for text in list { words.append(number(text)) }
    }

    private mutating func number(_ text: String?) -> Int32 {
        guard let text else { return -1 }
        if let known = numbers[text] { return known }
        numbers[text] = Int32(texts.count)
        texts.append(text)
        return Int32(texts.count - 1)
    }
}

/// Reads what `RuleInfoWriter` wrote: infos of rules of one kind, in order.
package struct RuleInfoReader {
    private var texts: [String] = []
    private var words: [Int32] = []
    private var at = 0
    private var kind = RuleKind.signature

    package static func read(
        _ reader: inout CacheReader, kind: RuleKind = .signature
    ) throws(CacheDamage) -> [RuleInfo] {
        var own = RuleInfoReader()
        own.kind = kind
        let texts = try reader.number()
        for _ in 0..<max(0, texts) { own.texts.append(try reader.text()) }
        let count = try reader.number()
        own.words = try reader.elements(Int32.self)
        var infos: [RuleInfo] = []
        infos.reserveCapacity(min(max(0, count), own.words.count))
        for _ in 0..<max(0, count) { infos.append(try own.info()) }
        return infos
    }

    private mutating func info() throws(CacheDamage) -> RuleInfo {
        let (id, title, file) = (try text(), try text(), try text())
        let (name, description, author, classType) = (try optional(), try optional(), try optional(), try optional())
        guard let level = Severity(rawValue: Int(try word())) else { throw CacheDamage() }
        let line = Int(try word())
        let generates = try word() == 1
        let (tags, references, falsePositives) = (try list(), try list(), try list())
        let entityFields = try list()
        return RuleInfo(
            id: id, title: title, level: level, kind: kind, name: name, tags: tags, description: description,
            author: author, references: references, falsePositives: falsePositives,
            origin: RuleOrigin(file: file, line: line), generates: generates, entityFields: entityFields,
            signature: try word() == 0 ? nil : try signature(classType))
    }

    private mutating func signature(_ classType: String?) throws(CacheDamage) -> SignatureInfo {
        let (category, action) = (try text(), try text())
        let (gid, sid, revision, priority) = (try unsigned(), try unsigned(), try unsigned(), try unsigned())
        var signature = SignatureInfo(
            gid: gid, sid: sid, revision: revision, classType: classType, category: category, priority: priority,
            action: action)
        let metadata = try list()
        signature.metadata = stride(from: 0, to: metadata.count - 1, by: 2).map { (metadata[$0], metadata[$0 + 1]) }
        return signature
    }

    private mutating func word() throws(CacheDamage) -> Int32 {
        guard at < words.count else { throw CacheDamage() }
        at += 1
        return words[at - 1]
    }

    private mutating func unsigned() throws(CacheDamage) -> Int { Int(UInt32(bitPattern: try word())) }

    private mutating func optional() throws(CacheDamage) -> String? {
        let number = Int(try word())
        if number < 0 { return nil }
        guard number < texts.count else { throw CacheDamage() }
        return texts[number]
    }

    private mutating func text() throws(CacheDamage) -> String {
        guard let text = try optional() else { throw CacheDamage() }
        return text
    }

    private mutating func list() throws(CacheDamage) -> [String] {
        let count = Int(try word())
        guard count >= 0, count <= words.count - at else { throw CacheDamage() }
        var list: [String] = []
        list.reserveCapacity(count)
        for _ in 0..<count { list.append(try text()) }
        return list
    }
}
