internal import Events
internal import Primitives

/// What the keys of `nightjar desk` mean: one table for acting and for `?`.
extension DeskModel {
    /// (key as it is shown, what it does).
    package static let keys: [(key: String, help: String)] = [
        ("↑ ↓ · k j", "up and down; PgUp PgDn a page; g G first and last"),
        ("Enter", "the incident on the whole screen; Esc or q back"),
        ("J K", "scroll the detail without leaving the list"),
        ("/", "the filter, applied as it is typed; Esc takes it back"),
        ("s · S", "sort by the next column · the other way round"),
        ("Space", "mark or unmark: acts go to all marked; Esc unmarks"),
        ("*", "mark all that are listed"),
        ("a", "acknowledge"),
        ("A", "assign"),
        ("c", "comment"),
        ("t", "tags on and off"),
        ("x", "close as true-positive, false-positive, benign or duplicate"),
        ("r", "reopen"),
        ("z", "suppress rule and entity until a day"),
        ("u", "take back your last act"),
        ("y · Y", "copy the id · the entity (OSC 52)"),
        ("p · h · d", "packets · hexadecimal · every detection, in the detail"),
        ("w", "incidents about the entity of this one"),
        ("Ctrl-L · Ctrl-Z", "draw again · suspend"),
        ("q", "leave (Ctrl-C too)"),
    ]

    /// Takes a key; answers what is to be done outside.
    package mutating func press(_ key: DeskKey) -> [Wish] {
        if case .question = mode {} else { message = StyledLine() }
        switch mode {
        case .help:
            if key == .control("c") { return [.quit] }
            mode = .list
            return []
        case .filter: return pressInFilter(key)
        case .question(let question): return press(key, at: question)
        case .list, .detail: return pressInView(key)
        }
    }

    /// Where questions lead back to.
    var returnMode: Mode { isDetailOpen ? .detail : .list }

    private mutating func pressInView(_ key: DeskKey) -> [Wish] {
        switch key {
        case .control("l"): return [.redraw, .reload, .detail]
        case .control("z"): return [.suspend]
        case .control("c"): return [.quit]
        case .escape: return leave()
        case .enter:
            if mode == .list, current != nil { open(true) }
            return [.detail]
        case .text(let letter): return press(letter: letter)
        default:
            pressMoving(key)
            return more
        }
    }

    private mutating func leave() -> [Wish] {
        if mode == .detail {
            open(false)
        } else {
            marked.removeAll()
        }
        return []
    }

    private mutating func open(_ isOpen: Bool) {
        isDetailOpen = isOpen
        mode = returnMode
        detailTop = 0
        scroll()
    }

    private mutating func pressMoving(_ key: DeskKey) {
        let isDetail = mode == .detail
        let page = max(1, (isDetail ? layout.detailRows : layout.listRows) - 1)
        let steps: [DeskKey: Int] = [
            .up: -1, .down: 1, .pageUp: -page, .pageDown: page, .control("b"): -page, .control("f"): page,
            .home: -1_000_000, .end: 1_000_000,
        ]
        guard let step = steps[key] else { return }
        if isDetail { scrollDetail(by: step) } else { move(by: step) }
    }

    private mutating func press(letter: String) -> [Wish] {
        switch letter {
        case "j", "k", "g", "G":
            pressMoving(["j": .down, "k": .up, "g": .home, "G": .end][letter] ?? .down)
            return more
        case "J": scrollDetail(by: 1)
        case "K": scrollDetail(by: -1)
        case "q":
            if mode == .detail { return leave() }
            return [.quit]
        case "?": mode = .help
        case "/":
            open(false)
            filterBefore = filter.text
            mode = .filter
        case "s", "S": return sort(reversing: letter == "S")
        case " ": mark()
        case "*": marked = Set(incidents.map(\.id))
        case "w": return lookAtEntity()
        case "y": return copy { String($0.id.description) }
        case "Y": return copy { $0.entity.value }
        case "p", "h", "d": return toggle(letter)
        default: return pressActing(letter)
        }
        return []
    }

    private mutating func pressActing(_ letter: String) -> [Wish] {
        switch letter {
        case "a": return act([.acknowledge], named: "acknowledge")
        case "r": return act([.reopen], named: "reopen")
        case "A": ask(.assign, prefilled: current?.assignee ?? "")
        case "c": ask(.comment)
        case "t": ask(.tag)
        case "x": ask(.closeAs)
        case "z": ask(.suppressUntil)
        case "u": mode = .question(.confirm(.undo, "Take back your last act"))
        default: say("? shows what the keys do")
        }
        return []
    }

    /// Loads more when the selection comes near the end of what is loaded.
    private var more: [Wish] {
        mutating get {
            guard incidents.count == limit, selected >= incidents.count - layout.listRows else { return [] }
            limit += DeskModel.page
            return [.reload]
        }
    }

    private mutating func sort(reversing: Bool) -> [Wish] {
        if reversing {
            isReversed.toggle()
        } else {
            sort = (sort + 1) % ListOrder.names.count
        }
        (selected, top) = (0, 0)
        return [.reload]
    }

    private mutating func mark() {
        guard let id = current?.id else { return }
        if marked.remove(id) == nil { marked.insert(id) }
        if mode == .list { move(by: 1) }
    }

    private mutating func lookAtEntity() -> [Wish] {
        guard let entity = current?.entity.value, !entity.isEmpty else { return [] }
        let quoted = entity.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        filterBefore = filter.text
        filter = LineEditor("about \"\(quoted)\"")
        open(false)
        return changedFilter()
    }

    private mutating func copy(_ text: (Incident) -> String) -> [Wish] {
        current.map { [.copy(text($0))] } ?? []
    }

    private mutating func toggle(_ letter: String) -> [Wish] {
        switch letter {
        case "p": options.packets.toggle()
        case "h": options.hex.toggle()
        default: options.detections.toggle()
        }
        return [.detail]
    }

    private mutating func pressInFilter(_ key: DeskKey) -> [Wish] {
        switch key {
        case .control("c"): return [.quit]
        case .enter, .up, .down:
            if filterError == nil { mode = .list }
            return []
        case .escape:
            mode = .list
            filter = LineEditor(filterBefore)
            return changedFilter()
        default:
            let before = filter.text
            _ = filter.press(key)
            return filter.text == before ? [] : changedFilter()
        }
    }

    private mutating func changedFilter() -> [Wish] {
        (selected, top, limit) = (0, 0, DeskModel.page)
        return [.reload]
    }
}
