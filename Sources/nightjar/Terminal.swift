internal import Foundation

/// What the command line may assume of where its output goes.
enum Terminal {
    enum Colour: String, CaseIterable {
        case auto
        case always
        case never
    }

    /// Colours only repeat what words say; `NO_COLOR` (https://no-color.org) turns them off, `--color` decides.
    static func usesColour(_ choice: Colour, descriptor: Int32 = STDOUT_FILENO) -> Bool {
        switch choice {
        case .always: return true
        case .never: return false
        case .auto:
            let environment = ProcessInfo.processInfo.environment
            if let none = environment["NO_COLOR"], !none.isEmpty { return false }
            return isatty(descriptor) == 1 && environment["TERM"] != "dumb"
        }
    }

    /// Columns of the terminal; `COLUMNS`, else 100 where the output is no terminal.
    static var width: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }.map { max(40, $0) } ?? 100
    }

    static func error(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Writes to standard output; a reader that has gone away (`| head`) ends the program quietly.
    static func write(_ bytes: [UInt8]) {
        var from = 0
        while from < bytes.count {
            let written = bytes.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress?.advanced(by: from), bytes.count - from)
            }
            if written < 0 {
                if errno == EINTR { continue }
                Foundation.exit(errno == EPIPE ? 0 : 3)
            }
            from += written
        }
    }

    static func line(_ text: String) { write(Array((text + "\n").utf8)) }
}

extension Terminal {
    /// Writes to stderr without a newline.
    static func raw(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
