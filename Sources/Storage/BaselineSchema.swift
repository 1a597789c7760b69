/// What anomaly rules have learned: a row for each rule and key, one for each of its days, and the moments at which
/// learning began anew.
enum BaselineSchema {
    static let all = """
        CREATE TABLE baselines (
            rule TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, since INTEGER NOT NULL,
            last INTEGER NOT NULL, learns_until INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (rule, key)
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE baseline_days (
            rule TEXT NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, records INTEGER NOT NULL,
            numbers TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY (rule, key, day)
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE baseline_resets (
            rule TEXT NOT NULL, key TEXT NOT NULL, start INTEGER NOT NULL, PRIMARY KEY (rule, key, start)
        ) WITHOUT ROWID, STRICT;

        """
}
