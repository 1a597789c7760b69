internal import Glibc

/// Turns what the user named (files, folders, `-`, `PATH@START-END`) into inputs.
package enum InputFinder {
    /// - Returns: inputs sorted by path (byte order), so that the order in which they were named does not matter, each
    ///   file once (the same path, a hard link or a symbolic link to it are the same file); and what could not be used.
    package static func find(
        _ paths: [String], sensors: [(glob: String, name: String)] = [], assets: [(glob: String, name: String)] = []
    ) -> (inputs: [InputSpec], problems: [(path: String, message: String)]) {
        var search = InputSearch()
        for path in paths { search.add(path) }
        search.walkLinkedFolders()
        let sensors = LabelGlobs(entries: sensors)
        let assets = LabelGlobs(entries: assets)
        let inputs = search.unique().map {
            InputSpec(
                path: $0.path, range: $0.range, sensor: sensors.label(of: $0.path), asset: assets.label(of: $0.path))
        }
        return (inputs, search.problems.sorted { bytewise($0.path, $1.path) })
    }
}

/// Byte order of the names, as `LC_ALL=C sort` has it.
func bytewise(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

/// What a file is, whatever it is called.
struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

/// A file that was found; `isLink` where its name is a symbolic link.
struct FoundFile {
    var path: String
    var range: Range<Int64>?
    var identity: FileIdentity?
    var isLink: Bool
}

/// The walk. Real folders come first and linked ones after them, so that a file reached both ways keeps its real path.
struct InputSearch {
    private(set) var found: [FoundFile] = []
    private(set) var problems: [(path: String, message: String)] = []
    private var visitedFolders: Set<FileIdentity> = []
    private var linkedFolders: [String] = []

    /// A path as the user gave it.
    mutating func add(_ argument: String) {
        if argument == "-" {
            found.append(FoundFile(path: "-", range: nil, identity: nil, isLink: false))
            return
        }
        var status = stat()
        if stat(argument, &status) == 0 {
            classify(argument, status, isLink: InputSearch.isLink(argument), named: true)
            return
        }
        let code = errno
        guard let (path, range) = ByteRangeSuffix.split(argument), stat(path, &status) == 0 else {
            report(argument, AcquisitionError(path: argument, code: code).message)
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            report(argument, "byte ranges are for files, and this is \(InputSearch.kindName(status.st_mode))")
            return
        }
        found.append(
            FoundFile(path: path, range: range, identity: FileIdentity(status), isLink: InputSearch.isLink(path)))
    }

    private mutating func classify(_ path: String, _ status: stat, isLink: Bool, named: Bool) {
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            found.append(FoundFile(path: path, range: nil, identity: FileIdentity(status), isLink: isLink))
        case S_IFDIR:
            if isLink && !named { linkedFolders.append(path) } else { walk(path, status) }
        case S_IFIFO where named, S_IFCHR where named:
            found.append(FoundFile(path: path, range: nil, identity: FileIdentity(status), isLink: isLink))
        default:
            report(path, "not read: it is \(InputSearch.kindName(status.st_mode))")
        }
    }

    /// Folders reached through symbolic links inside folders; each real folder is entered once, so loops end.
    mutating func walkLinkedFolders() {
        while !linkedFolders.isEmpty {
            linkedFolders.sort(by: bytewise)
            let path = linkedFolders.removeFirst()
            var status = stat()
            if stat(path, &status) == 0 { walk(path, status) }
        }
    }

    private mutating func walk(_ top: String, _ status: stat) {
        var pending = [(path: top, identity: FileIdentity(status))]
        while let folder = pending.popLast() {
            guard visitedFolders.insert(folder.identity).inserted else { continue }
            for name in names(in: folder.path) {
                let path = folder.path.hasSuffix("/") ? folder.path + name : folder.path + "/" + name
                var entry = stat()
                guard stat(path, &entry) == 0 else {
                    report(path, AcquisitionError(path: path, code: errno).message)
                    continue
                }
                let isLink = InputSearch.isLink(path)
                if entry.st_mode & S_IFMT == S_IFDIR && !isLink {
                    pending.append((path, FileIdentity(entry)))
                } else {
                    classify(path, entry, isLink: isLink, named: false)
                }
            }
        }
    }

    private mutating func names(in folder: String) -> [String] {
        guard let handle = opendir(folder) else {
            report(folder, AcquisitionError(path: folder, code: errno).message)
            return []
        }
        defer { closedir(handle) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(handle) else { break }
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
            guard let name = String(validating: bytes, as: UTF8.self) else {
                let shown = String(decoding: bytes, as: UTF8.self)
                report(folder + "/" + shown, "not read: its name is not UTF-8; rename it, or give it on standard input")
                continue
            }
            if name != "." && name != ".." { names.append(name) }
        }
        if errno != 0 { report(folder, AcquisitionError(path: folder, code: errno).message) }
        return names.sorted(by: bytewise)
    }

    /// Each file (and each range of it) once, sorted by path. Of several names the real one stays, then the first.
    func unique() -> [FoundFile] {
        struct Key: Hashable {
            var identity: FileIdentity?
            var range: Range<Int64>?
        }
        var seen: Set<Key> = []
        let preferred = found.sorted {
            $0.isLink != $1.isLink ? !$0.isLink : bytewise($0.path, $1.path)
        }
        return preferred.filter { seen.insert(Key(identity: $0.identity, range: $0.range)).inserted }.sorted {
            $0.path == $1.path
                ? ($0.range?.lowerBound ?? -1) < ($1.range?.lowerBound ?? -1) : bytewise($0.path, $1.path)
        }
    }

    private mutating func report(_ path: String, _ message: String) { problems.append((path, message)) }

    private static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    private static func kindName(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFSOCK: "a socket"
        case S_IFIFO: "a named pipe (name it by itself to read it)"
        case S_IFCHR, S_IFBLK: "a device"
        default: "neither a file nor a folder"
        }
    }
}
