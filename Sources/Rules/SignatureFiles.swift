/// Files in Suricata's language, and the two that go with them. Everything the loader knows of signatures is here.
///
/// Signatures are parsed when all files are there, because `classification.config` and `reference.config` may come
/// after them and hold for all.
struct SignatureFiles {
    private var files: [String] = []

    /// Takes one `.rules` file.
    mutating func add(_ text: String, file: String) { files.append(file) }

    /// Takes a `classification.config`.
    mutating func addClassification(_ text: String, file: String) { files.append(file) }

    /// Takes a `reference.config`.
    mutating func addReferences(_ text: String, file: String) { files.append(file) }

    /// Parses what was taken into `rules`.
    mutating func finish(into rules: inout RuleSet) {
        for file in files {
            rules.refusedCount += 1
            rules.diagnostics.append(
                Diagnostic(.error, file: file, line: 0, message: "signature files are not read by this build"))
        }
        files = []
    }
}
