internal import ArgumentParser
internal import Foundation
internal import Primitives
internal import Query

struct DeskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "desk",
        abstract: "Work through incidents on the full screen: filter, read, decide, by keys alone.",
        discussion: """
            nightjar desk
            nightjar desk 'severity >= high last 24h'

            '?' shows the keys. Everything that is done here is in the audit trail, as with the single commands.
            """)

    @OptionGroup var desk: DeskOptions
    @OptionGroup var masks: MaskOptions

    @Argument(help: "A filter to begin with, as 'incidents' takes it.")
    var filter: [String] = []

    /// How often the store is looked at for what others did, milliseconds.
    private static let pause: Int32 = 2_000
    /// How long an Escape waits for the rest of a sequence; over slow lines they come apart.
    private static let escapePause: Int32 = 60

    func run() throws {
        try desk.guarded {
            let started = Clock.now
            let fixed = try desk.clock
            let isFixed = desk.now.map { !$0.isEmpty } ?? false
            let zone = fixed.zone
            let clock = {
                isFixed
                    ? FilterClock(
                        now: fixed.now.adding(nanoseconds: Clock.now.nanoseconds - started.nanoseconds), zone: zone)
                    : FilterClock(now: Clock.now, zone: zone)
            }
            let open = try desk.open(forTriage: true)
            try open.mask(with: masks.rules)
            let size = RawTerminal.size
            let terminal = try RawTerminal(beginning: ScreenPainter.beginning, ending: ScreenPainter.ending)
            defer { terminal.giveBack() }
            let session = try DeskSession(
                open, clock: clock, rows: size.rows, columns: size.columns, filter: Filter.text(ofArguments: filter))
            loop(session, terminal)
        }
    }

    private func loop(_ session: DeskSession, _ terminal: RawTerminal) {
        var painter = ScreenPainter()
        var reader = KeyReader()
        while session.ending != .quit {
            if session.isScreenStale { painter.forget() }
            session.isScreenStale = false
            terminal.write(session.takeOutput() + painter.paint(session.picture))
            // What is asked for is on the screen before the detail, which may take longer, is looked up.
            let wait = reader.isWaiting ? DeskCommand.escapePause : session.model.wantsDetail ? 0 : DeskCommand.pause
            switch terminal.next(timeoutMilliseconds: wait) {
            case .bytes(let bytes): session.press(reader.keys(bytes))
            case .resized: resize(session)
            case .continued:
                painter.forget()
                resize(session)
            case .timeout where reader.isWaiting: session.press(reader.flush())
            case .timeout: if !session.settle() { session.poll() }
            case .ended: return
            }
            if session.ending == .suspend {
                session.ending = nil
                terminal.suspend()
                painter.forget()
            }
        }
    }

    private func resize(_ session: DeskSession) {
        let size = RawTerminal.size
        session.resize(rows: size.rows, columns: size.columns)
    }
}
