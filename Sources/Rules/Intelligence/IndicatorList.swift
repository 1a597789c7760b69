internal import Primitives

/// One list of threat intelligence: a file, read entry by entry.
package struct IndicatorList: Sendable {
    /// What its findings name as their source: the file's name without folders and ending.
    package let name: String
    package let path: String
    /// Entries taken, and those passed over by reason.
    package private(set) var taken = 0
    package private(set) var passedOver: [String: Int] = [:]
    /// Why the list as a whole, or the rest of it, could not be read.
    package private(set) var problem: String?

    static let maximumBytes = 1 << 30
    /// Entries of all lists together.
    package static let maximumEntries = 4_000_000

    private typealias Format = (
        isIt: @Sendable (Bytes) -> Bool,
        read: @Sendable (Bytes, inout IndicatorList, (Indicator) -> Void) -> Void
    )

    /// The formats, each known by the beginning of the text; what none knows is a list of lines.
    private static let formats: [Format] = [
        (JSONIndicators.isIt, JSONIndicators.read), (CSVIndicators.isIt, CSVIndicators.read),
        ({ _ in true }, TextIndicators.read),
    ]

    /// Reads the file at `path` and hands every entry to `take`.
    package init(path: String, take: (Indicator) -> Void) {
        self.path = path
        let file = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
        name = String(file.prefix { $0 != "." })
        let (bytes, problem) = RuleFiles.bytes(path, maximum: IndicatorList.maximumBytes)
        guard let bytes else {
            self.problem = "cannot be read: \(problem)"
            return
        }
        read(bytes, take)
    }

    /// Reads a list that lies in memory.
    package init(name: String, text: [UInt8], take: (Indicator) -> Void) {
        self.name = name
        path = name
        read(text, take)
    }

    private mutating func read(_ bytes: [UInt8], _ take: (Indicator) -> Void) {
        var list = self
        bytes.withBytes { text in
            let format = IndicatorList.formats.first { $0.isIt(text) }
            format?.read(text, &list, take)
        }
        self = list
    }

    /// An entry as written: taken if its value has the look of an indicator.
    mutating func add(
        _ written: String, hint: IndicatorKind? = nil, note: String = "", expires: Int64? = nil,
        _ take: (Indicator) -> Void
    ) {
        guard let (kind, value) = IndicatorValue.read(written, hint: hint) else { return pass("no indicator") }
        taken += 1
        take(Indicator(kind: kind, value: value, note: String(note.prefix(200)), expires: expires))
    }

    mutating func pass(_ reason: String) { passedOver[reason, default: 0] += 1 }

    mutating func stop(_ reason: String) { problem = reason }

    /// Files of a path: itself, or what a folder holds (text, CSV and JSON by their endings).
    package static func files(_ path: String) -> (files: [String], problem: String?) {
        RuleFiles.find(path) { name in
            [".txt", ".csv", ".json", ".list", ".stix", ".ioc"].contains { name.lowercased().hasSuffix($0) }
        }
    }
}
