/// Reads one document that is a decoder. What its skeletons mean is not known here: whoever compiles them says so.
struct DecoderReader {
    private let file: RuleFileText
    private let name: String

    private static let keys: Set<String> = ["decoder", "description", "programs", "source", "forms"]
    private static let formKeys: Set<String> = [
        "skeleton", "category", "type", "action", "outcome", "fields", "examples",
    ]
    /// Most forms of a decoder, and most examples of a form.
    private static let longestList = 1000

    init(_ file: RuleFileText, _ document: RuleNode) throws {
        self.file = file
        guard let node = document["decoder"], let text = node.text, !text.withoutOuterSpace.isEmpty else {
            throw RuleError(document.key("decoder"), "decoder", "`decoder` must be a name")
        }
        name = text.withoutOuterSpace
    }

    func read(_ document: RuleNode) throws -> DecoderRule {
        try check(document, DecoderReader.keys)
        guard let forms = document["forms"]?.items, !forms.isEmpty else {
            throw RuleError(
                document.key("forms") ?? document, "", "a decoder has a list of `forms`",
                advice: "Each form has a `skeleton` and at least one of `examples`.")
        }
        guard forms.count <= DecoderReader.longestList else {
            throw RuleError(document.key("forms"), "forms", "more than \(DecoderReader.longestList) forms")
        }
        return DecoderRule(
            name: name, programs: document["programs"]?.texts ?? [], source: document["source"].map(text),
            forms: try forms.map(form), place: text(document.key("decoder") ?? document))
    }

    private func text(_ node: RuleNode) -> DecoderText { DecoderText(node, file, rule: name) }

    private func form(_ node: RuleNode) throws -> DecoderForm {
        guard node.pairs != nil, let skeleton = node["skeleton"], skeleton.text?.isEmpty == false else {
            throw RuleError(node, "", "a form is a mapping with a `skeleton`")
        }
        try check(node, DecoderReader.formKeys)
        let outcome = node["outcome"]?.text
        guard outcome == nil || outcome == "success" || outcome == "failure" else {
            throw RuleError(
                node["outcome"], outcome ?? "", "unknown outcome \"\(outcome ?? "")\"",
                advice: "Outcomes: success, failure; leave it out where there is none.")
        }
        let examples = try (node["examples"]?.items ?? []).map(example)
        guard !examples.isEmpty, examples.count <= DecoderReader.longestList else {
            throw RuleError(
                skeleton, "", "the form has no example",
                advice: "Give `examples`: each a `line` of the log and the fields to `expect` of it.")
        }
        return DecoderForm(
            skeleton: text(skeleton), category: node["category"]?.texts ?? [], type: node["type"]?.texts ?? [],
            action: node["action"]?.text, outcome: outcome,
            fields: (node["fields"]?.pairs ?? []).map { (text($0.key), $0.value.text ?? "") }, examples: examples)
    }

    private func example(_ node: RuleNode) throws -> DecoderExample {
        guard let line = node["line"], line.text?.isEmpty == false, let expected = node["expect"]?.pairs,
            !expected.isEmpty
        else { throw RuleError(node, "", "an example is a mapping with a `line` and the fields to `expect`") }
        return DecoderExample(
            line: text(line), expected: expected.map { ($0.key.text ?? "", $0.value.text ?? "") })
    }

    private func check(_ node: RuleNode, _ known: Set<String>) throws {
        for pair in node.pairs ?? [] {
            guard let key = pair.key.text, !known.contains(key) else { continue }
            let advice = Spelling.closest(to: key, among: known).map { "Did you mean `\($0)`?" } ?? ""
            throw RuleError(pair.key, key, "unknown key `\(key)`", advice: advice)
        }
    }
}
