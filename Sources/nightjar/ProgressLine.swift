internal import Engine
internal import Foundation
internal import Query

/// The line on a terminal's stderr that says what is being read, how fast, and how long it will take.
final class ProgressLine: @unchecked Sendable {
    private let isShown: Bool
    private var timer: (any DispatchSourceTimer)?

    init(quiet: Bool) { isShown = !quiet && isatty(STDERR_FILENO) == 1 }

    /// Redraws five times a second until `finish`.
    func follow(_ progress: ScanProgress) {
        guard isShown else { return }
        let timer = DispatchSource.makeTimerSource(queue: .global(qos: .utility))
        timer.schedule(deadline: .now() + 0.2, repeating: 0.2)
        timer.setEventHandler { ProgressLine.draw(progress.reading) }
        timer.resume()
        self.timer = timer
    }

    func finish() {
        timer?.cancel()
        timer = nil
        if isShown { Terminal.raw("\r\u{1B}[K") }
    }

    private static func draw(_ reading: ScanProgress.Reading) {
        var text = "reading   " + ProgressLine.shortened((reading.path as NSString).lastPathComponent)
        if let share = reading.share {
            let filled = Int(share * 20)
            text += String(format: "  %3d %%  ", Int(share * 100))
            text += String(repeating: "▇", count: filled) + String(repeating: "▁", count: 20 - filled)
        }
        text += "  " + rate(reading.recordsPerSecond)
        if let left = reading.secondsLeft, left < 86_400 {
            text += String(format: "  %d:%02d left", Int(left) / 60, Int(left) % 60)
        }
        Terminal.raw("\r\u{1B}[K" + text)
    }

    /// A file's name comes from outside too: nothing of it may steer the terminal.
    private static func shortened(_ name: String) -> String {
        let safe = FindingLine.safe(name)
        return safe.count <= 28 ? safe.padding(toLength: 28, withPad: " ", startingAt: 0) : "…" + safe.suffix(27)
    }

    private static func rate(_ perSecond: Double) -> String {
        if perSecond >= 1e6 { return String(format: "%.1f M records/s", perSecond / 1e6) }
        if perSecond >= 1e3 { return String(format: "%.0f k records/s", perSecond / 1e3) }
        return String(format: "%.0f records/s", perSecond)
    }
}
