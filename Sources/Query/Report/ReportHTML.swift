internal import Events
internal import Output
internal import Primitives
internal import Storage

/// A report as one page that stands for itself: no script, nothing loaded, light and dark, fit for printing.
struct ReportHTML {
    let data: ReportData
    let words: ReportWords
    private var times: TimeText { TimeText(data.clock) }

    init(_ data: ReportData, _ words: ReportWords) {
        self.data = data
        self.words = words
    }

    func rendered() -> String {
        let title = e(words[.title])
        let body = [
            header, overview, timeline, attack, groups(.topEntities, data.entities), groups(.topRules, data.rules),
            data.assets.isEmpty ? "" : groups(.assets, data.assets),
            data.agencies.isEmpty ? "" : groups(.agencies, data.agencies),
            data.sensors.isEmpty ? "" : groups(.sensors, data.sensors), list, ledger, deadRules,
        ].joined()
        return """
            <!doctype html>
            <html lang="\(words.language.rawValue)"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
            img-src data:">
            <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
            <title>\(title) \(e(day(data.from)))</title><style>\(ReportHTML.style)</style></head>
            <body><main>\(body)</main></body></html>

            """
    }

    private func e(_ text: String) -> String { HTMLText.escaped(text) }
    private func day(_ time: Timestamp) -> String { times.full(time) }
    private func h2(_ word: ReportWords.Word) -> String { "<h2>\(e(words[word]))</h2>\n" }

