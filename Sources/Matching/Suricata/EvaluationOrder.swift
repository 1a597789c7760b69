internal import Rules

/// The order in which signatures that match the same packet act: pass before drop before reject before alert; those
/// that set flowbits or variables before those that read them; then by priority, then as given. Source: Suricata User
/// Guide, "Rule Processing".
enum EvaluationOrder {
    static func sorted(_ signatures: [Signature]) -> [Int] {
        signatures.indices.sorted { left, right in
            let (a, b) = (key(signatures[left]), key(signatures[right]))
            return a == b ? left < right : a < b
        }
    }

    private static func key(_ signature: Signature) -> (Int, Int, Int, Int, Int) {
        let verbs = signature.flowbits.map(\.verb)
        let hostVerbs = signature.hostbits.map(\.verb)
        return (
            signature.action.rawValue, use(verbs), variableUse(signature), use(hostVerbs), signature.priority
        )
    }

    private static func variableUse(_ signature: Signature) -> Int {
        let writes = signature.sections.contains { section in
            section.steps.contains { step in
                if case .expression(let expression) = step { return !expression.captures.isEmpty }
                return false
            }
        }
        let reads = !signature.variableTests.isEmpty
        return writes ? (reads ? 1 : 0) : reads ? 2 : 3
    }

    /// 0: only sets; 1: sets and reads; 2: only reads; 3: neither.
    private static func use(_ verbs: [FlowbitCommand.Verb]) -> Int {
        if verbs.isEmpty { return 3 }
        let reads = verbs.contains { $0 == .isSet || $0 == .isNotSet }
        let writes = verbs.contains { $0 != .isSet && $0 != .isNotSet }
        return writes ? (reads ? 1 : 0) : 2
    }
}
