internal import Primitives
internal import Rules

extension PatternDatabase {
    /// From the cache where it has these patterns, else compiled and put there.
    convenience init(
        _ patterns: [LiteralPattern], everyMatch: Bool = false, cache: RuleCache?
    ) throws(PatternDatabaseError) {
        // Few patterns compile faster than a file is read.
        guard let cache, patterns.count >= 64 else {
            try self.init(patterns, everyMatch: everyMatch)
            return
        }
        var hasher = ContentHasher()
        hasher.add(everyMatch ? 1 : 0)
        for pattern in patterns {
            pattern.bytes.withUnsafeBytes { hasher.add(Bytes($0)) }
            hasher.add(pattern.caseless ? 1 : 0)
        }
        let key = hasher.finish()
        if let stored = cache.read(key), let known = try? PatternDatabase.deserialize(stored) {
            self.init(known, patternCount: patterns.count)
            return
        }
        try self.init(patterns, everyMatch: everyMatch)
        cache.write(key, serialized)
    }
}
