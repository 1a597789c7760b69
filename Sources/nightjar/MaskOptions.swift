internal import ArgumentParser
internal import Engine
internal import Events

/// Which secrets are written over before anything is stored or handed on.
struct MaskOptions: ParsableArguments {
    @Option(
        name: .customLong("mask"),
        help: "Write over secrets of this kind: password, token, card, citizen-id or all. Repeatable.")
    var kinds: [String] = []

    @Option(
        name: .customLong("mask-pattern"),
        help: "NAME=PATTERN (PCRE2): write over what its first group, or all of it, matches. Repeatable.")
    var patterns: [String] = []

    var rules: [MaskRule] {
        get throws {
            do {
                return try MaskPatterns.rules(kinds: kinds, patterns: patterns)
            } catch {
                throw ValidationError(error.message)
            }
        }
    }
}
