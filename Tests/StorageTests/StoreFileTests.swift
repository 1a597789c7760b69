import Events
import Foundation
internal import GRDB
import Primitives
import Storage
import Testing

@Suite struct StoreFileTests {
    let folder = TemporaryFolder()

    private func error(_ path: String, _ mode: Store.Mode = .write) -> StoreError? {
        do {
            _ = try Store(path: path, mode: mode)
            return nil
        } catch {
            return error
        }
    }

    private func execute(_ sql: String, _ path: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
    }

    @Test func madeWithItsFolderForItsOwnerOnly() throws {
        _ = try Store(path: folder.store)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.store)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func foreignAndBrokenFilesAreRefusedAndLeftAlone() throws {
        let foreign = folder.path + "/foreign.db"
        try execute("CREATE TABLE other (x)", foreign)
        let before = try Data(contentsOf: URL(fileURLWithPath: foreign))
        #expect(error(foreign) == .foreign(path: foreign))
        #expect(try Data(contentsOf: URL(fileURLWithPath: foreign)) == before)
        let text = folder.path + "/text.db"
        try String(repeating: "not a database\n", count: 100).write(toFile: text, atomically: false, encoding: .utf8)
        #expect(error(text) == .notADatabase(path: text))
        #expect(error(folder.path) != nil)
        let missing = folder.path + "/none.db"
        #expect(error(missing, .read) == .missing(path: missing))
        #expect(error(missing, .triage) == .missing(path: missing))
        #expect(!FileManager.default.fileExists(atPath: missing))
    }

    @Test func newerAndOlderSchemas() throws {
        _ = try Store(path: folder.store)
        try execute("PRAGMA user_version = 99", folder.store)
        #expect(error(folder.store) == .newer(path: folder.store, found: 99, known: 9))
        try execute("PRAGMA user_version = 1", folder.store)
        #expect(error(folder.store, .read) == .older(path: folder.store, found: 1, known: 9))
    }

    @Test func notWritable() throws {
        // Root may write anywhere: a folder in the way of the file is what stops everybody.
        let blocked = folder.path + "/file"
        try "x".write(toFile: blocked, atomically: false, encoding: .utf8)
        guard case .notWritable? = error(blocked + "/store.db") else {
            Issue.record("expected notWritable")
            return
        }
        _ = try Store(path: folder.store)
        let reader = try Store(path: folder.store, mode: .read)
        #expect(throws: StoreError.self) { try reader.commit(Make.chunk(from: 0, to: 1)) }
    }

