internal import Events
internal import Foundation
package import Primitives
internal import Storage

/// The interactive desk between the keys and the store: keys change the model, its wishes are carried out here.
package final class DeskSession {
    package enum Ending: Sendable {
        case quit
        case suspend
    }

    package private(set) var model: DeskModel
    /// Why the terminal is to be left; the caller takes it.
    package var ending: Ending?
    /// Whether the screen is to be drawn whole.
    package var isScreenStale = false
    private let desk: AnalystDesk
    /// The moment now, as often as it is asked for.
    private let clock: () -> FilterClock
    private var version: Int64?
    /// Sent to the terminal beside pictures: what is copied.
    private var output = ""

    /// - Parameter desk: opened for triage, so that keys can act
    package init(
        _ desk: AnalystDesk, clock: @escaping () -> FilterClock, rows: Int, columns: Int, filter: String = ""
    ) throws {
        self.desk = desk
        self.clock = clock
        model = DeskModel(rows: rows, columns: columns, filter: filter)
        version = try desk.store.dataVersion()
        reload()
    }

    package var picture: CellGrid { DeskPicture(model).grid }

    /// What else the terminal is to be sent, once.
    package func takeOutput() -> String {
        defer { output = "" }
        return output
    }

    package func press(_ keys: [DeskKey]) {
        var wishes: [DeskModel.Wish] = []
        for key in keys {
            for wish in model.press(key) {
                // What waited is done before the next key acts on what it sees; a list is read once for many keys.
                if wish == .reload || wish == .detail {
                    if !wishes.contains(wish) { wishes.append(wish) }
                } else {
                    wishes.removeAll { $0 == .reload }
                    carryOut(wish)
                    if !wishes.contains(.reload) { wishes.append(.reload) }
                }
            }
            if ending != nil { return }
        }
        for wish in wishes { carryOut(wish) }
    }

    package func resize(rows: Int, columns: Int) {
        model.resize(rows: rows, columns: columns)
        reload()
        showDetail()
        isScreenStale = true
    }

    /// Nothing is pressed: the detail of the selected incident is fetched. Answers whether it was.
    package func settle() -> Bool {
        guard model.wantsDetail else { return false }
        showDetail()
        return true
    }

    /// Looks whether somebody else has written; reads the list again if so.
    package func poll() {
        let now = try? desk.store.dataVersion()
        if now != version {
            version = now
            reload()
            showDetail()
        } else {
            tell(time: clock())
        }
    }

    // MARK: - Wishes

    private func carryOut(_ wish: DeskModel.Wish) {
        switch wish {
        case .reload: reload()
        case .detail: showDetail()
        case .act(let acts, let ids): act(acts, ids)
        case .suppress(let ids, let until, let reason): suppress(ids, until, reason)
        case .undo: attempt { self.model.say(try self.desk.undo(nil)) }
        case .copy(let text): copy(text)
        case .redraw: isScreenStale = true
        case .suspend: ending = .suspend
        case .quit: ending = .quit
        }
        if case .undo = wish { model.detailOf = nil }
    }

    private func attempt(_ body: () throws -> Void) {
        desk.clock = clock()
        do { try body() } catch { model.complain(TerminalText.oneLine("\(error)")) }
    }

    private func tell(time: FilterClock) {
        desk.clock = time
        model.time = String(TimeText(time).full(time.now).dropLast(3))
    }

    private func reload() {
        let now = clock()
        tell(time: now)
        let words = model.filter.text.trimmed.isEmpty ? [] : [model.filter.text]
        do {
            _ = try desk.condition(words)
            model.filterError = nil
        } catch {
            model.filterError = error
            return
        }
        attempt {
            let order = try ListOrder(ListOrder.names[model.sort], reversed: model.isReversed)
            let (found, total) = try desk.listing(words, sort: order, limit: model.limit)
            let table = IncidentTable(
                incidents: found, prefixLengths: try desk.store.prefixLengths(found.map(\.id)), clock: now,
                width: model.columns, palette: desk.palette)
            let lines = table.rendered().split(separator: "\n").map { StyledLine(painted: String($0)) }
            model.take(
                found, total: total, heading: lines.first ?? StyledLine(), lines: Array(lines.dropFirst()))
        }
    }

    private func showDetail() {
        guard let incident = model.current, model.layout.detailRows > 0 else { return }
        attempt {
            let full = try desk.store.completed([incident], now: desk.clock.now).first ?? incident
            let view = try IncidentView(
                full, store: desk.store, clock: desk.clock, width: model.columns, palette: desk.palette,
                options: model.options)
            let lines = view.rendered().split(separator: "\n", omittingEmptySubsequences: false)
            model.take(detail: lines.map { StyledLine(painted: String($0)) }, of: incident.id)
        }
    }

    private func act(_ acts: [AnalystDesk.Act], _ ids: [ContentID]) {
        attempt {
            let known = try desk.store.incidents(ids: ids, now: desk.clock.now)
            let after = try desk.act(acts, on: known)
            model.marked.subtract(ids)
            model.detailOf = nil
            if after.count == 1, let incident = after.first {
                model.say(try desk.line(incident))
            } else {
                model.say("done to \(after.count) incidents")
            }
        }
    }

    private func suppress(_ ids: [ContentID], _ until: String, _ reason: String) {
        attempt {
            guard let end = desk.future(until) else {
                throw DeskError.selection("'\(until)' is no day such as 2026-12-31, moment, or stretch such as 7d")
            }
            var meant = 0
            for incident in try desk.store.incidents(ids: ids, now: desk.clock.now) {
                meant += try desk.suppress(
                    rule: incident.rule, entity: incident.entity.value, network: nil, reason: reason, until: end)
            }
            model.marked.subtract(ids)
            model.detailOf = nil
            model.say(
                "suppressed until \(TimeText(desk.clock).full(end)): "
                    + counted(Int64(meant), "stored incident") + (meant == 1 ? " fits" : " fit"))
        }
    }

    /// By OSC 52, which works over ssh; what is copied is as harmless as what is shown.
    private func copy(_ text: String) {
        let safe = TerminalText.escaped(text)
        output += "\u{1b}]52;c;\(Data(safe.utf8).base64EncodedString())\u{7}"
        model.say("copied: \(safe)")
    }
}

extension AnalystDesk {
    /// A day (its end), a moment, or how long from now (`7d`).
    package func future(_ text: String) -> Timestamp? {
        FilterTime.duration(text).map { clock.now.adding(nanoseconds: $0 * 1_000_000_000) } ?? moment(text)
    }
}

extension TerminalText {
    /// A message of several lines as one.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map { String($0).trimmed }.filter { !$0.isEmpty }
            .joined(separator: " · ")
    }
}
