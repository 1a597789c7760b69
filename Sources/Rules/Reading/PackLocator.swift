internal import Glibc

/// Finds the shipped rule pack: beside an installed binary, in the XDG data folders, or in the source tree that the
/// binary was built from.
package enum PackLocator {
    /// Path of the folder `Signatures`, nil where there is none.
    package static func find() -> String? { candidates().first { exists($0 + "/classification.config") } }

    package static func candidates() -> [String] {
        var places: [String] = []
        if let binary = linkTarget("/proc/self/exe") {
            var folder = parent(binary)
            places.append(parent(folder) + "/share/nightjar/Signatures")
            // A build folder lies a few levels below the package: .build/<triple>/release/nightjar.
            for _ in 0..<4 {
                folder = parent(folder)
                if exists(folder + "/Package.swift") { places.append(folder + "/Signatures") }
            }
        }
        places.append((environment("XDG_DATA_HOME") ?? (environment("HOME") ?? "") + "/.local/share") + own)
        let shared = environment("XDG_DATA_DIRS") ?? "/usr/local/share:/usr/share"
        places += shared.split(separator: ":").map { $0 + own }
        // What runs tests is no binary of the package's own.
        let source = parent(parent(parent(parent(#filePath))))
        if exists(source + "/Package.swift") { places.append(source + "/Signatures") }
        return places
    }

    private static let own = "/nightjar/Signatures"

    /// Nil where it is not set, or empty.
    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func linkTarget(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path, &target, target.count)
        guard length > 0, length < target.count else { return nil }
        return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
