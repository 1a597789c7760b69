/// Names and words of what a scored detection shows.
public enum WebAttackFields {
    public static let score = "web_attack.score"
    public static let place = "web_attack.place"
    public static let value = "web_attack.value"
    public static let parts = "web_attack.parts"
    public static let outcome = "web_attack.outcome"

    /// The server did not do what was asked.
    public static let refused = "refused"
    /// The answer does not tell.
    public static let attempt = "attempt"
    /// What came back is what the attack asks for.
    public static let success = "likely success"
}
