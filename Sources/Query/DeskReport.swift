internal import Events
package import Primitives
internal import Storage

extension AnalystDesk {
    package static var reportFormats: [String] { ReportFormat.allCases.map(\.rawValue) }
    package static var reportLanguages: [String] { ReportWords.Language.allCases.map(\.rawValue) }

    private enum ReportFormat: String, CaseIterable {
        case html
        case markdown
        case json
    }

    /// A report of what fits the filter between two moments; without them from the first to the last of what is stored.
    package func report(
        _ words: [String], from: Timestamp?, to: Timestamp?, format: String, language: String
    ) throws -> [UInt8] {
        guard let name = completed(format, among: AnalystDesk.reportFormats), let format = ReportFormat(rawValue: name)
        else { throw DeskError.word("format of reports", format, AnalystDesk.reportFormats) }
        guard let language = ReportWords.Language(rawValue: language.lowercased()) else {
            throw DeskError.word("language of reports", language, AnalystDesk.reportLanguages)
        }
        let filter = try Filter.parse(arguments: words, clock: clock)
        let span = try store.tally(where: filter.condition, now: clock.now).span ?? (clock.now, clock.now)
        let start = from ?? span.first
        let end = max(to ?? span.last.adding(nanoseconds: 1), start.adding(nanoseconds: 1))
        let data = try ReportData(from: start, to: end, filter: filter, store: store, clock: clock, masker: masker)
        let wording = ReportWords(language: language)
        switch format {
        case .html: return Array(ReportHTML(data, wording).rendered().utf8)
        case .markdown: return Array(ReportMarkdown(data, wording).rendered().utf8)
        case .json: return ReportJSON.rendered(data)
        }
    }

    /// The end of a day or a moment, for `--to`.
    package func ending(_ text: String) -> Timestamp? { FilterTime(text, clock: clock)?.end }
}
