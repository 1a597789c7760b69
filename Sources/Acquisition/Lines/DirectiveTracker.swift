internal import Glibc
internal import Primitives

/// Keeps the directives (`#separator`, `#path`, `#fields`, `#Fields:`) that hold where reading has come to. A server
/// that is restarted, or two logs in one file, name other columns half-way. Looks only at inputs that begin with `#`.
struct DirectiveTracker {
    /// Longest run of directive lines that is kept; the rest of a longer one is passed over.
    private static let longestRun = 64 << 10

    /// The input begins with a directive: its bytes have to go by one after the other.
    private(set) var isNeeded = false
    /// The last run of directive lines up to the one that names the columns.
    private(set) var current: [UInt8] = []
    /// Directive lines since the last line of another kind.
    private var run: [UInt8] = []
    /// The line at hand, as far as it is a directive; nil within any other.
    private var line: [UInt8]? = []

    /// Starts again; `head` is how the content begins.
    mutating func begin(_ head: Bytes) {
        self = DirectiveTracker()
        isNeeded = head.starts(with: "#") || head.starts(with: "\u{FEFF}#")
    }

    mutating func take(_ bytes: Bytes) {
        guard isNeeded else { return }
        var at = 0
        while at < bytes.count {
            guard line != nil else {
                guard let newline = DirectiveTracker.lineBeforeDirective(bytes, at) else {
                    if endsLine(bytes) { line = [] }
                    return
                }
                at = newline + 1
                line = []
                run = []
                continue
            }
            at = takeLine(bytes, at)
        }
    }

    /// The newline before the next `#` that begins a line.
    private static func lineBeforeDirective(_ bytes: Bytes, _ from: Int) -> Int? {
        bytes.firstIndex(of: "\n#", from: from)
    }

    private func endsLine(_ bytes: Bytes) -> Bool { bytes.start[bytes.count - 1] == ASCII.newline }

    /// Takes bytes of a line that is, or may become, a directive; answers where it stopped.
    private mutating func takeLine(_ bytes: Bytes, _ from: Int) -> Int {
        var kept = line ?? []
        if kept.isEmpty, bytes.start[from] != 0x23, !bytes.starts(with: "\u{FEFF}#", at: from) {
            line = nil
            run = []
            return from
        }
        let newline = bytes.firstIndex(of: ASCII.newline, from: from)
        let end = newline.map { $0 + 1 } ?? bytes.count
        if kept.count + end - from <= DirectiveTracker.longestRun {
            kept += UnsafeBufferPointer(start: bytes.start + from, count: end - from)
        }
        line = newline == nil ? kept : []
        if newline != nil { finish(kept) }
        return end
    }

    private mutating func finish(_ directive: [UInt8]) {
        if run.count + directive.count <= DirectiveTracker.longestRun { run += directive }
        let names = directive.withBytes {
            $0.starts(with: "#Fields:") || $0.starts(with: "#fields\t") || $0.starts(with: "\u{FEFF}#Fields:")
        }
        if names {
            current = run
            run = []
        }
    }
}
