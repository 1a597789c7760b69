internal import Events
internal import Foundation
internal import Output
internal import Primitives
internal import Query

/// What analysts type, and what attackers write for their eyes.
enum DeskTargets {
    static let filter = FuzzTarget("filter", maximumBytes: 1024) { bytes in
        let clock = FilterClock(now: Timestamp(nanoseconds: 1_773_300_000_000_000_000), zone: .utc)
        do throws(FilterError) {
            _ = try Filter.parse(bytes.text, clock: clock)
        } catch {
            precondition(!error.description.isEmpty)
        }
    }

    /// Text from outside as JSON: it parses again, and nothing that steers a terminal passes.
    static let json = FuzzTarget("json", maximumBytes: 4096) { bytes in
        var writer = JSONWriter()
        writer.beginArray()
        writer.string(bytes)
        writer.endArray()
        let text = writer.text
        let back = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String]
        precondition(back?.count == 1, "it does not parse")
        let given = String(validating: bytes.array, as: UTF8.self)
        precondition(given == nil || back?.first == given, "the text comes back as another")
        precondition(
            text.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && !(0x202A...0x202E).contains($0.value)
            }, "a control character passes")
    }

    /// Nothing that steers a terminal passes.
    static let terminal = FuzzTarget("terminal", maximumBytes: 4096) { bytes in
        let shown = TerminalText.escaped(bytes.text)
        precondition(
            shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) },
            "a control character passes")
    }
}
