package import Events

/// Colours (ANSI SGR) that repeat what words say; without colour the same text.
package struct Palette: Sendable {
    package var coloured: Bool

    package init(coloured: Bool) { self.coloured = coloured }

    package func paint(_ text: String, _ severity: Severity) -> String {
        switch severity {
        case .critical: wrap(text, "1;31")
        case .high: wrap(text, "31")
        case .medium: wrap(text, "33")
        case .low: wrap(text, "36")
        case .informational: wrap(text, "2")
        }
    }

    package func heading(_ text: String) -> String { wrap(text, "1") }
    package func quiet(_ text: String) -> String { wrap(text, "2") }
    package func alarming(_ text: String) -> String { wrap(text, "31") }

    private func wrap(_ text: String, _ code: String) -> String {
        coloured && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
