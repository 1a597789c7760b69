package import Events
internal import GRDB
internal import Glibc
internal import Primitives

extension Store {
    /// From here on secrets are written over before they are stored. The key of their digests lies beside the store, in
    /// a file for its owner only, so that the store alone does not give them away; it is made where there is none.
    package func mask(with rules: [MaskRule]) throws(StoreError) {
        masker = rules.isEmpty ? nil : Masker(rules: rules, key: try MaskKey.key(of: path))
    }

    /// A masker with this store's key, for what is handed on.
    package func masker(for rules: [MaskRule]) throws(StoreError) -> Masker? {
        rules.isEmpty ? nil : Masker(rules: rules, key: try MaskKey.key(of: path))
    }

    /// How many secrets of each kind were written over when they were stored, over all runs.
    package func maskCounts() throws(StoreError) -> [(name: String, count: Int64)] {
        try read { database in
            try RawStatement(database, "SELECT name, value FROM meta WHERE name LIKE 'masked %' ORDER BY name").all {
                (String($0.text(0).dropFirst("masked ".count)), Int64($0.text(1)) ?? 0)
            }
        }
    }

    /// Adds what was written over in this transaction to the sums.
    func noteMasked(_ database: Database) throws {
        guard let counts = masker?.takeCounts(), !counts.isEmpty else { return }
        let add = try RawStatement(
            database,
            """
            INSERT INTO meta (name, value) VALUES ('masked ' || ?1, ?2)
            ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + ?2 AS TEXT)
            """)
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
            add.bind(1, name)
            add.bind(2, "\(count)")
            try add.run()
        }
    }

    /// A chunk as it is stored.
    func masked(_ chunk: StoredChunk) -> StoredChunk {
        guard let masker else { return chunk }
        var result = chunk
        result.detections = chunk.detections.map { masker.masked($0) }
        result.observations = chunk.observations.map { masker.masked($0) }
        result.slices = chunk.slices.map { masker.masked($0) }
        result.sightings = chunk.sightings.map { masker.masked($0) }
        return result
    }
}

/// 32 random bytes in `<store>.mask-key`, mode 0600.
private enum MaskKey {
    private static let length = 32

    static func key(of path: String) throws(StoreError) -> [UInt8] {
        if path == ":memory:" { return random() }
        let file = path + ".mask-key"
        if let known = try read(file) { return known }
        let key = random()
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == EEXIST, let known = try read(file) { return known }
        guard descriptor >= 0 else { throw .notWritable(path: file, reason: systemReason()) }
        defer { close(descriptor) }
        guard write(descriptor, key, length) == length, fsync(descriptor) == 0 else {
            throw .notWritable(path: file, reason: systemReason())
        }
        return key
    }

    /// Nil where there is no such file.
    private static func read(_ file: String) throws(StoreError) -> [UInt8]? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw .notWritable(path: file, reason: systemReason())
        }
        defer { close(descriptor) }
        var key = [UInt8](repeating: 0, count: length)
        guard Glibc.read(descriptor, &key, length) == length else {
            throw .refused(reason: "\(file) is no key of \(length) bytes: equal secrets could not be told any more")
        }
        return key
    }

    /// From the system's generator (getrandom).
    private static func random() -> [UInt8] {
        var source = SystemRandomNumberGenerator()
        return (0..<length).map { _ in UInt8.random(in: 0...255, using: &source) }
    }
}
