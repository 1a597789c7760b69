internal import Foundation
internal import Rules

/// Defaults for options, from `nightjar.yml`: the one `--config` names, else the first found in
/// `$XDG_CONFIG_HOME/nightjar/` and `/etc/nightjar/`. What the command line says comes last and so wins.
enum Defaults {
    /// The options a file may set, by the name they have on the command line, and the commands that take each.
    private static let table: [(key: SettingsFile.Key, commands: Set<String>)] = [
        (.init("rules", .list), ["scan", "watch"]), (.init("no-default-rules", .flag), ["scan", "watch"]),
        (.init("strict-rules", .flag), ["scan", "watch"]), (.init("suricata-config"), ["scan", "watch"]),
        (.init("estate"), ["scan", "watch"]), (.init("intel", .list), ["scan", "watch"]),
        (.init("geoip", .list), ["scan", "watch"]),
        (.init("pipeline", .list), ["scan", "watch"]), (.init("placeholders", .list), ["scan", "watch"]),
        (.init("as"), ["scan", "watch", "parse"]), (.init("format"), ["scan", "watch", "parse"]),
        (.init("sensor", .list), ["scan", "watch", "parse"]),
        (.init("asset", .list), ["scan", "watch", "parse"]),
        (.init("trusted-proxy", .list), ["scan", "watch", "parse"]), (.init("jobs"), ["scan", "watch", "parse"]),
        (.init("memory"), ["scan", "watch", "parse"]), (.init("checksums"), ["scan", "watch", "parse"]),
        (.init("midstream"), ["scan", "watch", "parse"]), (.init("lateness"), ["watch"]), (.init("fail-on"), ["scan"]),
        (.init("mask", .list), masking), (.init("mask-pattern", .list), masking),
        (.init("db"), withStore), (.init("tz"), withStore.union(["parse"])),
        (.init("color"), withStore.union(["parse"])),
    ]
    private static let withStore: Set<String> = [
        "scan", "watch", "incidents", "show", "ack", "assign", "comment", "tag", "close", "reopen", "suppress",
        "merge", "split", "undo", "trail",
        "report", "export", "query", "top", "timeline", "stats", "who", "desk", "evidence export", "db info",
        "db verify", "db backup", "db prune",
    ]
    private static let masking: Set<String> = [
        "scan", "watch", "export", "report", "evidence export", "ack", "assign", "comment", "tag", "close", "reopen",
        "merge", "suppress", "desk",
    ]
    private static let known = withStore.union(["parse"])

    /// How many words name the command: 1, or 2 where it has commands of its own.
    private static func words(naming arguments: [String]) -> Int {
        known.contains(arguments.prefix(2).joined(separator: " ")) ? 2 : 1
    }

    /// `arguments` with the file's defaults put in right behind the command's name, and `--config` taken out.
    static func applied(to arguments: [String]) throws -> [String] {
        var arguments = arguments
        let named = try takeConfig(&arguments)
        let length = words(naming: arguments)
        let command = arguments.prefix(length).joined(separator: " ")
        guard known.contains(command) else { return arguments }
        guard let path = named ?? found else { return arguments }
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw Failure(3, "\(path): cannot be read: \(error.localizedDescription)")
        }
        let file = SettingsFile(text: text, file: path, keys: table.map(\.key))
        if !file.diagnostics.isEmpty {
            throw Failure(
                3, "the configuration is refused\n" + file.diagnostics.map(\.rendered).joined(separator: "\n"))
        }
        var defaults: [String] = []
        for (key, values) in file.values {
            guard let entry = table.first(where: { $0.key.name == key }), entry.commands.contains(command) else {
                continue
            }
            for value in values { defaults += entry.key.form == .flag ? ["--" + key] : ["--\(key)=\(value)"] }
        }
        return arguments.prefix(length) + defaults + arguments.dropFirst(length)
    }

    /// Removes `--config PATH` or `--config=PATH`; empty counts as not given.
    private static func takeConfig(_ arguments: inout [String]) throws -> String? {
        var path: String?
        while let index = arguments.firstIndex(where: { $0 == "--config" || $0.hasPrefix("--config=") }) {
            if arguments[..<index].contains("--") { break }
            if arguments[index] == "--config" {
                guard index + 1 < arguments.count else { throw Failure(2, "--config needs the path of a nightjar.yml") }
                path = arguments.remove(at: index + 1)
            } else {
                path = String(arguments[index].dropFirst("--config=".count))
            }
            arguments.remove(at: index)
        }
        return path.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static var found: String? {
        let environment = ProcessInfo.processInfo.environment
        let home =
            environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? (environment["HOME"] ?? "") + "/.config"
        return [home, "/etc"].map { $0 + "/nightjar/nightjar.yml" }.first { FileManager.default.fileExists(atPath: $0) }
    }
}
