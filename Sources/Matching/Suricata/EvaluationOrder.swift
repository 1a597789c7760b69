internal import Rules

/// The order in which signatures that match the same packet act: pass before drop before reject before alert; those
/// that set flowbits before those that read them; then by priority, then as given. Source: Suricata User Guide, "Rule
/// Processing".
enum EvaluationOrder {
    static func sorted(_ signatures: [Signature]) -> [Int] {
        signatures.indices.sorted { left, right in
            let (a, b) = (key(signatures[left]), key(signatures[right]))
            return a == b ? left < right : a < b
        }
    }

    private static func key(_ signature: Signature) -> (Int, Int, Int, Int) {
        let verbs = signature.flowbits.map(\.verb)
        let hostVerbs = signature.hostbits.map(\.verb)
        return (signature.action.rawValue, use(verbs), use(hostVerbs), signature.priority)
    }

    /// 0: only sets; 1: sets and reads; 2: only reads; 3: neither.
    private static func use(_ verbs: [FlowbitCommand.Verb]) -> Int {
        if verbs.isEmpty { return 3 }
        let reads = verbs.contains { $0 == .isSet || $0 == .isNotSet }
        let writes = verbs.contains { $0 != .isSet && $0 != .isNotSet }
        return writes ? (reads ? 1 : 0) : 2
    }
}
