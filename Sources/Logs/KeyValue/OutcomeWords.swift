internal import Events
internal import Primitives

/// How records say in a value of its own how something ended: `"success":false`, `outcome=FAILURE`, `Result: Denied`.
enum OutcomeWords {
    /// Whether it went well; nil for what says neither.
    static func outcome(_ value: Bytes) -> Bool? {
        if value.starts(with: "NT_STATUS_") { return value == "NT_STATUS_OK" }
        guard value.count >= 2, value.count <= 20 else { return nil }
        for word in refusals where value.equalsIgnoringCase(word) { return false }
        for word in acceptances where value.equalsIgnoringCase(word) { return true }
        return nil
    }

    static let success = ConstantText("success").slot(.eventOutcome)

    private static let refusals: [StaticString] = [
        "false", "failure", "failed", "fail", "denied", "deny", "rejected", "reject", "refused", "error",
        "unsuccessful", "unauthorized", "blocked", "invalid", "no", "permission_denied", "unauthenticated",
        "access_denied", "audit_failure", "fraud", "locked_out",
    ]
    private static let acceptances: [StaticString] = [
        "true", "success", "succeeded", "successful", "ok", "accepted", "allowed", "granted", "passed", "yes",
        "audit_success",
    ]
}