    private func table(_ heads: [String], _ rows: [[String]], numbers: Set<Int> = []) -> String {
        let cell = { (tag: String, index: Int, text: String) in
            "<\(tag)\(numbers.contains(index) ? " class=\"n\"" : "")>\(text)</\(tag)>"
        }
        let line = { (tag: String, cells: [String]) in
            "<tr>" + cells.enumerated().map { cell(tag, $0.offset, $0.element) }.joined() + "</tr>\n"
        }
        return "<div class=\"wide\"><table><thead>\(line("th", heads.map(e)))</thead><tbody>"
            + rows.map { line("td", $0) }.joined() + "</tbody></table></div>\n"
    }

    private var header: String {
        "<h1>\(e(words[.title]))</h1><p class=\"quiet\">\(e(words[.period])): \(e(day(data.from))) – "
            + "\(e(day(data.to))) "
            + "(\(e(data.clock.zone.name))) · \(e(words[.made])): \(e(day(data.clock.now)))</p>\n"
    }

    private var overview: String {
        var cards = "<div class=\"card\"><b>\(grouped(Int64(data.total)))</b>\(e(words[.incidents]))</div>"
        for group in data.severities {
            let rank = Int(group.key) ?? 0
            let name = Severity(rawValue: rank)?.name ?? group.key
            cards += "<div class=\"card\"><b class=\"t\(rank)\">\(grouped(Int64(group.incidents)))</b>"
            cards += "\(e(words.severity(name)))</div>"
        }
        let states =
            data.statuses.map { [e(words.status($0.key)), grouped(Int64($0.incidents)), grouped($0.records)] }
            + data.resolutions.map { [e(words.closed(as: $0.key)), grouped(Int64($0.incidents)), grouped($0.records)] }
        return h2(.overview) + "<div class=\"cards\">\(cards)</div>\n"
            + table([words[.status], words[.incidents], words[.records]], states, numbers: [1, 2])
    }

    private var timeline: String {
        h2(.timeline)
            + ReportCharts.timeline(data.slots, label: { times.short($0.start) }, title: words[.timeline]) + "\n"
    }

    private var attack: String {
        let matrix = data.matrix()
        guard !matrix.isEmpty else { return "" }
        let columns = matrix.map { column in
            let cells = column.techniques.prefix(20).map { cell in
                let name = AttackNames.name(cell.id).map { " \($0)" } ?? ""
                return
                    "<div class=\"tech\"><b>\(e(cell.id.isEmpty ? "-" : cell.id))</b>\(e(name)) "
                    + "<i>\(cell.count)</i></div>"
            }
            return "<div class=\"tactic\"><h3>\(e(column.tactic))</h3>\(cells.joined())</div>"
        }
        return h2(.attack) + "<div class=\"matrix\">\(columns.joined())</div>\n"
    }

    private func groups(_ title: ReportWords.Word, _ groups: [IncidentGroup]) -> String {
        guard !groups.isEmpty else { return "" }
        let rows = groups.map {
            (name: data.name($0.key, of: title, words.language.story), count: $0.incidents, rank: $0.worst.rawValue)
        }
        return h2(title) + ReportCharts.bars(rows, title: words[title]) + "\n"
    }

    private var list: String {
        guard !data.incidents.isEmpty else { return h2(.list) + "<p>\(e(words[.none]))</p>\n" }
        let heads = [
            "ID", words[.severity], words[.status], words[.first], words[.last], words[.entity], words[.happened],
            words[.count],
        ]
        let rows = data.incidents.map { incident in
            [
                "<code>\(incident.id.description.prefix(8))</code>",
                "<b class=\"t\(incident.severity.rawValue)\">\(e(words.severity(incident.severity.name)))</b>",
                e(words.status(incident.status.rawValue)), whole(times.short(incident.first)),
                whole(times.short(incident.last)), whole(incident.entity.value), what(incident),
                grouped(Int64(incident.count)),
            ]
        }
        let shown = "<p class=\"quiet\">\(data.incidents.count) \(e(words[.shown])) \(grouped(Int64(data.total)))</p>\n"
        return h2(.list) + (data.total > data.incidents.count ? shown : "") + table(heads, rows, numbers: [7])
    }

    /// Not broken over lines, unless it is very long.
    private func whole(_ text: String) -> String {
        text.count <= 40 ? "<span class=\"k\">\(e(text))</span>" : e(text)
    }

    /// The title; behind it, to be opened, the story and the evidence.
    private func what(_ incident: Incident) -> String {
        let story = IncidentStoryText(incident, words.language.story)
        let told = story.summary.isEmpty ? "" : "<p>\(e(story.summary))</p>"
        guard let detections = data.stories[incident.id] else { return e(story.title) + told }
        let steps = detections.map { detection in
            let source = detection.events.first.map { place($0, detection) } ?? ""
            let lines = detection.evidence.filter { $0.linkType == nil }.prefix(3)
                .map { "<pre>\(e(String(decoding: $0.bytes.prefix(600), as: UTF8.self)))</pre>" }
            return "<li>\(e(times.full(detection.first))) \(e(detection.rule.title)) "
                + "<span class=\"quiet\">\(e(source))</span>\(lines.joined())</li>"
        }
        let owner = incident.assignee.map { e($0) } ?? e(words[.nobody])
        let facts = ([incident.rule] + incident.techniques + incident.tags).map { "<code>\(e($0))</code>" }
        return "<details><summary>\(e(story.title))</summary>\(told)<p>\(facts.joined(separator: " ")) · "
            + "\(e(words[.assignee])): \(owner)</p><ol>\(steps.joined())</ol></details>"
    }

    private func place(_ event: EventReference, _ detection: Detection) -> String {
        let path = data.paths[event.input] ?? event.input.description
        return detection.alert == nil ? "\(path):\(event.number)" : "\(path) packet \(event.number)"
    }

    private var ledger: String {
        guard !data.runs.isEmpty else { return h2(.ledger) + "<p>\(e(words[.noRuns]))</p>\n" }
        let rows = data.runs.flatMap(\.inputs).prefix(500).map { input in
            [
                e(input.path), e(input.format), grouped(input.bytesRead), grouped(input.records),
                grouped(input.events), grouped(input.unreadTotal), grouped(input.droppedTotal),
                e(input.problem ?? ""),
            ]
        }
        let heads = [
            words[.file], words[.kind], words[.bytes], words[.records], words[.events], words[.unread],
            words[.dropped], words[.problems],
        ]
        let sums =
            "<p>\(e(words[.runs])): \(data.runs.count) · \(e(words[.inputs])): "
            + "\(data.runs.reduce(0) { $0 + $1.inputs.count }) · \(e(words[.bytes])): "
            + "\(grouped(data.sum(\.bytesRead))) · "
            + "\(e(words[.records])): \(grouped(data.sum(\.records))) · \(e(words[.events])): "
            + "\(grouped(data.sum(\.events)))</p>\n"
        let short = data.runs.contains { !$0.evictions.isEmpty } ? "<p class=\"t4\">\(e(words[.evictions]))</p>" : ""
        return h2(.ledger) + sums + short + notRead
            + "<details><summary>\(e(words[.inputs]))</summary>"
            + table(heads, Array(rows), numbers: [2, 3, 4, 5, 6]) + "</details>\n"
    }

    private var notRead: String {
        let rows =
            data.reasons(\.unread).map { [e(words[.unread]), e($0.reason), grouped($0.count)] }
            + data.reasons(\.dropped).map { [e(words[.dropped]), e($0.reason), grouped($0.count)] }
            + data.runs.flatMap(\.inputs).compactMap { input in
                input.problem.map { [e(words[.problems]), e("\(input.path): \($0)"), ""] }
            }
        let title = "<h3>\(e(words[.notRead]))</h3>"
        if rows.isEmpty { return title + "<p>\(e(words[.allRead]))</p>\n" }
        return title + table([words[.kind], words[.reason], words[.records]], rows, numbers: [2])
    }

    private var deadRules: String {
        let rows = data.dead.prefix(500).map { [e($0.rule), e($0.title), e($0.reason)] }
        if rows.isEmpty { return h2(.deadRules) + "<p>\(e(words[.noDeadRules]))</p>\n" }
        return h2(.deadRules) + "<p>\(data.dead.count)</p>"
            + table(["ID", words[.happened], words[.reason]], Array(rows))
    }

    private static let style = """
        :root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--quiet:#5b6570;--line:#d8dee4;--card:#f5f7f9;\
        --s0:#8b98a5;--s1:#3b82a0;--s2:#c08a00;--s3:#d9622b;--s4:#b3122b}
        @media (prefers-color-scheme:dark){:root{--bg:#14171a;--fg:#e4e8ec;--quiet:#98a3ae;--line:#343b42;\
        --card:#1e2328;--s0:#77838f;--s1:#4fa3c4;--s2:#e0ac2b;--s3:#f0834f;--s4:#ff5a70}}
        body{background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif;margin:0}
        main{max-width:1100px;margin:0 auto;padding:24px}h1{margin:0}h2{margin:32px 0 8px}
        h3{margin:8px 0;font-size:14px}
        .quiet{color:var(--quiet)}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13px}
        th,td{text-align:left;padding:4px 8px;border-bottom:1px solid var(--line);vertical-align:top;\
        overflow-wrap:anywhere}th{overflow-wrap:normal}\
        .n{text-align:right;font-variant-numeric:tabular-nums;overflow-wrap:normal}
        .cards{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}.card{background:var(--card);border-radius:6px;\
        padding:8px 16px}.card b{display:block;font-size:24px}
        svg{width:100%;height:auto}svg text{font:12px system-ui,sans-serif;fill:var(--fg)}.axis{stroke:var(--line)}
        .s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}
        .t0{color:var(--s0)}.t1{color:var(--s1)}.t2{color:var(--s2)}.t3{color:var(--s3)}.t4{color:var(--s4)}
        .matrix{display:flex;flex-wrap:wrap;gap:8px}.tactic{background:var(--card);border-radius:6px;padding:8px;\
        flex:1 1 180px;min-width:160px}.tech{font-size:12px;border-top:1px solid var(--line);padding:2px 0}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--card);padding:6px;font-size:12px;margin:4px 0}
        code{font-size:12px}.k,td>code,td>b{white-space:nowrap}summary{cursor:pointer}
        @media print{main{max-width:none;padding:0}h2{break-after:avoid}tr,svg{break-inside:avoid}}
        """
}
