internal import Glibc
package import Primitives

/// Who writes to a store, as written inside its lock file.
package struct LockHolder: Equatable, Sendable, CustomStringConvertible {
    package var process: Int32
    package var host: String
    package var command: String
    /// RFC 3339, UTC.
    package var started: String

    package init(process: Int32, host: String, command: String, started: String) {
        self.process = process
        self.host = host
        self.command = command
        self.started = started
    }

    package var description: String {
        let who = process > 0 ? "process \(process)" : "a process that left no name"
        let place = host.isEmpty ? "" : " on \(host)"
        let what = command.isEmpty ? "" : " (\(command))"
        return who + place + what + (started.isEmpty ? "" : " since \(started)")
    }

    /// One line each: process, host, command, start.
    var text: String { "\(process)\n\(host)\n\(LockHolder.oneLine(command))\n\(started)\n" }

    init(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func line(_ index: Int) -> String { index < lines.count ? LockHolder.oneLine(lines[index]) : "" }
        self.init(process: Int32(line(0)) ?? 0, host: line(1), command: line(2), started: line(3))
    }

    /// Without control characters, so that a name made up by somebody cannot steer a terminal; at most 200 characters.
    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.prefix(200)))
    }
}

/// The single-writer lock: `flock` on a file beside the store. The system lets go of it when its process ends, however
/// it ends, so a lock left by a killed process is simply taken.
final class WriterLock: Sendable {
    private let descriptor: Int32

    init(store path: String, command: String, now: Timestamp) throws(StoreError) {
        let lockPath = path + ".lock"
        let opened = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw .notWritable(path: lockPath, reason: systemReason()) }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            let held = errno == EWOULDBLOCK
            let reason = systemReason()
            let holder = LockHolder(text: WriterLock.read(opened))
            close(opened)
            throw held ? .locked(path: path, holder: holder) : .notWritable(path: lockPath, reason: reason)
        }
        descriptor = opened
        let holder = LockHolder(process: getpid(), host: hostName(), command: command, started: now.iso8601)
        ftruncate(opened, 0)
        holder.text.withBytes { _ = pwrite(opened, $0.start, $0.count, 0) }
    }

    deinit {
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    private static func read(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 2048)
        let length = pread(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    }
}

/// What the system says about its last error.
func systemReason() -> String { String(cString: strerror(errno)) }

func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The wall clock. Only for what people did and when; never for windows or ids.
package func wallClock() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec)) ?? .none
}
