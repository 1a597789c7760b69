internal import Events
internal import Glibc
internal import Primitives

/// An open file, pipe or standard input: `read` that retries and counts.
final class InputFile {
    let path: String
    let isRegular: Bool
    /// Nil for pipes and devices.
    let stamp: FileStamp?
    /// Of a pipe or device: the time of opening.
    let modified: Timestamp
    private(set) var bytesRead: Int64 = 0
    /// Set once a read failed; from then on `read` answers 0.
    private(set) var failure: String?
    private let descriptor: Int32
    private let isOwner: Bool

    init(path: String) throws(AcquisitionError) {
        self.path = path
        isOwner = path != "-"
        if isOwner {
            var opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
            while opened < 0 && errno == EINTR { opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
            if opened < 0 { throw AcquisitionError(path: path, code: errno) }
            descriptor = opened
        } else {
            descriptor = STDIN_FILENO
        }
        var status = stat()
        let answer = fstat(descriptor, &status)
        let code = answer == 0 ? (status.st_mode & S_IFMT == S_IFDIR ? EISDIR : 0) : errno
        if code != 0 {
            if isOwner { close(descriptor) }
            throw AcquisitionError(path: path, code: code)
        }
        isRegular = status.st_mode & S_IFMT == S_IFREG
        let written = Timestamp(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        modified = isRegular ? written ?? .none : InputFile.now
        stamp = isRegular ? InputFile.stamp(status, written) : nil
        if isRegular { posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    deinit { if isOwner { close(descriptor) } }

    /// Up to `capacity` bytes, waiting for at least one. 0 at the end, or where reading failed (`failure` says so).
    func read(into target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int {
        if failure != nil || capacity == 0 { return 0 }
        while true {
            let length = Glibc.read(descriptor, target, capacity)
            if length >= 0 {
                bytesRead += Int64(length)
                return length
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: wait()
            default:
                failure = "reading fails at offset \(bytesRead): \(systemMessage(errno))"
                return 0
            }
        }
    }

    /// Bytes at an absolute place, without moving the reading position; fewer at the end. Regular files only.
    func peek(at offset: Int64, into target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
        var done = 0
        while done < count {
            let length = pread(descriptor, target + done, count - done, off_t(offset) + off_t(done))
            if length < 0 && errno == EINTR { continue }
            if length <= 0 { break }
            done += length
        }
        return done
    }

    /// Whether a read would not wait: data is there, or the end.
    func isReady() -> Bool {
        if isRegular { return true }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) > 0
    }

    /// Moves the reading position; false for what cannot (pipes).
    func seek(to offset: Int64) -> Bool { isRegular && lseek(descriptor, off_t(offset), SEEK_SET) >= 0 }

    /// Of the file as it is now; nil for pipes.
    func currentSize() -> Int64? {
        var status = stat()
        return isRegular && fstat(descriptor, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// A descriptor that does not block (a terminal or pipe shared with somebody) has nothing yet.
    private func wait() {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, -1)
    }

    private static func stamp(_ status: stat, _ written: Timestamp?) -> FileStamp {
        FileStamp(
            device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino),
            size: Int64(status.st_size), modifiedNanoseconds: written?.nanoseconds ?? 0)
    }

    private static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec)) ?? .none
    }
}
