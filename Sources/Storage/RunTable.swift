package import Events
internal import GRDB
package import Primitives

extension Store {
    /// Opens the ledger of a run and answers its number. A run that never finishes stays visible as such.
    package func beginRun(command: String, at time: Timestamp = wallClock()) throws(StoreError) -> Int64 {
        var ledger = RunLedger()
        ledger.command = command
        ledger.started = time
        return try write { try RunTable.write(ledger, id: nil, finished: nil, $0) }
    }

    /// Closes the ledger of the run `ledger.id`, with the account of every input.
    package func finishRun(_ ledger: RunLedger) throws(StoreError) {
        try write { database in
            _ = try RunTable.write(ledger, id: ledger.id, finished: ledger.finished, database)
            try RunTable.write(ledger.inputs, of: ledger.id, database)
            try RunTable.write(ledger.deadRules, of: ledger.id, database)
        }
    }

    package func lastRun() throws(StoreError) -> RunLedger? {
        try read { database in
            let id = try RawStatement(database, "SELECT max(id) FROM runs").first { $0.isNull(0) ? nil : $0.integer(0) }
            return try id.flatMap { $0 }.flatMap { try RunTable.run($0, database) }
        }
    }

    /// Runs that began within a time, latest first.
    package func runs(from: Timestamp, to: Timestamp, limit: Int) throws(StoreError) -> [RunLedger] {
        try read { database in
            let statement = try RawStatement(
                database,
                """
                SELECT id FROM runs r WHERE started BETWEEN ?1 AND ?2 OR EXISTS (SELECT 1 FROM run_inputs i
                    WHERE i.run = r.id AND i.last >= ?1 AND i.first <= ?2) ORDER BY id DESC LIMIT ?3
                """)
            statement.bind(1, from)
            statement.bind(2, to)
            statement.bind(3, limit)
            return try statement.all { $0.integer(0) }.compactMap { try RunTable.run($0, database) }
        }
    }

    /// Rules that had nothing to look at in the last run that read something.
    package func deadRules() throws(StoreError) -> [DeadRule] {
        try read { database in
            let last = try RawStatement(
                database,
                "SELECT max(r.id) FROM runs r JOIN run_inputs i ON i.run = r.id WHERE i.events > 0 AND r.finished > 0"
            ).first { $0.isNull(0) ? nil : $0.integer(0) }
            return try (last ?? nil).map { try RunTable.deadRules(of: $0, database) } ?? []
        }
    }

    package func run(_ id: Int64) throws(StoreError) -> RunLedger? {
        try read { try RunTable.run(id, $0) }
    }
}

enum RunTable {
    static func write(_ ledger: RunLedger, id: Int64?, finished: Timestamp?, _ database: Database) throws -> Int64 {
        let statement = try RawStatement(
            database,
            """
            INSERT INTO runs (id, started, finished, command, rules_loaded, rules_refused, detections, new_incidents,
                grown_incidents, incomplete, evictions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET started = excluded.started, finished = excluded.finished,
                command = excluded.command, rules_loaded = excluded.rules_loaded,
                rules_refused = excluded.rules_refused, detections = excluded.detections,
                new_incidents = excluded.new_incidents, grown_incidents = excluded.grown_incidents,
                incomplete = excluded.incomplete, evictions = excluded.evictions
            RETURNING id
            """)
        statement.bind(1, id)
        statement.bind(2, ledger.started)
        statement.bind(3, finished?.nanoseconds)
        statement.bind(4, ledger.command)
        statement.bind(5, ledger.rulesLoaded)
        statement.bind(6, ledger.rulesRefused)
        statement.bind(7, ledger.detections)
        statement.bind(8, ledger.newIncidents)
        statement.bind(9, ledger.grownIncidents)
        statement.bind(10, ledger.isIncomplete)
        statement.bind(11, counts(ledger.evictions))
        return try statement.all { $0.integer(0) }.first ?? 0
    }

