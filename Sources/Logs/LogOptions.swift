package import Events
package import Primitives

/// How an input's lines are to be read.
package struct LogOptions: Sendable {
    /// Zone of stamps that name none.
    package var zone: TimeZoneRules
    /// What a stamp without a year is dated against.
    package var yearReference: Timestamp
    /// `auto`, or a name of `LogFormats.table`.
    package var format: String
    /// What the events are said to be, whatever is found.
    package var logSource: LogSource?
    /// Proxies whose word on who the client is counts.
    package var trustedProxies: [IPNetwork] = []
    /// An access-log format that lines are tried in first.
    package var customFormat: CustomFormat?
    /// The message forms; nil: those of `applicationFamilies` alone.
    package var messageForms: MessageForms?

    package init(
        zone: TimeZoneRules = .utc, yearReference: Timestamp, format: String = "auto", logSource: LogSource? = nil,
        trustedProxies: [IPNetwork] = []
    ) {
        self.trustedProxies = trustedProxies
        self.zone = zone
        self.yearReference = yearReference
        self.format = format
        self.logSource = logSource
    }
}

/// A format was asked for that nobody knows.
package struct UnknownLogFormat: Error, CustomStringConvertible {
    package let name: String

    package var description: String {
        let known = LogFormats.table.map(\.name).joined(separator: ", ")
        return "no log format is called '\(name)'; known are: auto, \(known)"
    }
}
