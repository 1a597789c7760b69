internal import Glibc

/// Why an input could not be opened or read: what it is, what happened, and what to do next.
package struct AcquisitionError: Error, Equatable, Sendable, CustomStringConvertible {
    package var path: String
    /// What happened, in the words of the system where the system refused (`strerror`).
    package var reason: String
    /// What the user can do about it; may be empty.
    package var advice: String

    package init(path: String, reason: String, advice: String = "") {
        self.path = path
        self.reason = reason
        self.advice = advice
    }

    init(path: String, code: Int32) {
        self.init(path: path, reason: systemMessage(code), advice: AcquisitionError.advice(code))
    }

    /// `path: reason; advice`, one line.
    package var description: String { "\(path): \(message)" }

    /// `reason; advice`, for places that name the path already.
    package var message: String { advice.isEmpty ? reason : "\(reason); \(advice)" }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case EACCES, EPERM: "run as a user who may read it (on Debian, members of group adm read /var/log)"
        case ENOENT: "check the path"
        case EMFILE, ENFILE: "raise the limit of open files (ulimit -n)"
        case EBADF: "standard input is closed; give it a pipe or a file"
        case EIO: "the disk or file system reports an error; see dmesg"
        default: ""
        }
    }
}

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}
