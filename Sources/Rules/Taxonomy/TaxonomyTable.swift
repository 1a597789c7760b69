internal import Primitives

/// The tables of `Signatures/taxonomy/*.yml`: what Sigma's field names mean, by log source.
///
/// ```
/// taxonomy: dns
/// logsources:
///   category: [dns, dns_query]
///   service: [dns]
/// fields:
///   query: dns.question.name
///   answers: [dns.answers.data, dns.resolved_ip]
/// ```
package struct TaxonomyTable: Sendable {
    /// One file: names for a family of log sources.
    struct Family: Sendable {
        var name: String
        var categories: Set<String> = []
        var products: Set<String> = []
        var services: Set<String> = []
        var fields: [String: [String]] = [:]
        /// The names that stand for each field, sorted.
        var aliases: [String: [String]] = [:]

        /// Without log sources it is for all.
        var isForAll: Bool { categories.isEmpty && products.isEmpty && services.isEmpty }

        func covers(_ logSource: RuleLogSource) -> Bool {
            logSource.category.map { categories.contains($0) } ?? false
                || logSource.product.map { products.contains($0) } ?? false
                || logSource.service.map { services.contains($0) } ?? false
        }
    }

    /// In the order of their files' names, those for all log sources last: the first that knows a name decides.
    private(set) var families: [Family] = []
    /// What is wrong with them; with any of these rules would not mean what they say.
    package private(set) var problems: [Diagnostic] = []
    /// Of the files' contents.
    let key: ContentID

    /// The tables in the pack's folder.
    package static let standard: TaxonomyTable = {
        guard let pack = PackLocator.find() else { return TaxonomyTable(files: []) }
        let (files, problem) = RuleFiles.find(pack + "/taxonomy")
        var table = TaxonomyTable(files: files.filter { RuleFiles.kind(of: $0) == .sigma })
        if let problem {
            table.problems.append(Diagnostic(.error, file: pack + "/taxonomy", line: 0, message: problem))
        }
        return table
    }()

    init(files: [String]) {
        self.init(
            texts: files.map { file in
                let (text, problem) = RuleFiles.read(file)
                return (file, text, problem)
            })
    }

    package init(texts: [(file: String, text: String?, problem: String)]) {
        var hasher = ContentHasher()
        var read: [Family] = []
        for (file, text, problem) in texts {
            guard let text else {
                problems.append(Diagnostic(.error, file: file, line: 0, message: "cannot be read: \(problem)"))
                continue
            }
            hasher.add(text)
            let source = RuleFileText(file: file, text: text)
            let (documents, error) = RuleDocuments.read(text)
            if let error { problems.append(source.diagnostic(.error, error, rule: nil)) }
            for document in documents {
                do { read.append(try TaxonomyTable.family(document)) } catch let error as RuleError {
                    problems.append(source.diagnostic(.error, error, rule: nil))
                } catch {
                    problems.append(Diagnostic(.error, file: file, line: document.line, message: "\(error)"))
                }
            }
        }
        if read.isEmpty, problems.isEmpty {
            problems.append(
                Diagnostic(
                    .error, file: "taxonomy", line: 0, message: "the tables of field names were not found",
                    advice: "They come with the rule pack, in Signatures/taxonomy: install it with the program."))
        }
        families = read.filter { !$0.isForAll } + read.filter(\.isForAll)
        key = hasher.finish()
    }

    private static func family(_ document: RuleNode) throws -> Family {
        guard let name = document["taxonomy"]?.text, let fields = document["fields"]?.pairs else {
            throw RuleError(document, "", "a table of field names has a name (`taxonomy`) and `fields`")
        }
        var family = Family(name: name)
        for (key, value) in document.pairs ?? [] {
            switch key.text {
            case "taxonomy", "fields": break
            case "logsources": try read(value, into: &family)
            default:
                throw RuleError(key, key.text ?? "", "a table of field names has `taxonomy`, `logsources` and `fields`")
            }
        }
        for (key, value) in fields {
            let targets = value.texts
            guard let name = key.text, !targets.isEmpty else {
                throw RuleError(key, key.text ?? "", "a name stands for a field or a list of fields")
            }
            family.fields[name] = targets
        }
        for (alias, targets) in family.fields.sorted(by: { $0.key < $1.key }) {
            for target in Set(targets) { family.aliases[target, default: []].append(alias) }
        }
        return family
    }

    private static func read(_ sources: RuleNode, into family: inout Family) throws {
        for (key, value) in sources.pairs ?? [] {
            switch key.text {
            case "category": family.categories = Set(value.texts)
            case "product": family.products = Set(value.texts)
            case "service": family.services = Set(value.texts)
            default: throw RuleError(key, key.text ?? "", "log sources have `category`, `product` and `service`")
            }
        }
    }
}
