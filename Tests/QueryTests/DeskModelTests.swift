import Events
import Primitives
import Query
import Testing

/// The model alone: keys in, wishes and pictures out.
@Suite struct DeskModelTests {
    private static let ids = (0..<5).map { ContentID(high: 0x1111_0000_0000_0000 * UInt64($0 + 1), low: 0) }

    private static func model(rows: Int = 24, columns: Int = 80, count: Int = 5) -> DeskModel {
        var model = DeskModel(rows: rows, columns: columns)
        let incidents = ids.prefix(count).enumerated().map { number, id in
            Incident(
                id: id, rule: "r", title: "Incident \(number)", severity: .high,
                entity: Entity(kind: "ip", value: "203.0.113.\(number)"), first: at(2026, 3, 12), last: at(2026, 3, 12),
                count: 1)
        }
        model.take(
            incidents, total: count, heading: StyledLine(" ID  WHAT"),
            lines: incidents.map { StyledLine(" \($0.id.description.prefix(4))  \($0.title)") })
        return model
    }

    private static func typed(_ text: String) -> [DeskKey] { text.map { .text(String($0)) } }

    static let acts: [(keys: [DeskKey], wishes: [DeskModel.Wish])] = [
        (typed("a"), [.act([.acknowledge], on: [ids[0]])]),
        (typed("ja"), [.act([.acknowledge], on: [ids[1]])]),
        (typed("r"), [.act([.reopen], on: [ids[0]])]),
        (typed("chello") + [.enter], [.act([.comment("hello")], on: [ids[0]])]),
        (typed("c") + [.enter], []),
        (typed("chello") + [.escape], []),
        (typed("Alan") + [.enter], [.act([.assign("lan")], on: [ids[0]])]),
        (typed("A") + [.enter], [.act([.assign(nil)], on: [ids[0]])]),
        (typed("tvpn -old +new") + [.enter], [.act([.tag(add: ["vpn", "new"], remove: ["old"])], on: [ids[0]])]),
        (typed("xf") + [.enter], [.act([.close("false-positive")], on: [ids[0]])]),
        (typed("xbscanner") + [.enter], [.act([.comment("scanner"), .close("benign")], on: [ids[0]])]),
        (typed("xq"), []),
        (typed("  a"), []),
        (typed("  ay"), [.act([.acknowledge], on: [ids[0], ids[1]])]),
        (typed("  an"), []),
        (typed("*r") + typed("y"), [.act([.reopen], on: ids)]),
        (typed(" ") + [.escape] + typed("a"), [.act([.acknowledge], on: [ids[1]])]),
        (typed("z7d") + [.enter] + typed("known") + [.enter], [.suppress([ids[0]], until: "7d", reason: "known")]),
        (typed("z7d") + [.enter, .enter], []),
        (typed("uy"), [.undo]), (typed("un"), []),
        (typed("y"), [.copy(ids[0].description)]), (typed("Y"), [.copy("203.0.113.0")]),
        (typed("q"), [.quit]), ([.control("c")], [.quit]), ([.control("z")], [.suspend]),
        ([.enter] + typed("q"), [.detail]), (typed("s"), [.reload]), (typed("p"), [.detail]),
        (typed("cq") + [.control("c")] + typed("q"), [.quit]),
        ([.paste("aaa")], []), ([.paste("q\u{1b}[A")], []), (typed("?q"), []),
        (typed("Gka"), [.act([.acknowledge], on: [ids[3]])]),
        ([.end] + typed("a"), [.act([.acknowledge], on: [ids[4]])]),
    ]

    @Test(arguments: acts)
    func keysMeanActs(_ given: (keys: [DeskKey], wishes: [DeskModel.Wish])) {
        var model = Self.model()
        let wishes = given.keys.flatMap { model.press($0) }
        #expect(wishes == given.wishes)
    }

    @Test func nothingIsDoneToNothing() {
        for key in Self.typed("aArctxzyY *wjkGg") + [.enter, .up, .pageDown] {
            var model = Self.model(count: 0)
            let wishes = model.press(key)
            for wish in wishes { #expect(wish == .detail || wish == .reload) }
        }
    }

    @Test func theFilterIsAskedAtEachLetterAndTakenBack() {
        var model = Self.model()
        let asked = Self.typed("/sev").flatMap { model.press($0) }
        #expect(asked == [.reload, .reload, .reload])
        #expect(model.filter.text == "sev")
        let takenBack = model.press(.escape)
        #expect(takenBack == [.reload])
        #expect(model.filter.text.isEmpty)
        #expect(model.mode == .list)
    }

    @Test func aWrongFilterIsExplainedUnderItsPlace() {
        var model = Self.model()
        for key in Self.typed("/sevrity = high") { _ = model.press(key) }
        model.filterError = FilterError(
            filter: "sevrity = high", offset: 0, length: 7, message: "there is no field 'sevrity'",
            advice: "did you mean \"severity\"?")
        let grid = DeskPicture(model).grid
        #expect(grid.text(row: 0).hasPrefix(" / sevrity = high"))
        #expect(grid[0, 3].style.isUnderlined && !grid[0, 11].style.isUnderlined)
        #expect(grid.text(row: 1) == "   ^ there is no field 'sevrity': did you mean \"severity\"?")
        #expect(grid.cursor?.row == 0 && grid.cursor?.column == 17)
        let entered = model.press(.enter)
        #expect(entered.isEmpty)
        #expect(model.mode == .filter, "a wrong filter is not left by Enter")
    }

    @Test func theSelectionStaysOnItsIncident() {
        var model = Self.model()
        for key in Self.typed("jj") { _ = model.press(key) }
        let id = model.current?.id
        var fewer = model.incidents
        fewer.removeFirst()
        model.take(fewer, total: 4, heading: StyledLine(), lines: fewer.map { StyledLine($0.title) })
        #expect(model.current?.id == id)
        model.take([], total: 0, heading: StyledLine(), lines: [])
        #expect(model.current == nil)
    }

    static let sizes: [(rows: Int, columns: Int)] = [
        (24, 80), (50, 160), (10, 40), (5, 20), (3, 10), (1, 1), (2, 300), (200, 5),
    ]

    @Test(arguments: sizes)
    func everySizeIsDrawn(_ size: (rows: Int, columns: Int)) {
        for keys in ["", "j", "/x", "c", "x", "?", "  a", "z"].map(Self.typed) + [[.enter]] {
            var model = Self.model(rows: size.rows, columns: size.columns)
            model.take(detail: (0..<40).map { StyledLine("line \($0) Đường") }, of: Self.ids[0])
            for key in keys { _ = model.press(key) }
            let grid = DeskPicture(model).grid
            #expect(grid.rows == size.rows && grid.columns == size.columns)
            if let cursor = grid.cursor {
                #expect(cursor.row < size.rows && cursor.column < size.columns)
            }
        }
    }

    @Test func theSelectedLineIsAlwaysThere() {
        for rows in 8...40 {
            var model = Self.model(rows: rows)
            for _ in 0..<5 {
                _ = model.press(.down)
                let shown = DeskPicture(model).grid
                let line = (0..<rows).first { shown[$0, 1].style.isReversed }
                #expect(line.map { shown.text(row: $0).contains("Incident \(model.selected)") } == true)
            }
        }
    }

    @Test func everyKeyOfTheHelpIsDrawn() {
        var model = Self.model(rows: 60, columns: 100)
        _ = model.press(.text("?"))
        let text = DeskPicture(model).grid.text
        for entry in DeskModel.keys { #expect(text.contains(entry.key)) }
    }
}
