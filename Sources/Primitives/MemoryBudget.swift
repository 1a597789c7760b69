/// How the one number of `--memory` is shared out. Shares are upper bounds in bytes; whoever reaches his share evicts
/// his oldest entries and counts them.
///
/// A quarter is for what is there before the first record: the program, the rules and their plans. Where these take
/// more (`residentBytes`), the shares are of what is left.
public struct MemoryBudget: Sendable, Equatable {
    public let totalBytes: Int
    /// What was taken before any input was read, in steps of 16 MiB, so that the same run has the same shares.
    public let residentBytes: Int

    public init(totalBytes: Int, residentBytes: Int = 0) {
        self.totalBytes = max(totalBytes, MemoryBudget.minimumBytes)
        self.residentBytes =
            (residentBytes + MemoryBudget.stepBytes - 1) / MemoryBudget.stepBytes * MemoryBudget.stepBytes
    }

    private static let stepBytes = 16 << 20

    /// Nil where too little is left to work with.
    public func holding(residentBytes: Int) -> MemoryBudget? {
        let budget = MemoryBudget(totalBytes: totalBytes, residentBytes: residentBytes)
        return budget.sharedBytes >= MemoryBudget.leastSharedBytes ? budget : nil
    }

    /// Workers' own tables and one batch each way.
    public static var leastSharedBytes: Int { 32 << 20 }

    /// What a run has left to share out, and a third more: of it, three quarters are shares.
    private var sharedBytes: Int { min(totalBytes, (totalBytes - residentBytes) / 3 * 4) }

    public static var minimumBytes: Int { 64 << 20 }
    public static var standard: MemoryBudget { MemoryBudget(totalBytes: 512 << 20) }

    /// Batches under way between reader and workers.
    public var batchBytes: Int { sharedBytes / 8 }
    /// Workers' results on their way to be stored.
    public var resultBytes: Int { sharedBytes / 8 }
    /// Flow records of a capture.
    public var flowBytes: Int { sharedBytes / 8 }
    /// Fragments and stream data waiting to be put together.
    public var reassemblyBytes: Int { sharedBytes / 8 }
    /// Windows and baselines.
    public var correlationBytes: Int { sharedBytes / 8 }
    /// Findings waiting to be stored, and pages of the store: half for each.
    public var storeBytes: Int { sharedBytes / 8 }

    /// Reads `512M`, `2G`, `65536K` or plain bytes; nil for anything else.
    public static func bytes(_ text: String) -> Int? {
        let units: [(Character, Int)] = [("K", 10), ("M", 20), ("G", 30), ("T", 40)]
        guard let last = text.uppercased().last else { return nil }
        guard let unit = units.first(where: { $0.0 == last }) else { return Int(text).flatMap { $0 > 0 ? $0 : nil } }
        guard let number = Int(text.dropLast()), number > 0, number < 1 << 20 else { return nil }
        return number << unit.1
    }
}
