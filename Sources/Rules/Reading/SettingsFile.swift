/// A YAML file of settings (`nightjar.yml`): a mapping of known keys to single values, or to lists where a key may be
/// given more than once.
package struct SettingsFile: Sendable {
    /// A key that may stand in the file.
    package struct Key: Sendable {
        package enum Form: Sendable {
            case single
            case list
            /// `true` or `false`.
            case flag
        }

        package var name: String
        package var form: Form

        package init(_ name: String, _ form: Form = .single) {
            self.name = name
            self.form = form
        }
    }

    /// Key to its values, in the order of the file. A flag that is false has none.
    package private(set) var values: [(key: String, values: [String])] = []
    /// What is wrong with the file; with any of these nothing of it counts.
    package private(set) var diagnostics: [Diagnostic] = []

    /// Reads `text`; `file` is its name for diagnostics.
    package init(text: String, file: String, keys: [Key]) {
        let source = RuleFileText(file: file, text: text)
        let (documents, error) = RuleDocuments.read(text)
        if let error { diagnostics.append(source.diagnostic(.error, error, rule: nil)) }
        for document in documents where !(document.meaning == .null && document.text != nil) {
            do { try take(document, keys) } catch let error as RuleError {
                diagnostics.append(source.diagnostic(.error, error, rule: nil))
            } catch {
                diagnostics.append(Diagnostic(.error, file: file, line: document.line, message: "\(error)"))
            }
        }
    }

    private mutating func take(_ document: RuleNode, _ keys: [Key]) throws {
        guard let pairs = document.pairs else {
            throw RuleError(document, "", "settings are a mapping of keys to values, and this is \(document.kindName)")
        }
        for (key, value) in pairs {
            let name = key.text ?? ""
            guard let known = keys.first(where: { $0.name == name }) else {
                let guess = Spelling.closest(to: name, among: keys.map(\.name))
                throw RuleError(
                    key, name, "unknown setting '\(name)'",
                    advice: guess.map { "Did you mean '\($0)'?" }
                        ?? "There are: \(keys.map(\.name).sorted().joined(separator: ", ")).")
            }
            values.append((name, try SettingsFile.read(value, of: known)))
        }
    }

    private static func read(_ value: RuleNode, of key: Key) throws -> [String] {
        switch key.form {
        case .flag:
            guard case .boolean(let isOn) = value.meaning else {
                throw RuleError(value, "", "'\(key.name)' is true or false")
            }
            return isOn ? ["true"] : []
        case .single:
            guard let text = value.text else { throw RuleError(value, "", "'\(key.name)' takes a single value") }
            return [text]
        case .list:
            let texts = value.texts
            guard !texts.isEmpty, value.items.map({ $0.count == texts.count }) ?? true else {
                throw RuleError(value, "", "'\(key.name)' takes a value or a list of values")
            }
            return texts
        }
    }
}
