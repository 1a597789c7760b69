internal import Events

/// Reads processing pipelines and files of placeholder values.
package enum PipelineReader {
    private static let rootKeys: Set<String> = [
        "name", "priority", "transformations", "vars", "allowed_backends", "description", "author", "postprocessing",
        "finalizers",
    ]

    /// The pipelines of a file's documents, or what is wrong with it.
    package static func pipelines(
        text: String, file: String, expressions: ExpressionTools?
    ) -> (pipelines: [ProcessingPipeline], problems: [Diagnostic]) {
        let source = RuleFileText(file: file, text: text)
        let (documents, error) = RuleDocuments.read(text)
        var problems = error.map { [source.diagnostic(.error, $0, rule: nil)] } ?? []
        var pipelines: [ProcessingPipeline] = []
        for document in documents where !(document.meaning == .null && document.text != nil) {
            do { pipelines.append(try read(document, file, expressions ?? .none)) } catch let error as RuleError {
                problems.append(source.diagnostic(.error, error, rule: nil))
            } catch {
                problems.append(Diagnostic(.error, file: file, line: document.line, message: "\(error)"))
            }
        }
        if pipelines.isEmpty, problems.isEmpty {
            problems.append(Diagnostic(.error, file: file, line: 0, message: "there is no pipeline in it"))
        }
        return (pipelines, problems)
    }

    /// Values of placeholders: a mapping of names (without percent signs) to values.
    package static func placeholders(
        text: String, file: String
    ) -> (values: [String: [String]], problems: [Diagnostic]) {
        let source = RuleFileText(file: file, text: text)
        let (documents, error) = RuleDocuments.read(text)
        var problems = error.map { [source.diagnostic(.error, $0, rule: nil)] } ?? []
        var values: [String: [String]] = [:]
        for document in documents where !(document.meaning == .null && document.text != nil) {
            do { try values.merge(variables(document)) { $0 + $1 } } catch let error as RuleError {
                problems.append(source.diagnostic(.error, error, rule: nil))
            } catch {
                problems.append(Diagnostic(.error, file: file, line: document.line, message: "\(error)"))
            }
        }
        return (values, problems)
    }

    private static func variables(_ node: RuleNode) throws -> [String: [String]] {
        guard let pairs = node.pairs else {
            throw RuleError(node, "", "placeholders are a mapping of names to values, and this is \(node.kindName)")
        }
        var values: [String: [String]] = [:]
        for (key, value) in pairs {
            let texts = value.texts
            guard let name = key.text, !texts.isEmpty, value.items.map({ $0.count == texts.count }) ?? true else {
                throw RuleError(key, key.text ?? "", "a placeholder has a value or a list of values")
            }
            values[name] = texts
        }
        return values
    }

    private static func read(
        _ document: RuleNode, _ file: String, _ tools: ExpressionTools
    ) throws -> ProcessingPipeline {
        guard let pairs = document.pairs else {
            throw RuleError(document, "", "a pipeline is a mapping, and this is \(document.kindName)")
        }
        for (key, value) in pairs {
            let name = key.text ?? ""
            guard rootKeys.contains(name) else {
                let close = Spelling.closest(to: name, among: rootKeys)
                throw RuleError(
                    key, name, "a pipeline has no key `\(name)`", advice: close.map { "Did you mean `\($0)`?" } ?? "")
            }
            if name == "postprocessing" || name == "finalizers", !(value.items?.isEmpty ?? false) {
                throw RuleError(
                    key, name, "`\(name)` works on the text of queries, and no queries are written here",
                    advice: "Keep `transformations`, and leave this to the converter.")
            }
        }
        var priority = 0
        if let node = document["priority"] {
            guard case .integer(let number) = node.meaning else {
                throw RuleError(node, "", "`priority` is a whole number")
            }
            priority = number
        }
        return ProcessingPipeline(
            name: document["name"]?.text ?? file, priority: priority,
            items: try items(document, "transformations", tools),
            variables: try document["vars"].map { try variables($0) } ?? [:])
    }

    static func items(
        _ node: RuleNode, _ key: String, _ tools: ExpressionTools
    ) throws -> [ProcessingItem] {
        guard let list = node[key] else { throw RuleError(node, "", "`\(key)` is missing") }
        guard let items = list.items else { throw RuleError(list, "", "`\(key)` must be a list") }
        return try items.map { try item($0, tools) }
    }

    private static func item(_ node: RuleNode, _ tools: ExpressionTools) throws -> ProcessingItem {
        guard let type = node["type"], let name = type.text else {
            throw RuleError(node, "", "a transformation needs a `type`")
        }
        if let reason = TransformationReader.refused[name] {
            throw RuleError(type, name, "the transformation `\(name)` is not supported here: \(reason)")
        }
        guard let make = TransformationReader.table[name] else {
            let close = Spelling.closest(to: name, among: TransformationReader.table.keys)
            throw RuleError(
                type, name, "there is no transformation `\(name)`",
                advice: close.map { "Did you mean `\($0)`?" } ?? "There are: "
                    + TransformationReader.table.keys.sorted().joined(separator: ", ") + ".")
        }
        var item = ProcessingItem(transformation: try make(TransformationReader(node: node, tools: tools)))
        item.id = node["id"]?.text
        let reader = PipelineConditionReader(node: node, tools: tools)
        item.rules = try reader.group("rule", PipelineConditionReader.rules)
        item.detections = try reader.group("detection_item", PipelineConditionReader.detections)
        item.fields = try reader.group("field_name", PipelineConditionReader.fields)
        return item
    }

    static func logSource(_ node: RuleNode) throws -> RuleLogSource {
        let source = RuleLogSource(
            category: node["category"]?.text?.lowercased(), product: node["product"]?.text?.lowercased(),
            service: node["service"]?.text?.lowercased())
        guard source != RuleLogSource() else {
            throw RuleError(node, "", "a log source has a category, a product or a service")
        }
        return source
    }
}
