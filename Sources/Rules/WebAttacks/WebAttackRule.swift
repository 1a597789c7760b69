package import Events

/// A rule that asks judges of web attacks for their score: Sigma's head and log source, and a `scorer:` block.
package struct WebAttackRule: Sendable {
    package var info: RuleInfo
    package var logSource: RuleLogSource
    package var judges: [AttackJudge]
    /// The score from which a value counts.
    package var threshold: Int
    package var exclusions: [WebAttackExclusion]

    /// Score by paranoia level, 1 to 4: from what no ordinary value reaches to what a single weak sign does.
    package static let thresholds = [5, 4, 3, 2]

    package init(
        info: RuleInfo, logSource: RuleLogSource, judges: [AttackJudge], threshold: Int,
        exclusions: [WebAttackExclusion] = []
    ) {
        self.info = info
        self.logSource = logSource
        self.judges = judges
        self.threshold = threshold
        self.exclusions = exclusions
    }
}

/// Values that a rule passes over: those for which everything that is given fits. Globs with `*` in lower case.
package struct WebAttackExclusion: Sendable, Equatable {
    package var host: [UInt8]?
    package var path: [UInt8]?
    package var parameter: [UInt8]?

    package init(host: [UInt8]? = nil, path: [UInt8]? = nil, parameter: [UInt8]? = nil) {
        self.host = host
        self.path = path
        self.parameter = parameter
    }
}
