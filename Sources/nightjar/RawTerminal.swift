internal import Foundation
internal import Synchronization

/// The terminal while a full screen is shown: no echo, no lines, the alternate screen; given back as it was on every
/// way out, signals and crashes among them.
final class RawTerminal {
    enum Event {
        case bytes([UInt8])
        case resized
        /// Back after a suspension: the screen is somebody else's.
        case continued
        /// Nothing came in the time given.
        case timeout
        /// Told to end, or the terminal is gone.
        case ended
    }

    private static let state = RawTerminalState()

    /// - Parameter beginning, ending: what is sent when the screen is taken and given back
    init(beginning: String, ending: String) throws {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw Failure(2, "desk needs a terminal: 'nightjar incidents' prints the list anywhere")
        }
        guard ProcessInfo.processInfo.environment["TERM"].map({ $0 != "dumb" && !$0.isEmpty }) ?? false else {
            throw Failure(2, "desk needs a terminal that can move its cursor; TERM says that this one cannot")
        }
        guard RawTerminal.state.prepare(beginning: beginning, ending: ending) else {
            throw Failure(3, "the terminal cannot be set up: \(String(cString: strerror(errno)))")
        }
        RawTerminal.state.take()
    }

    deinit { RawTerminal.state.give() }

    func giveBack() { RawTerminal.state.give() }

    /// Stops the process as Ctrl-Z does; comes back when it is continued.
    func suspend() {
        RawTerminal.state.give()
        kill(0, SIGSTOP)
        RawTerminal.state.take()
    }

    static var size: (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (24, 80)
        }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    func write(_ text: String) {
        if !text.isEmpty { Terminal.write(Array(text.utf8)) }
    }

    /// Waits for keys or a signal.
    func next(timeoutMilliseconds: Int32) -> Event {
        var ends = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: RawTerminal.state.signalEnd, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&ends, 2, timeoutMilliseconds)
        if ready == 0 { return .timeout }
        if ready < 0 { return errno == EINTR ? .timeout : .ended }
        if ends[1].revents != 0 { return signalled() }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0, errno == EINTR { return .timeout }
        return count > 0 ? .bytes(Array(bytes.prefix(count))) : .ended
    }

    private func signalled() -> Event {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(RawTerminal.state.signalEnd, &bytes, bytes.count)
        let signals = Set(bytes.prefix(max(0, count)).map(Int32.init))
        if !signals.isDisjoint(with: [SIGTERM, SIGHUP, SIGINT, SIGQUIT]) { return .ended }
        if signals.contains(SIGCONT) {
            RawTerminal.state.take()
            return .continued
        }
        return .resized
    }
}

/// What signal handlers need: plain memory that is there before the first signal may come.
private final class RawTerminalState: @unchecked Sendable {
    /// The settings to give back; written once, before `isTaken` is ever true.
    private let original = UnsafeMutablePointer<termios>.allocate(capacity: 1)
    private var beginning = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 0)
    private var ending = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 0)
    private let isTaken = Atomic(false)
    private(set) var signalEnd: Int32 = -1
    private let earlier = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)

    private let writeEnd = Atomic<Int32>(-1)

    private static let crashes = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE]
    private static let noted = [SIGWINCH, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT]

    func prepare(beginning: String, ending: String) -> Bool {
        guard tcgetattr(STDIN_FILENO, original) == 0, let ends = Pipes.make(isBlocking: false) else { return false }
        signalEnd = ends.reading
        writeEnd.store(ends.writing, ordering: .sequentiallyConsistent)
        self.beginning = RawTerminalState.copy(beginning)
        self.ending = RawTerminalState.copy(ending)
        sharedState = self
        for signal in RawTerminalState.noted { handle(signal) { sharedState?.note($0) } }
        for signal in RawTerminalState.crashes { handle(signal) { sharedState?.crash($0) } }
        atexit { sharedState?.give() }
        return true
    }

    private static func copy(_ text: String) -> UnsafeMutableBufferPointer<UInt8> {
        let bytes = Array(text.utf8)
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = buffer.initialize(from: bytes)
        return buffer
    }

    private func handle(_ signal: Int32, _ body: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = body
        action.sa_flags = Int32(SA_RESTART)
        sigaction(signal, &action, earlier + Int(signal))
    }

    func take() {
        var raw = original.pointee
        cfmakeraw(&raw)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw)
        if !isTaken.exchange(true, ordering: .sequentiallyConsistent) { send(beginning) }
    }

    /// Safe in a signal handler: two system calls.
    func give() {
        guard isTaken.exchange(false, ordering: .sequentiallyConsistent) else { return }
        send(ending)
        tcsetattr(STDIN_FILENO, TCSADRAIN, original)
    }

    private func send(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
        _ = Glibc.write(STDOUT_FILENO, bytes.baseAddress, bytes.count)
    }

    /// In a handler: one byte wakes the loop.
    func note(_ signal: Int32) {
        var byte = UInt8(truncatingIfNeeded: signal)
        _ = Glibc.write(writeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
    }

    /// A crash: the terminal is given back, then what would have happened happens.
    func crash(_ signal: Int32) {
        give()
        sigaction(signal, earlier + Int(signal), nil)
        raise(signal)
    }
}

/// Pipes that no program started from here inherits.
enum Pipes {
    static func make(isBlocking: Bool = true) -> (reading: Int32, writing: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            if !isBlocking { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        }
        return (ends[0], ends[1])
    }
}

/// For handlers, which can capture nothing; set once.
nonisolated(unsafe) private var sharedState: RawTerminalState?
