/// Languages in which incidents are told.
package enum StoryLanguage: String, CaseIterable, Sendable {
    case english = "en"
    case vietnamese = "vi"
}

/// The words of a language in which incidents are told. `{...}` in a phrase is filled from an act: `{n}` records,
/// `{targets}`, `{users}`, `{user}` (the first), `{times}`, `{span}`, `{object}`, `{service}`; a part in `[...]` is
/// left out where what it needs is not known.
struct StoryWords {
    /// Act to what it is called: a title.
    let titles: [String: String]
    /// Act to what was done, to follow the one who did it.
    let phrases: [String: String]
    let then: String
    let and: String
    /// `{n} users`, `and {n} more`.
    let users: String
    let oneUser: String
    let more: String
    /// After one of several who did it.
    let others: String
    let somebody: String
    let once: String
    let times: String
    /// What stands between groups of three digits.
    let thousands: String
    let asset: String
    let units: (second: String, minute: String, hour: String, day: String)

    static func of(_ language: StoryLanguage) -> StoryWords {
        switch language {
        case .english: english
        case .vietnamese: vietnamese
        }
    }
}
