internal import Primitives

/// classification.config: `config classification: shortname,description,priority`.
package struct ClassificationTable: Sendable {
    package struct Entry: Sendable {
        package var description: String
        package var priority: Int
    }

    private var entries: [String: Entry] = [:]

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }
    package var count: Int { entries.count }
    package subscript(_ name: String) -> Entry? { entries[name] }

    func add(to hasher: inout ContentHasher) {
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            hasher.add(name)
            hasher.add(entry.description)
            hasher.add(UInt64(entry.priority))
        }
    }

    /// Adds the entries of a file; an entry of a name that is known replaces it.
    package mutating func read(text: String, file: String) -> [Diagnostic] {
        ConfigLines.read(text, file: file, keyword: "classification") { value in
            let parts = value.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmed }
            guard parts.count == 3, !parts[0].isEmpty, let priority = Int(parts[2]), (1...255).contains(priority) else {
                return "a classification is \"shortname,description,priority\" with a priority from 1 to 255"
            }
            entries[parts[0]] = Entry(description: parts[1], priority: priority)
            return nil
        }
    }
}

/// reference.config: `config reference: kind http://prefix`.
package struct ReferenceTable: Sendable {
    private var prefixes: [String: String] = ["url": "https://", "cve": "https://www.cve.org/CVERecord?id=CVE-"]

    package init() {}

    package mutating func read(text: String, file: String) -> [Diagnostic] {
        ConfigLines.read(text, file: file, keyword: "reference") { value in
            let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2 else { return "a reference is \"kind prefix\"" }
            prefixes[String(parts[0])] = String(parts[1]).trimmed
            return nil
        }
    }

    func add(to hasher: inout ContentHasher) {
        for (name, prefix) in prefixes.sorted(by: { $0.key < $1.key }) {
            hasher.add(name)
            hasher.add(prefix)
        }
    }

    /// The link that a signature's `reference:kind,value` means; `kind,value` where the kind is not known.
    package func link(kind: String, value: String) -> String {
        guard let prefix = prefixes[kind] else { return "\(kind),\(value)" }
        if value.hasPrefix("http://") || value.hasPrefix("https://") { return value }
        return prefix + value
    }
}

/// Lines of the form `config KEYWORD: value` with comments.
enum ConfigLines {
    /// `take` answers what is wrong with a value, or nil.
    static func read(
        _ text: String, file: String, keyword: String, take: (String) -> String?
    ) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(line).trimmed.filter { $0 != "\r" }
            if line.isEmpty || line.hasPrefix("#") { continue }
            let opening = "config \(keyword):"
            let problem: String?
            if line.hasPrefix(opening) {
                problem = take(String(line.dropFirst(opening.count)).trimmed)
            } else {
                problem = "expected \"\(opening)\""
            }
            guard let problem else { continue }
            diagnostics.append(
                Diagnostic(.error, file: file, line: index + 1, subject: line, message: problem, sourceLine: line))
        }
        return diagnostics
    }
}
