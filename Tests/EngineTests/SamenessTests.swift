import Engine
import Events
import Foundation
import Output
import Primitives
import Storage
import Testing

/// The stored incidents do not depend on how they were come by: threads, order of names, compression, repetition,
/// interruption.
@Suite struct SamenessTests {
    /// Copies of the samples in a folder of the test's own, so that compressing and cutting them harms nothing.
    private static func copies(_ fixture: Fixture) throws -> [String] {
        let manager = FileManager.default
        var paths: [String] = []
        for folder in ["attacks", "ordinary"] {
            for name in try manager.contentsOfDirectory(atPath: Fixture.samples + "/" + folder).sorted() {
                let target = fixture.path(folder + "-" + name)
                try manager.copyItem(atPath: Fixture.samples + "/" + folder + "/" + name, toPath: target)
                paths.append(target)
            }
        }
        return paths
    }

    /// What `incidents --json` prints.
    static func incidents(_ database: String) throws -> String {
        var writer = JSONWriter()
        for incident in try Store(path: database, mode: .read).incidents() {
            IncidentJSON.encode(incident, into: &writer)
        }
        return writer.text
    }

    private static func reference(_ fixture: Fixture, _ paths: [String]) throws -> String {
        try fixture.scan(paths, into: fixture.path("reference.db"), options: Fixture.options(jobs: 1))
        let text = try incidents(fixture.path("reference.db"))
        #expect(text.count > 500)
        return text
    }

    @Test func threadsAndOrderDoNotMatter() throws {
        let fixture = try Fixture()
        let paths = try Self.copies(fixture)
        let expected = try Self.reference(fixture, paths)
        for jobs in [2, 4] {
            let database = fixture.path("jobs\(jobs).db")
            try fixture.scan(paths.reversed(), into: database, options: Fixture.options(jobs: jobs))
            #expect(try Self.incidents(database) == expected, "--jobs \(jobs), names reversed")
        }
        let split = fixture.path("split.db")
        try fixture.scan(Array(paths.suffix(paths.count / 2)), into: split)
        try fixture.scan(Array(paths.prefix(paths.count - paths.count / 2)), into: split)
        #expect(try Self.incidents(split) == expected, "two scans of half the inputs each, the later half first")
    }

    /// Rules about places sleep in a run that is told of none: what they found and learned before stays.
    @Test func aRunWithoutPlacesForgetsNone() throws {
        let fixture = try Fixture()
        let database = fixture.path("db")
        var options = Fixture.options()
        options.rulePaths = [Fixture.signatures + "/anomaly/impossible_travel.yml"]
        func left() throws -> (incidents: String, baselines: Int) {
            (try Self.incidents(database), try Store(path: database, mode: .read).baselines().count)
        }
        options.placePaths = [Fixture.samples + "/places.mmdb"]
        try fixture.scan([Fixture.samples + "/impossible_travel.hit.log"], into: database, options: options)
        let found = try left()
        #expect(!found.incidents.isEmpty)
        #expect(found.baselines > 0)
        options.placePaths = []
        let line =
            "2026-03-13T08:00:00+07:00 app-07 sshd[9]: Accepted password for an.le from 203.0.113.18 port 2 ssh2\n"
        let later = try fixture.write("auth.log", line)
        try fixture.scan([later], into: database, options: options)
        let kept = try left()
        #expect(kept.incidents == found.incidents && kept.baselines == found.baselines)
    }

    @Test func compressionAndRepetitionDoNotMatter() throws {
        let fixture = try Fixture()
        let paths = try Self.copies(fixture)
        let expected = try Self.reference(fixture, paths)
        try fixture.scan(paths, into: fixture.path("reference.db"))
        #expect(try Self.incidents(fixture.path("reference.db")) == expected, "scanned twice")
        var packed: [String] = []
        for path in paths {
            if path.hasSuffix(".gz") || path.hasSuffix(".zst") {
                packed.append(path)
            } else {
                #expect(try Fixture.run("/usr/bin/env", ["gzip", "-k", path]).status == 0)
                packed.append(path + ".gz")
            }
        }
        try fixture.scan(packed, into: fixture.path("packed.db"))
        #expect(try Self.incidents(fixture.path("packed.db")) == expected, "gzipped copies")
        let again = try fixture.scan(packed, into: fixture.path("reference.db"))
        #expect(try Self.incidents(fixture.path("reference.db")) == expected, "gzipped copies after the plain ones")
        #expect(again.newIncidents == 0)
    }

    @Test func aSecondNightReadsNoMoreThanItMust() throws {
        let fixture = try Fixture()
        let paths = try Self.copies(fixture)
        let first = try fixture.scan(paths, into: fixture.path("db"))
        let second = try fixture.scan(paths, into: fixture.path("db"))
        #expect(second.newIncidents == 0 && second.grownIncidents == 0 && second.detections <= first.detections)
        for input in second.inputs {
            #expect(input.events == 0 && input.knownRecords == input.records && input.records > 0, "\(input.path)")
        }
    }

    @Test func aGrownLogIsContinued() throws {
        let fixture = try Fixture()
        let whole = try Data(contentsOf: URL(fileURLWithPath: Fixture.samples + "/attacks/auth-web-01.log"))
        let lines = whole.split(separator: 10, omittingEmptySubsequences: false)
        let path = fixture.path("auth.log")
        try whole.write(to: URL(fileURLWithPath: path))
        let expected = try Self.reference(fixture, [path])
        // Cut in the middle of a line, as a writer may be caught.
        let cuts = [lines.count / 7, lines.count / 3, lines.count / 2].map { line in
            lines[..<line].reduce(0) { $0 + $1.count + 1 } + 11
        }
        for cut in cuts {
            try whole.prefix(cut).write(to: URL(fileURLWithPath: path))
            try fixture.scan([path], into: fixture.path("grown.db"))
        }
        try whole.write(to: URL(fileURLWithPath: path))
        let last = try fixture.scan([path], into: fixture.path("grown.db"))
        #expect(try Self.incidents(fixture.path("grown.db")) == expected)
        #expect(last.inputs[0].knownRecords > 0 && last.inputs[0].events < last.inputs[0].records)
    }
}
