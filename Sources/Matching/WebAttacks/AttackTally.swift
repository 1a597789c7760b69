internal import Primitives
internal import Rules

/// One thing that a judge found in a value.
package struct AttackPart: Sendable {
    /// What it is, as reports call it.
    package var what: StaticString
    package var score: Int
    /// Where in the value's decoded form, bytes.
    package var offset: Int
    package var length: Int
}

/// What judges found in one value: their parts, and the sum for each judge.
struct AttackTally {
    private(set) var parts: [(judge: AttackJudge, part: AttackPart)] = []
    private var scores = FrozenTable<Int>(repeating: 0, count: AttackJudge.allCases.count)
    /// The judge whose turn it is.
    var judge = AttackJudge.sql

    static let maximumParts = 24
    static let maximumScore = 100

    init() { parts.reserveCapacity(AttackTally.maximumParts) }

    mutating func clear() {
        if parts.isEmpty { return }
        parts.removeAll(keepingCapacity: true)
        for index in 0..<scores.count { scores[index] = 0 }
    }

    mutating func add(_ score: Int, _ what: StaticString, at offset: Int = 0, _ length: Int = 0) {
        if score <= 0 || parts.count == AttackTally.maximumParts { return }
        let place = Int(judge.rawValue)
        scores[place] = min(AttackTally.maximumScore, scores[place] + score)
        parts.append((judge, AttackPart(what: what, score: score, offset: offset, length: length)))
    }

    /// Adds what is missing to `score`: for weak signs that say no more the tenth time.
    mutating func raise(to score: Int, _ what: StaticString, at offset: Int = 0, _ length: Int = 0) {
        if score >= 5 {
            add(score, what, at: offset, length)
        } else {
            add(score - current, what, at: offset, length)
        }
    }

    func score(_ judge: AttackJudge) -> Int { scores[Int(judge.rawValue)] }
    /// What the judge whose turn it is has said so far.
    var current: Int { scores[Int(judge.rawValue)] }
    var isEmpty: Bool { parts.isEmpty }

    func free() { scores.free() }
}
