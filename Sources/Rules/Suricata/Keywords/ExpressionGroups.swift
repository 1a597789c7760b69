internal import Primitives

/// Which groups of a pcre are variables: those with names that begin with `flow_`, `pkt_` or `alert_`, and those that
/// the options behind the flags name, the first one first. Source: Suricata User Guide, "Payload Keywords", pcre.
enum ExpressionGroups {
    static func captures(
        _ pattern: ArraySlice<UInt8>, options: ArraySlice<UInt8>
    ) -> (kept: [VariableCapture], isForAlert: Bool) {
        let listed = options.split(separator: ASCII.comma).map { String(decoding: $0, as: UTF8.self).trimmed }
        var wanted = named(pattern)
        wanted += listed.enumerated().map { ($0.offset + 1, $0.element) }
        var kept: [VariableCapture] = []
        var isForAlert = false
        for (group, text) in wanted {
            let parts = text.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
            guard parts.count == 2, !parts[1].isEmpty else { continue }
            switch parts[0] {
            case "flow", "pkt":
                kept.append(VariableCapture(group: group, name: parts[1], isPacket: parts[0] == "pkt"))
            case "alert": isForAlert = true
            default: break
            }
        }
        return (kept, isForAlert)
    }

    /// `(?P<flow_name>...)` as `flow:name`, with the number of its group: groups are counted by their brackets, outside
    /// of classes and escapes.
    private static func named(_ pattern: ArraySlice<UInt8>) -> [(group: Int, text: String)] {
        let bytes = Array(pattern)
        var found: [(Int, String)] = []
        var group = 0
        var isInClass = false
        var at = 0
        while at < bytes.count {
            defer { at += 1 }
            switch bytes[at] {
            case ASCII.backslash: at += 1
            case 0x5B: isInClass = true
            case 0x5D: isInClass = false
            case 0x28 where !isInClass:
                let rest = bytes[(at + 1)...]
                guard let name = name(rest) else { continue }
                group += 1
                if let line = name.firstIndex(of: "_") {
                    found.append((group, name[..<line] + ":" + name[name.index(after: line)...]))
                }
            default: break
            }
        }
        return found
    }

    /// The name of a group that catches, empty where it has none; nil where the bracket catches nothing.
    private static func name(_ rest: ArraySlice<UInt8>) -> String? {
        let text = String(decoding: rest.prefix(64), as: UTF8.self)
        guard text.hasPrefix("?") || text.hasPrefix("*") else { return "" }
        for opening in ["?P<", "?<"] where text.hasPrefix(opening) {
            let name = text.dropFirst(opening.count)
            if name.hasPrefix("=") || name.hasPrefix("!") { return nil }
            return String(name.prefix { $0 != ">" })
        }
        return nil
    }
}
