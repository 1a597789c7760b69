internal import Glibc
internal import Primitives

/// Finds and reads rule files.
enum RuleFiles {
    static let maximumFileBytes = 64 << 20
    static let maximumDepth = 32

    enum Kind {
        case sigma
        case signatures
        case classification
        case references
    }

    static func kind(of path: String) -> Kind? {
        let bytes = path.utf8
        let name = bytes.lastIndex(of: 0x2F).map { bytes[bytes.index(after: $0)...] } ?? bytes[...]
        if name.elementsEqual("classification.config".utf8) { return .classification }
        if name.elementsEqual("reference.config".utf8) { return .references }
        func ends(_ suffix: String) -> Bool { name.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) }
        if ends(".yml") || ends(".yaml") { return .sigma }
        return ends(".rules") ? .signatures : nil
    }

    /// Rule files under `path`, sorted; `path` itself where it is a file. Names that begin with a dot are passed over.
    static func find(
        _ path: String, where isWanted: (String) -> Bool = { kind(of: $0) != nil }
    ) -> (files: [String], problem: String?) {
        var state = stat()
        guard stat(path, &state) == 0 else { return ([], reason(errno)) }
        guard state.st_mode & S_IFMT == S_IFDIR else { return ([path], nil) }
        var files: [String] = []
        var problem: String?
        walk(path, depth: 0, isWanted, &files, &problem)
        return (files.sorted(), problem)
    }

    private static func walk(
        _ folder: String, depth: Int, _ isWanted: (String) -> Bool, _ files: inout [String],
        _ problem: inout String?
    ) {
        guard depth < maximumDepth else {
            problem = "\(folder): folders are nested more than \(maximumDepth) deep"
            return
        }
        guard let handle = opendir(folder) else {
            problem = "\(folder): \(reason(errno))"
            return
        }
        defer { closedir(handle) }
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            guard let isFolder = isFolder(path, entry.pointee.d_type) else { continue }
            if isFolder {
                walk(path, depth: depth + 1, isWanted, &files, &problem)
            } else if isWanted(path) {
                files.append(path)
            }
        }
    }

    /// Nil where there is nothing. Only what the folder does not tell is looked up.
    private static func isFolder(_ path: String, _ type: UInt8) -> Bool? {
        if Int(type) == Int(DT_REG) { return false }
        if Int(type) == Int(DT_DIR) { return true }
        var state = stat()
        guard stat(path, &state) == 0 else { return nil }
        return state.st_mode & S_IFMT == S_IFDIR
    }

    /// What changes when the file does: its place, size and times, without reading it. Answers when it last changed
    /// (nanoseconds of the epoch); nil where there is none.
    static func stamp(_ path: String, into hasher: inout ContentHasher) -> Int64? {
        var state = stat()
        guard stat(path, &state) == 0, state.st_mode & S_IFMT == S_IFREG else { return nil }
        hasher.add(path)
        for part in [
            Int(state.st_size), Int(state.st_ino), Int(state.st_dev), state.st_mtim.tv_sec, state.st_mtim.tv_nsec,
            state.st_ctim.tv_sec, state.st_ctim.tv_nsec,
        ] { hasher.add(UInt64(bitPattern: Int64(part))) }
        return Int64(state.st_ctim.tv_sec) * 1_000_000_000 + Int64(state.st_ctim.tv_nsec)
    }

    /// Of the clock that files are stamped by.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The file's text, or why it cannot be had.
    static func read(_ path: String) -> (text: String?, problem: String) {
        let (found, problem) = RuleFiles.bytes(path, maximum: maximumFileBytes)
        guard var data = found else { return (nil, problem) }
        if data.starts(with: [0xEF, 0xBB, 0xBF]) { data.removeFirst(3) }
        guard let text = String(validating: data, as: UTF8.self) else {
            return (nil, "not UTF-8 (byte \(firstBadByte(data) + 1)): save it as UTF-8")
        }
        return (text, "")
    }

    /// The file's bytes, or why they cannot be had.
    static func bytes(_ path: String, maximum: Int) -> (bytes: [UInt8]?, problem: String) {
        guard let file = fopen(path, "rb") else { return (nil, reason(errno)) }
        defer { fclose(file) }
        var data: [UInt8] = []
        var status = stat()
        if fstat(fileno(file), &status) == 0 { data.reserveCapacity(max(0, min(Int(status.st_size), maximum))) }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            data.append(contentsOf: chunk[..<count])
            if data.count > maximum { return (nil, "larger than \(maximum >> 20) MiB") }
        }
        return ferror(file) != 0 ? (nil, reason(errno)) : (data, "")
    }

    private static func firstBadByte(_ data: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = data.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput, .error: return offset
            }
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
