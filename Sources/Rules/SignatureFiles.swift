/// Files in Suricata's language, and the two that go with them. Everything the loader knows of signatures is here.
struct SignatureFiles {
    /// Reads one `.rules` file into `rules`.
    mutating func read(_ text: String, file: String, into rules: inout RuleSet) {
        rules.refusedCount += 1
        rules.diagnostics.append(
            Diagnostic(.error, file: file, line: 0, message: "signature files are not read by this build"))
    }

    /// Reads a `classification.config`.
    mutating func readClassification(_ text: String, file: String, into rules: inout RuleSet) {
        rules.diagnostics.append(
            Diagnostic(.warning, file: file, line: 0, message: "signature files are not read by this build"))
    }

    /// Reads a `reference.config`.
    mutating func readReferences(_ text: String, file: String, into rules: inout RuleSet) {
        rules.diagnostics.append(
            Diagnostic(.warning, file: file, line: 0, message: "signature files are not read by this build"))
    }
}
