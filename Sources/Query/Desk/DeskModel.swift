package import Events
package import Primitives

/// What `nightjar desk` knows and shows, apart from the store and the terminal: keys go in (`press`), wishes come out,
/// and `DeskPicture` draws it.
package struct DeskModel: Sendable {
    /// What keys mean at the moment.
    package enum Mode: Equatable, Sendable {
        case list
        /// One incident on the whole screen.
        case detail
        case filter
        case help
        case question(DeskQuestion)
    }

    /// What is to be done outside of the model.
    package enum Wish: Equatable, Sendable {
        case reload
        case detail
        case act([AnalystDesk.Act], on: [ContentID])
        case suppress([ContentID], until: String, reason: String)
        case undo
        case copy(String)
        case redraw
        case suspend
        case quit
    }

    package var rows: Int
    package var columns: Int
    package var mode = Mode.list
    /// Whether the detail has the whole screen: where a question leads back to.
    var isDetailOpen = false
    /// What is typed into the filter line; `error` says what is wrong with it, and the list stays as it was.
    package var filter: LineEditor
    package var filterError: FilterError?
    /// The filter before it was changed, for Escape.
    var filterBefore = ""
    package var answer = LineEditor()
    package var sort = 0
    package var isReversed = false

    package var incidents: [Incident] = []
    package var total = 0
    /// How many are loaded at most; grows as the selection comes near the end.
    package var limit = DeskModel.page
    /// Drawn by `IncidentTable`: the heading, then a line an incident.
    package var heading = StyledLine()
    package var lines: [StyledLine] = []
    package var selected = 0
    package var top = 0
    package var marked: Set<ContentID> = []

    package var detail: [StyledLine] = []
    /// Whose detail that is.
    package var detailOf: ContentID?
    package var detailTop = 0
    package var options = IncidentView.Options()

    package var message = StyledLine()
    /// `02:58` in the zone of the desk.
    package var time = ""

    package static let page = 200

    package init(rows: Int, columns: Int, filter: String = "") {
        self.rows = rows
        self.columns = columns
        self.filter = LineEditor(filter)
    }

    package var layout: DeskLayout { DeskLayout(rows: rows, columns: columns, isDetail: isDetailOpen) }

    package var current: Incident? { incidents.indices.contains(selected) ? incidents[selected] : nil }

    /// What an act is done to: what is marked, else what is selected.
    package var chosen: [ContentID] {
        let shown = incidents.map(\.id).filter { marked.contains($0) }
        let hidden = marked.subtracting(shown).sorted()
        return marked.isEmpty ? (current.map { [$0.id] } ?? []) : shown + hidden
    }

    // MARK: - What comes from the store

    /// Takes a new list; the selection stays on its incident, else in its place.
    package mutating func take(_ incidents: [Incident], total: Int, heading: StyledLine, lines: [StyledLine]) {
        let before = current?.id
        self.incidents = incidents
        self.total = total
        self.heading = heading
        self.lines = lines
        selected = before.flatMap { id in incidents.firstIndex { $0.id == id } } ?? min(selected, incidents.count - 1)
        selected = max(0, selected)
        scroll()
    }

    package mutating func take(detail: [StyledLine], of id: ContentID) {
        if detailOf != id { detailTop = 0 }
        self.detail = detail
        detailOf = id
        detailTop = max(0, min(detailTop, detail.count - 1))
    }

    package mutating func say(_ text: String) { message = StyledLine(text) }
    package mutating func complain(_ text: String) { message = StyledLine(text, .alarming) }

    package mutating func resize(rows: Int, columns: Int) {
        (self.rows, self.columns) = (rows, columns)
        scroll()
    }

    /// Whether the detail on the screen is of another incident than the selected one.
    package var wantsDetail: Bool { current?.id != detailOf && layout.detailRows > 0 }

    // MARK: - Moving

    mutating func move(by steps: Int) {
        selected = max(0, min(incidents.count - 1, selected + steps))
        scroll()
    }

    mutating func scroll() {
        let height = max(1, layout.listRows)
        if selected < top { top = selected }
        if selected >= top + height { top = selected - height + 1 }
        top = max(0, min(top, max(0, incidents.count - height)))
    }

    mutating func scrollDetail(by steps: Int) {
        detailTop = max(0, min(detailTop + steps, max(0, detail.count - layout.detailRows)))
    }
}

/// How the rows of the screen are shared out: the filter, a line about the list or the filter's error, the list with
/// its heading, a rule, the detail, and a line for keys, questions and messages.
package struct DeskLayout: Equatable, Sendable {
    package var listTop = 3
    package var listRows: Int
    /// The rule between list and detail; nil where there is no room for a detail.
    package var ruleRow: Int?
    package var detailTop: Int
    package var detailRows: Int
    package var bottom: Int

    init(rows: Int, columns: Int, isDetail: Bool) {
        bottom = max(0, rows - 1)
        if isDetail {
            listRows = 0
            detailTop = 1
            detailRows = max(0, rows - 2)
            return
        }
        let room = max(1, rows - listTop - 1)
        if room < 12 {
            listRows = room
            detailTop = bottom
            detailRows = 0
            return
        }
        listRows = max(5, room * 2 / 5)
        ruleRow = listTop + listRows
        detailTop = listTop + listRows + 1
        detailRows = room - listRows - 1
    }
}
