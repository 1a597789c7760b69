internal import Glibc
package import Primitives

/// Compiled rules kept between runs, under `$XDG_CACHE_HOME/nightjar` (else `~/.cache/nightjar`).
///
/// One file an entry, named by what it was made of; written beside its place and renamed, so that a reader never sees
/// half of one. What is damaged, of another program or not ours alone to write is passed over and written anew; where
/// the folder cannot be written, nothing is kept. Bounded: the entries not used for longest go.
package struct RuleCache: Sendable {
    private static let magic = Array("nightjar rules 1".utf8)
    private static let suffix = ".compiled"
    private static let headerBytes = 16 + 3 * 16 + 8
    private static let maximumFileBytes = 512 << 20

    private let folder: String
    private let maximumBytes: Int
    private let maximumFiles: Int
    /// Program and machine: what another one wrote is of no use.
    private let maker: ContentID

    /// `engine` names the pattern engine's version and the processor it compiles for.
    package init(folder: String, engine: [UInt8], maximumBytes: Int = 512 << 20, maximumFiles: Int = 64) {
        self.folder = folder
        self.maximumBytes = maximumBytes
        self.maximumFiles = maximumFiles
        var hasher = ContentHasher()
        engine.withUnsafeBytes { hasher.add(Bytes($0)) }
        var state = stat()
        if stat("/proc/self/exe", &state) == 0 {
            hasher.add(UInt64(truncatingIfNeeded: state.st_size))
            hasher.add(UInt64(truncatingIfNeeded: state.st_mtim.tv_sec))
            hasher.add(UInt64(truncatingIfNeeded: state.st_mtim.tv_nsec))
        }
        maker = hasher.finish()
    }

    /// Where the environment wants caches; nil where it names no place.
    package static func standardFolder() -> String? {
        if let folder = getenv("XDG_CACHE_HOME").map({ String(cString: $0) }), folder.hasPrefix("/") {
            return folder + "/nightjar"
        }
        guard let home = getenv("HOME").map({ String(cString: $0) }), home.hasPrefix("/") else { return nil }
        return home + "/.cache/nightjar"
    }

    private func path(_ key: ContentID) -> String {
        var hasher = ContentHasher()
        hasher.add(maker)
        hasher.add(key)
        return folder + "/" + hasher.finish().description + RuleCache.suffix
    }

    /// The entry made of `key`; nil where there is none that can be trusted.
    package func read(_ key: ContentID) -> [UInt8]? {
        let path = path(key)
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var state = stat()
        guard fstat(file, &state) == 0, state.st_mode & S_IFMT == S_IFREG, state.st_uid == geteuid(),
            state.st_mode & 0o022 == 0, state.st_size > RuleCache.headerBytes,
            state.st_size <= RuleCache.maximumFileBytes
        else { return nil }
        let size = Int(state.st_size)
        var header = [UInt8](repeating: 0, count: RuleCache.headerBytes)
        guard RuleCache.fill(file, &header, header.count) else { return nil }
        let length = size - header.count
        let payload = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            guard let base = buffer.baseAddress, RuleCache.fill(file, base, length) else { return }
            count = length
        }
        guard payload.count == length, header == self.header(key, payload) else { return nil }
        // Marks it as used.
        utimensat(AT_FDCWD, path, nil, 0)
        return payload
    }

    /// Keeps `payload` as what was made of `key`. Failure is no harm: it is compiled again next time.
    package func write(_ key: ContentID, _ payload: [UInt8]) {
        guard payload.count <= RuleCache.maximumFileBytes, RuleCache.makeFolder(folder) else { return }
        let place = path(key)
        let beside = place + ".\(getpid())"
        let file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return }
        let written = RuleCache.put(file, header(key, payload)) && RuleCache.put(file, payload)
        if close(file) == 0 && written && rename(beside, place) == 0 {
            trim(keeping: place)
        } else {
            unlink(beside)
        }
    }

    private func header(_ key: ContentID, _ payload: [UInt8]) -> [UInt8] {
        var hasher = ContentHasher()
        payload.withUnsafeBytes { hasher.add(Bytes($0)) }
        let numbers = [maker, key, hasher.finish()].flatMap { [$0.high, $0.low] } + [UInt64(payload.count)]
        return RuleCache.magic + numbers.flatMap { number in (0..<8).map { UInt8(number >> UInt64(8 * $0) & 0xFF) } }
    }

    private static func fill(_ file: Int32, _ target: UnsafeMutablePointer<UInt8>, _ length: Int) -> Bool {
        var done = 0
        while done < length {
            let count = Glibc.read(file, target + done, length - done)
            if count <= 0 { return false }
            done += count
        }
        return true
    }

    private static func put(_ file: Int32, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { raw in
            var done = 0
            while done < raw.count {
                let count = Glibc.write(file, raw.baseAddress.map { $0 + done }, raw.count - done)
                if count <= 0 { return false }
                done += count
            }
            return true
        }
    }

    private static func makeFolder(_ folder: String) -> Bool {
        var state = stat()
        if stat(folder, &state) == 0 { return state.st_mode & S_IFMT == S_IFDIR }
        if let slash = folder.lastIndex(of: "/"), slash > folder.startIndex, !makeFolder(String(folder[..<slash])) {
            return false
        }
        return mkdir(folder, 0o700) == 0 || errno == EEXIST
    }

    /// Deletes the entries not used for longest until the rest fits.
    private func trim(keeping kept: String) {
        guard let handle = opendir(folder) else { return }
        defer { closedir(handle) }
        var found: [(path: String, used: Int, bytes: Int)] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let path = folder + "/" + name
            var state = stat()
            guard name.contains(RuleCache.suffix), path != kept, lstat(path, &state) == 0 else { continue }
            found.append((path, state.st_mtim.tv_sec, Int(state.st_size)))
        }
        var own = stat()
        var bytes = stat(kept, &own) == 0 ? Int(own.st_size) : 0
        for (index, entry) in found.sorted(by: { $0.used > $1.used }).enumerated() {
            bytes += entry.bytes
            if bytes > maximumBytes || index + 2 > maximumFiles { unlink(entry.path) }
        }
    }
}