    static func write(_ inputs: [InputLedger], of run: Int64, _ database: Database) throws {
        let delete = try RawStatement(database, "DELETE FROM run_inputs WHERE run = ?")
        delete.bind(1, run)
        try delete.run()
        let statement = try RawStatement(
            database,
            """
            INSERT INTO run_inputs (run, ordinal, path, input, sensor, kind, format, bytes_read, bytes_decoded, records,
                events, not_understood, transactions, unread, dropped, bytes_dropped, known_bytes, known_records,
                first, last, problem, jumps)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        for (ordinal, input) in inputs.enumerated() {
            statement.bind(1, run)
            statement.bind(2, ordinal)
            statement.bind(3, input.path)
            statement.bind(4, input.input)
            statement.bind(5, input.sensor)
            statement.bind(6, input.kind.rawValue)
            statement.bind(7, input.format)
            let numbers: [(Int32, Int64)] = [
                (8, input.bytesRead), (9, input.bytesDecoded), (10, input.records), (11, input.events),
                (12, input.messagesNotUnderstood), (13, input.transactions), (16, input.bytesDropped),
                (17, input.knownBytes), (18, input.knownRecords),
            ]
            for (column, number) in numbers { statement.bind(column, number) }
            statement.bind(14, counts(input.unread))
            statement.bind(15, counts(input.dropped))
            statement.bind(19, input.firstEvent)
            statement.bind(20, input.lastEvent)
            statement.bind(21, input.problem)
            statement.bind(22, counts(named(input.jumps)))
            try statement.run()
        }
    }

    static func write(_ rules: [DeadRule], of run: Int64, _ database: Database) throws {
        let delete = try RawStatement(database, "DELETE FROM dead_rules WHERE run = ?")
        delete.bind(1, run)
        try delete.run()
        let insert = try RawStatement(
            database, "INSERT OR IGNORE INTO dead_rules (run, rule, title, reason) VALUES (?, ?, ?, ?)")
        for rule in rules {
            insert.bind(1, run)
            insert.bind(2, rule.rule)
            insert.bind(3, rule.title)
            insert.bind(4, rule.reason)
            try insert.run()
        }
    }

    static func deadRules(of run: Int64, _ database: Database) throws -> [DeadRule] {
        let statement = try RawStatement(
            database, "SELECT rule, title, reason FROM dead_rules WHERE run = ? ORDER BY rule")
        statement.bind(1, run)
        return try statement.all { DeadRule(rule: $0.text(0), title: $0.text(1), reason: $0.text(2)) }
    }

    static func run(_ id: Int64, _ database: Database) throws -> RunLedger? {
        let statement = try RawStatement(
            database,
            """
            SELECT started, finished, command, rules_loaded, rules_refused, detections, new_incidents, grown_incidents,
                evictions FROM runs WHERE id = ?
            """)
        statement.bind(1, id)
        let found = try statement.first { row in
            var run = RunLedger()
            run.id = id
            run.started = row.time(0)
            run.finished = row.isNull(1) ? .none : row.time(1)
            run.command = row.text(2)
            run.rulesLoaded = row.int(3)
            run.rulesRefused = row.int(4)
            run.detections = row.integer(5)
            run.newIncidents = row.int(6)
            run.grownIncidents = row.int(7)
            run.evictions = counts(row, 8)
            return run
        }
        guard var run = found else { return nil }
        run.inputs = try inputs(of: id, database)
        run.deadRules = try deadRules(of: id, database)
        return run
    }

    private static func inputs(of run: Int64, _ database: Database) throws -> [InputLedger] {
        let statement = try RawStatement(
            database,
            """
            SELECT path, input, sensor, kind, format, bytes_read, bytes_decoded, records, events, not_understood,
                transactions, unread, dropped, bytes_dropped, known_bytes, known_records, first, last, problem,
                jumps FROM run_inputs WHERE run = ? ORDER BY ordinal
            """)
        statement.bind(1, run)
        return try statement.all { row in
            var input = InputLedger(path: row.text(0))
            input.input = row.optionalID(1)
            input.sensor = row.optionalText(2)
            input.kind = InputLedger.Kind(rawValue: row.text(3)) ?? .unknown
            input.format = row.text(4)
            input.bytesRead = row.integer(5)
            input.bytesDecoded = row.integer(6)
            input.records = row.integer(7)
            input.events = row.integer(8)
            input.messagesNotUnderstood = row.integer(9)
            input.transactions = row.integer(10)
            input.unread = counts(row, 11)
            input.dropped = counts(row, 12)
            input.bytesDropped = row.integer(13)
            input.knownBytes = row.integer(14)
            input.knownRecords = row.integer(15)
            input.firstEvent = row.time(16)
            input.lastEvent = row.time(17)
            input.problem = row.optionalText(18)
            input.jumps = jumps(counts(row, 19))
            return input
        }
    }

    private static func named(_ jumps: ClockJumps) -> [String: Int64] {
        let all = [
            "back": jumps.back, "longest back": jumps.longestBackSeconds, "forward": jumps.forward,
            "longest forward": jumps.longestForwardSeconds,
        ]
        return all.filter { $0.value != 0 }
    }

    private static func jumps(_ numbers: [String: Int64]) -> ClockJumps {
        var jumps = ClockJumps()
        jumps.back = numbers["back"] ?? 0
        jumps.longestBackSeconds = numbers["longest back"] ?? 0
        jumps.forward = numbers["forward"] ?? 0
        jumps.longestForwardSeconds = numbers["longest forward"] ?? 0
        return jumps
    }

    /// Numbers by name, names sorted.
    private static func counts(_ counts: [String: Int64]) -> String {
        JSONValue.object(counts.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }).text
    }

    private static func counts(_ row: RawStatement, _ column: Int32) -> [String: Int64] {
        let members = JSONReader.read(row.bytes(column))?.members ?? []
        return Dictionary(members.map { ($0.name, $0.value.number ?? 0) }) { first, _ in first }
    }
}
