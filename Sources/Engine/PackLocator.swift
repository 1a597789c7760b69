internal import Foundation

/// Finds the shipped rule pack: beside an installed binary, in the XDG data folders, or in the source tree that the
/// binary was built from.
package enum PackLocator {
    /// Path of the folder `Signatures`, nil where there is none.
    package static func find() -> String? {
        candidates().first { FileManager.default.fileExists(atPath: $0 + "/classification.config") }
    }

    static func candidates() -> [String] {
        let environment = ProcessInfo.processInfo.environment
        var places: [String] = []
        if let binary = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            var folder = URL(fileURLWithPath: binary).deletingLastPathComponent()
            places.append(folder.appendingPathComponent("../share/nightjar/Signatures").standardized.path)
            // A build folder lies a few levels below the package: .build/<triple>/release/nightjar.
            for _ in 0..<4 {
                folder.deleteLastPathComponent()
                if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
                    places.append(folder.appendingPathComponent("Signatures").path)
                }
            }
        }
        let home = environment["XDG_DATA_HOME"] ?? (environment["HOME"] ?? "") + "/.local/share"
        places.append(home + "/nightjar/Signatures")
        let shared = environment["XDG_DATA_DIRS"].flatMap { $0.isEmpty ? nil : $0 } ?? "/usr/local/share:/usr/share"
        places += shared.split(separator: ":").map { $0 + "/nightjar/Signatures" }
        return places
    }
}
