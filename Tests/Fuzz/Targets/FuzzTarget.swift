public import Primitives

/// Something that reads bytes from outside. It must not crash, hang or break what it promises, whatever the bytes are.
///
/// Promises that no crash would show are checked with `precondition`: the fuzzer and the replay both see it.
public struct FuzzTarget: Sendable {
    public var name: String
    /// Longer inputs teach nothing new and only take time.
    public var maximumBytes: Int
    public var run: @Sendable (Bytes) -> Void

    public init(_ name: String, maximumBytes: Int, _ run: @escaping @Sendable (Bytes) -> Void) {
        self.name = name
        self.maximumBytes = maximumBytes
        self.run = run
    }
}

public enum FuzzTargets {
    /// One line a target.
    public static let all: [FuzzTarget] =
        [
            LogTargets.detected, LogTargets.forced,
            CaptureTargets.file, CaptureTargets.compressed, CaptureTargets.frames,
            ConversationTargets.tcp, ConversationTargets.udp, ConversationTargets.logIns, SessionTargets.segments,
            RuleTargets.sigma, RuleTargets.condition, RuleTargets.pipeline, RuleTargets.signatures,
            WebAttackTargets.scorer,
            DeskTargets.filter, DeskTargets.json, DeskTargets.terminal,
        ] + LogTargets.families

    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}
