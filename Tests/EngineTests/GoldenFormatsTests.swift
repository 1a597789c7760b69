import Engine
import Foundation
import Primitives
import Testing

/// Each file of `Samples/formats` (one a family, written after the daemons' documentation and sources) becomes the
/// events of `Tests/Golden/formats/NAME.expected.jsonl`; `NIGHTJAR_UPDATE_GOLDEN=1` writes those anew. What a line has
/// to mean was written by hand before the decoders saw it: `NAME.meant.jsonl`, which nothing rewrites.
@Suite struct GoldenFormatsTests {
    static let golden = Fixture.root + "/Tests/Golden/formats"
    static let inputs: [String] =
        (try? FileManager.default.contentsOfDirectory(atPath: Fixture.samples + "/formats").sorted()) ?? []

    @Test func thereIsAFileForEachFamily() { #expect(Self.inputs.count >= 18) }

    @Test(arguments: inputs)
    func eventsAreAsExpected(_ input: String) throws {
        let found = try Self.parse(Fixture.samples + "/formats/" + input)
        let path = "\(Self.golden)/\(Self.name(input)).expected.jsonl"
        if ProcessInfo.processInfo.environment["NIGHTJAR_UPDATE_GOLDEN"] == "1" {
            try found.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOfFile: path, encoding: .utf8)
        let (got, wanted) = (found.split(separator: "\n"), expected.split(separator: "\n"))
        #expect(got.count == wanted.count)
        for (one, other) in zip(got, wanted) { #expect(one == other) }
    }

    @Test(arguments: inputs)
    func linesMeanWhatTheyMean(_ input: String) throws {
        var events: [Int: [String: Any]] = [:]
        for line in try Self.parse(Fixture.samples + "/formats/" + input).split(separator: "\n") {
            let event = try Self.object(line)
            events[event["line"] as? Int ?? 0] = event
        }
        let meant = try String(contentsOfFile: "\(Self.golden)/\(Self.name(input)).meant.jsonl", encoding: .utf8)
        for line in meant.split(separator: "\n") {
            let wanted = try Self.object(line)
            let number = wanted["line"] as? Int ?? 0
            for (name, value) in wanted where name != "line" {
                let got = events[number]?[name]
                let values = (got as? [Any] ?? got.map { [$0] } ?? []).map { "\($0)" }
                #expect(values.contains("\(value)"), "\(input):\(number): \(name) is \(values), not \(value)")
            }
        }
    }

    private static func name(_ input: String) -> String { String(input.prefix { $0 != "." }) }

    private static func object(_ line: Substring) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    }

    private static func parse(_ path: String) throws -> String {
        var options = EngineOptions()
        options.now = Timestamp(seconds: 1_773_360_000)
        var text: [UInt8] = []
        let session = ParseSession(options: options) { text += $0 }
        try session.parse([path])
        #expect(session.problems.isEmpty)
        return String(decoding: text, as: UTF8.self)
    }
}
