import Primitives
import Testing

/// A line (or the lines of one record), and the fields that its event must have. `time` is the beginning of the time in
/// UTC; `event.category` names one of the categories.
struct MeantLine: CustomTestStringConvertible, Sendable {
    var text: String
    var zone: String
    var fields: [String: String]
    var testDescription: String { text }

    init(_ text: String, zone: String = "UTC", _ fields: [String: String]) {
        self.text = text
        self.zone = zone
        self.fields = fields
    }

    /// Looks at the last event of the lines.
    func check() throws {
        let events = try decode(text + "\n", zone: zone, now: "2026-11-28T12:00:00Z").filter { $0.unread == nil }
        let found = try #require(events.last, "no event is read")
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "time": #expect(found.time.seconds == moment(value + "Z").seconds)
            case "event.category": #expect(found.fields[name]?.contains(value) == true, "\(name)")
            default: #expect(found[name] == value, "\(name)")
            }
        }
    }
}
