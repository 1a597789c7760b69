/// How the one number of `--memory` is shared out. Shares are upper bounds in bytes; whoever reaches his share evicts
/// his oldest entries and counts them.
public struct MemoryBudget: Sendable, Equatable {
    public let totalBytes: Int

    public init(totalBytes: Int) { self.totalBytes = max(totalBytes, MemoryBudget.minimumBytes) }

    public static var minimumBytes: Int { 64 << 20 }
    public static var standard: MemoryBudget { MemoryBudget(totalBytes: 512 << 20) }

    /// Batches under way between reader, workers and collector.
    public var batchBytes: Int { totalBytes / 4 }
    /// Flow records of a capture.
    public var flowBytes: Int { totalBytes / 8 }
    /// Fragments and stream data waiting to be put together.
    public var reassemblyBytes: Int { totalBytes / 8 }
    /// Windows and baselines.
    public var correlationBytes: Int { totalBytes / 8 }
    /// Detections waiting to be stored.
    public var detectionBytes: Int { totalBytes / 8 }

    /// Reads `512M`, `2G`, `65536K` or plain bytes; nil for anything else.
    public static func bytes(_ text: String) -> Int? {
        let units: [(Character, Int)] = [("K", 10), ("M", 20), ("G", 30), ("T", 40)]
        guard let last = text.uppercased().last else { return nil }
        guard let unit = units.first(where: { $0.0 == last }) else { return Int(text).flatMap { $0 > 0 ? $0 : nil } }
        guard let number = Int(text.dropLast()), number > 0, number < 1 << 20 else { return nil }
        return number << unit.1
    }
}
