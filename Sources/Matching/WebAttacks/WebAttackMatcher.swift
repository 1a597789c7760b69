package import Events
internal import Primitives
package import Rules

/// Rules that ask judges for scores, made ready; shared by all workers.
package final class WebAttackMatcher: Sendable {
    package let rules: [WebAttackRule]
    /// By log source's number, whether any rule is open for its events; and by rule as well.
    let openSources: [Bool]
    let openRules: [[Bool]]

    package init(rules: [WebAttackRule], logSource: LogSourceOverride?) {
        self.rules = rules
        openRules = LogSource.allCases.map { source in
            rules.map { EventMatcher.isOpen($0.logSource, for: source, logSource) }
        }
        openSources = openRules.map { $0.contains(true) }
    }

    /// A worker; each thread has its own.
    package func makeWorker() -> WebAttackWorker { WebAttackWorker(self) }

    /// Whether events of this kind can reach the rule.
    package func isOpen(rule: Int, for source: LogSource) -> Bool {
        openRules[Int(source.rawValue)][rule]
    }
}

/// One request that one rule's score is reached by.
package struct WebAttackHit: Sendable {
    /// Index into the batch.
    package var event: Int
    /// Index into the matcher's rules.
    package var rule: Int
    package var score: Int
    package var place: AttackPlace
    package var form: AttackForm
    /// Name of the parameter or cookie, where there is one; the value in the form that was judged, cut.
    package var name: [UInt8]
    package var value: [UInt8]
    package var parts: [AttackPart]
}
