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

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

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

    /// Writes to a file, or where there is none to standard output. The file is for its owner only: it tells of
    /// attacks.
    static func write(_ bytes: [UInt8], to path: String?) throws {
        guard let path, !path.isEmpty, path != "-" else {
            write(bytes)
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(3, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        close(descriptor)
        do { try Data(bytes).write(to: URL(fileURLWithPath: path)) } catch {
            throw Failure(3, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    /// Hands `body` a way to write piece by piece to a file (for its owner only), or where there is none to standard
    /// output.
    static func writing<Result>(to path: String?, _ body: (@escaping ([UInt8]) throws -> Void) throws -> Result) throws
        -> Result
    {
        guard let path, !path.isEmpty, path != "-" else { return try body { write($0) } }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(3, "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        return try body { bytes in
            do { try file.write(contentsOf: bytes) } catch {
                throw Failure(3, "\(path) cannot be written: \(error.localizedDescription)")
            }
        }
    }

    static func line(_ text: String) { write(Array((text + "\n").utf8)) }
}

extension Terminal {
    /// Writes to stderr without a newline.
    static func raw(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