    @Test func secondWriterIsToldWhoHolds() throws {
        let now = Make.time(0)
        var first: Store? = try Store(path: folder.store, command: "nightjar scan /var/log", now: now)
        guard case .locked(_, let holder)? = error(folder.store) else {
            Issue.record("expected locked")
            return
        }
        #expect(holder.process == getpid())
        #expect(holder.command == "nightjar scan /var/log")
        #expect(holder.started == now.iso8601)
        #expect("\(StoreError.locked(path: "p", holder: holder))".contains("process \(getpid())"))
        // The same file by another name is the same store.
        let link = folder.path + "/link.db"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.store)
        #expect(error(link) != nil)
        #expect(first != nil)
        first = nil
        #expect(error(folder.store) == nil)
    }

    @Test func lockOfAKilledProcessIsTaken() throws {
        _ = try Store(path: folder.store)
        // A process that holds the lock and is killed leaves its name behind, and nothing else.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--no-fork", folder.store + ".lock", "sleep", "60"]
        try process.run()
        var seen: StoreError?
        for _ in 0..<200 where seen == nil {
            seen = error(folder.store)
            usleep(10_000)
        }
        try "4242\nold-host\nnightjar scan\n2026-03-12T00:00:00.000Z\n"
            .write(toFile: folder.store + ".lock", atomically: false, encoding: .utf8)
        seen = error(folder.store)
        guard case .locked(_, let holder)? = seen else {
            Issue.record("the other process never held the lock")
            return
        }
        #expect(holder.process == 4242)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(error(folder.store) == nil)
    }

    @Test func readersAndTriageWorkBesideAWriter() throws {
        let writer = try Store(path: folder.store)
        try writer.commit(Make.chunk(from: 0, to: 10))
        let incident = Make.incident([Make.detection(1)])
        try writer.replaceIncidents([incident])
        let reader = try Store(path: folder.store, mode: .read)
        #expect(try reader.detectionCount() == 10)
        var seen = 0
        try reader.forEachDetection { _ in
            if seen == 0 { try writer.commit(Make.chunk(from: 10, to: 20)) }
            seen += 1
        }
        #expect(seen == 10)
        #expect(try reader.detectionCount() == 20)
        let desk = try Store(path: folder.store, mode: .triage)
        try desk.triage(.acknowledge, on: incident.id, by: Make.analyst)
        #expect(try reader.incidents().first?.status == .acknowledged)
        #expect(try writer.replaceIncidents([incident]) == IncidentChanges())
    }

    @Test func analystsWritingAtOnceLoseNothing() async throws {
        let path = folder.store
        let writer = try Store(path: path)
        let incident = Make.incident([Make.detection(1)])
        try writer.replaceIncidents([incident])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for desk in 0..<3 {
                group.addTask {
                    let store = try Store(path: path, mode: .triage)
                    for number in 0..<20 {
                        try store.triage(.comment("\(desk)-\(number)"), on: incident.id, by: Make.analyst)
                    }
                }
            }
            group.addTask {
                for from in 0..<20 { try writer.commit(Make.chunk(from: from * 10, to: from * 10 + 10)) }
            }
            try await group.waitForAll()
        }
        #expect(try writer.verifyAudit() == .sound(entries: 60))
        let details = try writer.history(of: incident.id).compactMap(\.detail)
        #expect(Set(details).count == 60)
        #expect(try writer.detectionCount() == 200)
    }

    @Test func fullDiskKeepsWhatWasCommitted() throws {
        var store: Store? = try Store(path: folder.store, maximumBytes: 600_000)
        var committed = 0
        var full: StoreError?
        for from in stride(from: 0, to: 100_000, by: 100) where full == nil {
            do {
                try store?.commit(Make.chunk(from: from, to: from + 100))
                committed = from + 100
            } catch {
                full = error
            }
        }
        #expect(full == .full(path: folder.store))
        #expect(committed > 0)
        // What did not get in is not taken for stored; a little still fits.
        var more = 0
        for number in committed..<committed + 3 {
            if (try? store?.commit(detections: [Make.detection(number, evidence: false)])) != nil { more += 1 }
        }
        #expect(more > 0)
        store = nil
        let again = try Store(path: folder.store)
        #expect(try again.detectionCount() == committed + more)
        #expect(try again.detections(ids: [Make.detection(committed).id]).count == 1)
        #expect(try again.checkpoint(identity: Make.id(-1))?.offset == Int64(committed * 100))
    }

    @Test func halfAChunkIsNothing() throws {
        let store = try Store(path: folder.store)
        try store.commit(Make.chunk(from: 0, to: 5))
        // A trigger stands for whatever may go wrong in the middle of a transaction.
        try execute(
            "CREATE TRIGGER stop BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(ABORT, 'power cut'); END", folder.store
        )
        #expect(throws: StoreError.self) {
            var chunk = Make.chunk(input: 2, from: 5, to: 9)
            chunk.detections = [Make.detection(7, rule: Make.rule("fresh"))]
            try store.commit(chunk)
        }
        #expect(try store.detectionCount() == 5)
        #expect(try store.observationCount() == 5)
        #expect(try store.rule("fresh")?.id == nil)
        try execute("DROP TRIGGER stop", folder.store)
        var chunk = Make.chunk(input: 2, from: 5, to: 9)
        chunk.detections = [Make.detection(7, rule: Make.rule("fresh"))]
        try store.commit(chunk)
        #expect(try store.detections(ofRules: ["fresh"]).count == 1)
    }

    @Test func writeAheadLogOfAKilledWriterIsReplayedUpToTheLastCommit() throws {
        let writer = try Store(path: folder.store)
        try writer.commit(Make.chunk(from: 0, to: 50))
        // What a kill leaves: the file and its log as they are now, the last transaction only half in the log.
        let copy = folder.path + "/copy.db"
        try FileManager.default.copyItem(atPath: folder.store, toPath: copy)
        let committed = try Data(contentsOf: URL(fileURLWithPath: folder.store + "-wal"))
        try writer.commit(Make.chunk(from: 50, to: 90))
        let more = try Data(contentsOf: URL(fileURLWithPath: folder.store + "-wal"))
        #expect(more.count > committed.count)
        let cut = committed.count + (more.count - committed.count) / 2
        try more.prefix(cut).write(to: URL(fileURLWithPath: copy + "-wal"))
        let survivor = try Store(path: copy)
        #expect(try survivor.detectionCount() == 50)
        try survivor.commit(Make.chunk(from: 50, to: 90))
        #expect(try survivor.detectionCount() == 90)
    }

    /// Killed in the middle of its very first transactions, before there was a write-ahead log: what is half done is
    /// undone, and the store is made.
    @Test func halfDoneBeginningsAreUndone() throws {
        let live = folder.path + "/live.db"
        let store = folder.path + "/killed.db"
        let queue = try DatabaseQueue(path: live)
        try queue.writeWithoutTransaction { database in
            // A page of cache: changes go to the file, and before them what was there to the journal.
            try database.execute(
                sql: """
                    CREATE TABLE t (x); INSERT INTO t VALUES (zeroblob(500000)); DROP TABLE t; PRAGMA cache_size = 1;
                    BEGIN; CREATE TABLE u (x); INSERT INTO u VALUES (zeroblob(900000));
                    """)
            for suffix in ["", "-journal"] {
                try FileManager.default.copyItem(atPath: live + suffix, toPath: store + suffix)
            }
            try database.execute(sql: "ROLLBACK")
        }
        #expect(throws: (any Error).self) {
            var configuration = Configuration()
            configuration.readonly = true
            _ = try DatabaseQueue(path: store, configuration: configuration).read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master")
            }
        }
        #expect(error(store) == nil)
        #expect(!FileManager.default.fileExists(atPath: store + "-journal"))
    }

    /// Killed between the list of migrations and the first migration.
    @Test func anEmptyListOfMigrationsIsNobodysDatabase() throws {
        let store = folder.path + "/begun.db"
        try execute("CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)", store)
        #expect(error(store) == nil)
    }
}
