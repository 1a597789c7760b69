package import Rules

/// Why a run could not start. Each says what to do next; the command line turns them into exit status 2 or 3.
package enum EngineError: Error {
    case noRules([Diagnostic])
    case rulesRefused([Diagnostic])
    case noInput(String)
    case output(path: String, reason: String)
    case configuration(String)

    package var message: String {
        switch self {
        case .noRules(let found):
            let refused = found.filter { $0.weight == .error }.count
            return refused == 0
                ? "no rule was loaded: give --rules PATH, or leave out --no-default-rules"
                : "no rule could be loaded: \(refused) refused (see above; nightjar rules check PATH shows them all)"
        case .rulesRefused(let found):
            let refused = found.filter { $0.weight == .error }.count
            return "\(refused) rules were refused and --strict-rules was given: mend them, or leave out --strict-rules"
        case .noInput(let what): return what
        case .output(let path, let reason): return "\(path): cannot be written: \(reason)"
        case .configuration(let what): return what
        }
    }

    /// Exit status of the design: 2 for usage and rules, 3 for configuration and store.
    package var exitStatus: Int32 {
        switch self {
        case .noRules, .rulesRefused, .noInput: 2
        case .output, .configuration: 3
        }
    }
}
