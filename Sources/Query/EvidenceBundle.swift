internal import Events
internal import Output
internal import Primitives
internal import Storage

/// What proves an incident, in files that stand for themselves: made here, checked anywhere.
struct EvidenceBundle {
    private(set) var files: [TarArchive.File] = []
    static let manifestName = "MANIFEST"
    static let signatureName = "MANIFEST.sig"
    static let keyName = "MANIFEST.pub"

    /// Gathers all that is stored of an incident. `key` (Ed25519) signs the manifest.
    /// `masker` writes secrets over; what is sealed is what is handed on.
    init(_ incident: Incident, store: Store, key: [UInt8]?, masker: Masker? = nil) throws {
        let stored = try store.detections(of: incident)
        let incident = masker?.masked(incident) ?? incident
        let detections = masker.map { masker in stored.map { masker.masked($0) } } ?? stored
        let inputs = Set(incident.inputs + detections.flatMap { $0.events.map(\.input) })
        let paths = try store.paths(of: inputs.sorted())
        var writer = JSONWriter()
        CaseJSON.encode(incident, detections: detections, paths: paths, into: &writer)
        add("incident.json", writer.bytes.array)
        let pieces = EvidenceBundle.pieces(detections)
        add("lines.jsonl", EvidenceBundle.lines(pieces, paths))
        add("lines.raw", pieces.filter { $0.linkType == nil }.flatMap { $0.bytes + [0x0A] })
        let kept = try store.slices(of: incident)
        let slices = masker.map { masker in kept.map { masker.masked($0) } } ?? kept
        if let capture = EvidenceBundle.capture(detections, slices, paths) { add("flow.pcapng", capture) }
        add("acts.jsonl", EvidenceBundle.acts(try store.history(of: incident.id)))
        add("README.txt", Array(EvidenceBundle.readme(incident, slices, isSigned: key != nil).utf8))
        seal(key)
    }

    private mutating func add(_ name: String, _ bytes: [UInt8]) {
        files.append(TarArchive.File(name: name, bytes: bytes))
    }

    /// As `sha256sum` writes it, so that its `-c` checks it.
    private mutating func seal(_ key: [UInt8]?) {
        let lines = files.map { file in "\(file.bytes.withBytes { sha256Hex($0) })  \(file.name)\n" }
        let manifest = Array(lines.joined().utf8)
        add(EvidenceBundle.manifestName, manifest)
        guard let key, let signature = Ed25519.sign(manifest, key: key), let open = Ed25519.publicKey(of: key) else {
            return
        }
        add(EvidenceBundle.signatureName, signature)
        add(EvidenceBundle.keyName, Array(Ed25519.publicPEM(open).utf8))
    }

    /// Each record once, in the order of the detections.
    private static func pieces(_ detections: [Detection]) -> [Evidence] {
        var seen: Set<EvidencePlace> = []
        return detections.flatMap(\.evidence).filter { seen.insert(EvidencePlace($0)).inserted }
    }

    private static func lines(_ pieces: [Evidence], _ paths: [ContentID: String]) -> [UInt8] {
        var writer = JSONWriter()
        for piece in pieces where piece.linkType == nil {
            writer.beginObject()
            writer.key("file")
            writer.string(paths[piece.event.input] ?? "")
            writer.key("input")
            writer.string(piece.event.input.description)
            writer.key("line")
            writer.integer(piece.event.number)
            writer.key("offset")
            writer.integer(piece.event.offset)
            writer.key("length")
            writer.integer(piece.event.length)
            writer.key("kept")
            writer.integer(piece.bytes.count)
            writer.key("sha256")
            writer.string(piece.digest.hex)
            writer.key("text")
            piece.bytes.withBytes { writer.string($0) }
            writer.key("base64")
            writer.string(Base64.encode(piece.bytes))
            writer.endObject()
            writer.newline()
        }
        return writer.bytes.array
    }

    /// Every kept packet once, by capture and number; nil where there is none.
    private static func capture(
        _ detections: [Detection], _ slices: [PacketSlice], _ paths: [ContentID: String]
    ) -> [UInt8]? {
        struct Place: Hashable {
            var capture: String
            var number: UInt64
        }
        var packets: [Place: KeptPacket] = [:]
        var comments: [Place: [String]] = [:]
        let sliced = Dictionary(slices.map { ($0.detection, $0) }) { first, _ in first }
        for detection in detections {
            guard let input = detection.events.first?.input else { continue }
            let capture = paths[input] ?? input.description
            let hit = sliced[detection.id].map(\.hit) ?? detection.events.first?.number ?? 0
            for packet in sliced[detection.id]?.packets ?? [] {
                packets[Place(capture: capture, number: packet.number)] = packet
            }
            for piece in detection.evidence {
                guard let linkType = piece.linkType else { continue }
                let place = Place(capture: capture, number: piece.event.number)
                if packets[place] != nil { continue }
                packets[place] = KeptPacket(
                    number: piece.event.number, time: detection.first, wireLength: UInt32(piece.event.length),
                    linkType: linkType, bytes: piece.bytes)
            }
            comments[Place(capture: capture, number: hit), default: []]
                .append("\(detection.rule.id) \(detection.rule.title)")
        }
        guard !packets.isEmpty else { return nil }
        var file = PcapngFile(application: "nightjar")
        for (place, packet) in packets.sorted(by: { ($0.key.capture, $0.key.number) < ($1.key.capture, $1.key.number) })
        {
            file.add(packet, capture: place.capture, comment: comments[place]?.joined(separator: "\n"))
        }
        return file.bytes
    }

