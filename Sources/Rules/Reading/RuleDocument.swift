internal import Yams

/// Why a rule is refused, and where: thrown while one rule is read, caught by the loader.
struct RuleError: Error {
    var node: RuleNode?
    /// The words at fault; looked for in the line from the node's column on.
    var subject: String
    var message: String
    var advice: String

    init(_ node: RuleNode?, _ subject: String = "", _ message: String, advice: String = "") {
        self.node = node
        self.subject = subject
        self.message = message
        self.advice = advice
    }
}

/// The text of a rule file, for diagnostics that show the line. It is cut into lines when the first one is shown, and
/// read then where it is not at hand.
final class RuleFileText {
    let file: String
    private let text: String?
    private lazy var lines = (text ?? RuleFiles.read(file).text ?? "").split(
        separator: "\n", omittingEmptySubsequences: false)

    init(file: String, text: String?) {
        self.file = file
        self.text = text
    }

    func line(_ number: Int) -> String {
        guard number >= 1, number <= lines.count else { return "" }
        let line = lines[number - 1]
        return String(line.hasSuffix("\r") ? line.dropLast() : line)
    }

    /// A diagnostic at `error`'s place. The caret goes under the subject where the line has it, else under the node.
    func diagnostic(_ weight: Diagnostic.Weight, _ error: RuleError, rule: String?) -> Diagnostic {
        guard let node = error.node else {
            return Diagnostic(
                weight, file: file, line: 0, message: error.message, advice: error.advice, rule: rule)
        }
        let source = line(node.line)
        var column = node.column
        var subject = error.subject
        let tail = source.dropFirst(max(0, column - 1))
        if subject.isEmpty {
            subject = String(tail.prefix { $0 != " " && $0 != ":" })
        } else if let offset = RuleFileText.offset(of: subject, in: tail) {
            column += offset
        } else {
            subject = ""
        }
        // A line may be a megabyte of values: what follows the words at fault does not matter.
        let shown = String(source.prefix(column + RuleFileText.maximumShown))
        return Diagnostic(
            weight, file: file, line: node.line, column: column,
            subject: String(subject.prefix(RuleFileText.maximumShown)),
            message: error.message, advice: error.advice, rule: rule, sourceLine: shown)
    }

    /// Characters shown from the words at fault on.
    private static let maximumShown = 100

    /// Where `needle` stands in `text`: as a word of its own if it does, else its first occurrence.
    private static func offset(of needle: String, in text: Substring) -> Int? {
        let wanted = Array(needle)
        let characters = Array(text)
        guard !wanted.isEmpty, wanted.count <= characters.count else { return nil }
        func joins(_ index: Int) -> Bool {
            characters.indices.contains(index)
                && (characters[index].isLetter || characters[index].isNumber || characters[index] == "_")
        }
        let places = (0...characters.count - wanted.count).filter { start in
            characters[start..<start + wanted.count].elementsEqual(wanted)
        }
        return places.first { !joins($0 - 1) && !joins($0 + wanted.count) } ?? places.first
    }
}

/// Reads the documents of a YAML file.
enum RuleDocuments {
    /// Aliases can make a small file huge; past this many values it is refused.
    static let maximumNodes = 200_000
    static let maximumDocuments = 10_000

    /// Documents in order; the error, if any, says why reading stopped.
    static func read(_ text: String) -> (documents: [RuleNode], error: RuleError?) {
        var documents: [RuleNode] = []
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            while let root = try parser.nextRoot() {
                var budget = maximumNodes
                documents.append(try convert(root, &budget))
                if documents.count > maximumDocuments {
                    return (documents, RuleError(nil, "", "more than \(maximumDocuments) documents in one file"))
                }
            }
            return (documents, nil)
        } catch let error as RuleError {
            return (documents, error)
        } catch let error as YamlError {
            return (documents, describe(error))
        } catch {
            return (documents, RuleError(nil, "", "not YAML: \(error)"))
        }
    }

    private static func convert(_ node: Node, _ budget: inout Int) throws -> RuleNode {
        budget -= 1
        let line = node.mark?.line ?? 0
        let column = node.mark?.column ?? 1
        if budget < 0 {
            throw RuleError(
                RuleNode(content: .sequence([]), line: line, column: column), "",
                "the document has more than \(maximumNodes) values")
        }
        switch node {
        case .scalar(let scalar):
            return RuleNode(
                content: .scalar(scalar.string, plain: scalar.style == .plain || scalar.style == .any), line: line,
                column: column)
        case .sequence(let sequence):
            var items: [RuleNode] = []
            for item in sequence { items.append(try convert(item, &budget)) }
            return RuleNode(content: .sequence(items), line: line, column: column)
        case .mapping(let mapping):
            var pairs: [(RuleNode, RuleNode)] = []
            for (key, value) in mapping {
                pairs.append((try convert(key, &budget), try convert(value, &budget)))
            }
            return RuleNode(content: .mapping(pairs), line: line, column: column)
        case .alias(let alias):
            return RuleNode(content: .scalar(alias.anchor.rawValue, plain: false), line: line, column: column)
        }
    }

    private static func describe(_ error: YamlError) -> RuleError {
        func at(_ mark: Mark) -> RuleNode {
            RuleNode(content: .sequence([]), line: max(1, mark.line), column: max(1, mark.column))
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = context.map { " (\($0.text.withoutOuterSpace) in line \($0.mark.line))" } ?? ""
            return RuleError(at(mark), "", "not YAML: \(problem)\(place)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
            return RuleError(
                at(context.mark), keys.first ?? "", "the key \(names) stands twice in one mapping",
                advice: "Rename one, or put both under one key as a list.")
        case .reader(let problem, _, _, _): return RuleError(nil, "", "not YAML: \(problem)")
        default: return RuleError(nil, "", "not YAML: \(error)")
        }
    }
}

extension String {
    /// Without spaces at either end.
    var withoutOuterSpace: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
