import Engine
import Events
import Foundation
import Primitives
import Storage

/// A folder of its own for one test, gone when the test is over.
final class Fixture {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("nightjar-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let signatures = root + "/Signatures"
    static let samples = root + "/Samples"

    /// The day of `Samples/`: its stated `--now` and `--tz`.
    static func options(jobs: Int = 2) -> EngineOptions {
        var options = EngineOptions()
        options.rulePaths = [signatures]
        options.useDefaultRules = false
        options.jobs = jobs
        options.zone = TimeZoneRules(named: "Asia/Ho_Chi_Minh") ?? .utc
        options.now = Timestamp(seconds: 1_773_334_800)
        return options
    }

    /// One run of the engine over `paths` into `database`.
    @discardableResult
    func scan(_ paths: [String], into database: String, options: EngineOptions = Fixture.options()) throws -> RunLedger
    {
        try Workspace(options: options, database: database, command: "test")
            .scan(paths, command: "test", started: Timestamp(seconds: 1) ?? .none, follow: { _ in })
    }

    /// A program run to its end: what it printed and its status.
    static func run(_ program: String, _ arguments: [String], input: String? = nil) throws -> (
        status: Int32, output: String
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = input == nil ? FileHandle.nullDevice : FileHandle(forReadingAtPath: input ?? "")
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
