package import Events
internal import Output
package import Primitives

/// One detection on one line, for `watch`.
package enum FindingLine {
    package static func text(_ detection: Detection, zone: TimeZoneRules, coloured: Bool) -> String {
        let palette = Palette(coloured: coloured)
        let local = FilterClock(now: detection.first, zone: zone).civil(detection.last)
        let time = [local.hour, local.minute, local.second].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        let level = detection.rule.level.name
        let padded = level + String(repeating: " ", count: max(0, 13 - level.count))
        var line = "\(time)  \(palette.paint(padded, detection.rule.level))  \(safe(detection.entity.value))  "
        line += safe(detection.rule.title)
        if detection.count > 1 { line += "  (\(detection.count) records)" }
        return line
    }

    /// Text from outside, made harmless for a terminal.
    package static func safe(_ text: String) -> String { TerminalText.escaped(text) }
}