    /// Acts as JSON Lines.
    static func acts(_ history: some Sequence<AuditEntry>) -> [UInt8] {
        var writer = JSONWriter()
        for entry in history {
            writer.beginObject()
            writer.key("number")
            writer.integer(entry.sequence)
            writer.key("time")
            writer.time(entry.time)
            for (name, value) in [
                ("who", entry.who), ("from", entry.origin), ("act", entry.act), ("subject", entry.subject),
                ("before", entry.before), ("after", entry.after),
            ] {
                writer.key(named: name)
                writer.string(value)
            }
            writer.endObject()
            writer.newline()
        }
        return writer.bytes.array
    }

    private static func readme(_ incident: Incident, _ slices: [PacketSlice], isSigned: Bool) -> String {
        let packets = slices.reduce(0) { $0 + $1.packets.count }
        return """
            Evidence of incident \(incident.id)
            \(TerminalText.escaped(incident.title))
            about \(TerminalText.escaped(incident.entity.kind)) \(IncidentTable.entity(incident.entity))
            from \(incident.first.iso8601) to \(incident.last.iso8601) (UTC)

            incident.json  the incident, its detections, and the bytes they stand on (text and Base64, with SHA-256)
            lines.jsonl    the log records: file, line, offset in the decompressed file, SHA-256, text, Base64
            lines.raw      the same records as they were read, a newline behind each
            flow.pcapng    packets around each hit, for Wireshark and its like (\(packets) kept; absent where the
                           incident stands on logs alone)
            acts.jsonl     what analysts did with the incident
            MANIFEST       SHA-256 of each file above: sha256sum -c MANIFEST\(isSigned ? "\n" + signed : "")

            A record or packet longer than \(Evidence.maximumBytes) bytes is kept up to there; its own length stands
            beside it. nightjar evidence verify checks all of it, on any machine.

            """
    }

    private static let signed = """
        MANIFEST.sig   Ed25519 signature of MANIFEST; MANIFEST.pub is the key it was made with:
                       openssl pkeyutl -verify -pubin -inkey MANIFEST.pub -rawin -in MANIFEST -sigfile MANIFEST.sig
        """
}

/// Whether a bundle is what was sealed.
struct EvidenceCheck {
    private(set) var problems: [String] = []
    /// SHA-256 of the key's 32 bytes, where a good signature is there.
    private(set) var signer: String?
    private(set) var count = 0

    /// - Parameter trusted: the public key that must have signed it; nil: any, or none
    init(_ files: [TarArchive.File], trusted: [UInt8]?) {
        guard let manifest = files.first(where: { $0.name == EvidenceBundle.manifestName }) else {
            problems = ["it holds no MANIFEST"]
            return
        }
        checkFiles(files, manifest.bytes)
        checkSignature(files, manifest.bytes, trusted)
    }

    private mutating func checkFiles(_ files: [TarArchive.File], _ manifest: [UInt8]) {
        let beside = [EvidenceBundle.manifestName, EvidenceBundle.signatureName, EvidenceBundle.keyName]
        var left = Dictionary(files.filter { !beside.contains($0.name) }.map { ($0.name, $0.bytes) }) { first, _ in
            first
        }
        if Set(files.map(\.name)).count != files.count { problems.append("it holds a file twice") }
        guard manifest.last == 0x0A else {
            problems.append("MANIFEST is cut short")
            return
        }
        for line in manifest.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false) {
            let text = String(decoding: line, as: UTF8.self)
            let (hash, name) = (String(text.prefix(64)), String(text.dropFirst(66)))
            guard text.dropFirst(64).prefix(2) == "  ", let bytes = left.removeValue(forKey: name) else {
                problems.append("MANIFEST names \(TerminalText.escaped(name)), which is not there")
                continue
            }
            count += 1
            if bytes.withBytes({ sha256Hex($0) }) != hash { problems.append("\(name) is not what was sealed") }
        }
        problems += left.keys.sorted().map { "\(TerminalText.escaped($0)) is not in MANIFEST" }
    }

    private mutating func checkSignature(_ files: [TarArchive.File], _ manifest: [UInt8], _ trusted: [UInt8]?) {
        let signature = files.first { $0.name == EvidenceBundle.signatureName }?.bytes
        let named = files.first { $0.name == EvidenceBundle.keyName }?.bytes
        if signature == nil && named == nil {
            if trusted != nil { problems.append("it is not signed") }
            return
        }
        guard let signature, let named, let key = Ed25519.publicKey(pem: String(decoding: named, as: UTF8.self)),
            Array(Ed25519.publicPEM(key).utf8) == named, Ed25519.verify(signature, of: manifest, publicKey: key)
        else {
            problems.append("the signature does not fit")
            return
        }
        if let trusted, trusted != key { problems.append("it is signed with another key than the one given") }
        signer = key.withBytes { sha256Hex($0) }
    }
}
