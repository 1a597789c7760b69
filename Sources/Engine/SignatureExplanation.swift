internal import Acquisition
internal import Events
internal import Foundation
internal import Matching
internal import Network
internal import Output
internal import Primitives
internal import Rules

/// Why a signature fires on a capture, or what it failed at: the signature is asked piece by piece (`SignatureStages`),
/// by the matcher that scans use, and the piece that nothing in the capture passes is what it failed at.
package struct SignatureExplanation {
    package struct Stage {
        package var label: String
        /// Packets, runs of stream or transactions that passed.
        package var hits = 0
    }

    /// What came closest: the first thing that passed the last stage which anything passed.
    package struct Closest {
        package var packet: UInt64
        package var flow: UInt64
        package var parties: String
        package var application: String
        package var isToServer: Bool
        /// The buffer that the next stage looks into: its name, its length, its first bytes. Nil where there is none.
        package var buffer: (name: String, length: Int, excerpt: String)?
    }

    package private(set) var id = ""
    package private(set) var title = ""
    package private(set) var stages: [Stage] = []
    package private(set) var closest: Closest?
    package private(set) var packets: Int64 = 0
    package private(set) var flows: Int64 = 0
    package private(set) var problem: String?

    /// Whether the whole signature was passed. Thresholds are not counted.
    package var fires: Bool { (stages.last?.hits ?? 0) > 0 }

    private static let maximumExcerpt = 96

    /// `sid` is a number or GID:SID. Throws where there is no such signature, or the capture cannot be read.
    package init(sid: String, capture: String, options: EngineOptions) throws {
        let rules = try RuleDesk.load(options)
        guard let signature = rules.signatures.first(where: { $0.info.id == sid || $0.info.id == "1:" + sid }) else {
            throw EngineError.noInput("no signature \(sid) is loaded: give its file with --rules PATH")
        }
        id = signature.info.id
        title = signature.info.title
        let asked = try SignatureExplanation.stages(of: signature, options)
        stages = asked.map { Stage(label: $0.label) }
        let setters = SignatureExplanation.setters(for: signature, in: rules.signatures)
        let matcher = SignatureMatcher(signatures: setters + asked.map(\.signature))
        try read(capture, options, matcher, setters.count, asked.map(\.signature))
    }

    private static func stages(
        of signature: Signature, _ options: EngineOptions
    ) throws -> [(label: String, signature: Signature)] {
        let file = signature.info.origin.file
        guard let data = FileManager.default.contents(atPath: file),
            let text = SignatureStages.find(signature.info.id, in: String(decoding: data, as: UTF8.self)),
            let stages = SignatureStages(text)
        else { throw EngineError.noInput("\(file): the signature's text could not be read again") }
        var configuration = try options.suricataConfiguration.map { try SuricataSettings(path: $0) }
        let parsing = configuration?.parseOptions() ?? SignatureParseOptions()
        var found: [(label: String, signature: Signature)] = []
        for stage in stages.stages {
            // A stage that is no signature by itself is asked together with the next.
            let parsed = SignatureParser.parse(text: stage.text, file: file, options: parsing)
            if let made = parsed.signatures.first { found.append((stage.label, made)) }
        }
        return found
    }

    /// Signatures that set the bits and counters that this one asks for.
    private static func setters(for signature: Signature, in all: [Signature]) -> [Signature] {
        if signature.flowbits.isEmpty && signature.hostbits.isEmpty && signature.flowints.isEmpty { return [] }
        return all.filter {
            $0.info.id != signature.info.id && $0.action != .pass
                && !($0.flowbits.isEmpty && $0.hostbits.isEmpty && $0.flowints.isEmpty)
        }
    }

    private mutating func read(
        _ path: String, _ options: EngineOptions, _ matcher: SignatureMatcher, _ first: Int, _ asked: [Signature]
    ) throws {
        let found = InputFinder.find([path], sensors: [], assets: [])
        guard let spec = found.inputs.first else {
            let problem = found.problems.first.map { "\($0.path): \($0.message)" }
            throw EngineError.noInput(problem ?? "\(path): nothing there")
        }
        let reader = try InputReader(spec)
        guard reader.kind == .capture else { throw EngineError.noInput("\(path): this is no capture") }
        var network = options.network
        network.frames = matcher.frames
        let decoder = CaptureDecoder(options: network)
        let session = matcher.makeSession()
        let (batch, inspection) = (PacketBatch(), InspectionBatch())
        let events = EventBatch(registry: FieldRegistry())
        var more = true
        while more {
            more = try reader.read(into: batch)
            if more {
                decoder.decode(batch, inspection: inspection, events: events)
            } else {
                decoder.finish(inspection: inspection, events: events)
            }
            var hits: [SignatureHit] = []
            session.match(inspection, into: &hits)
            for hit in hits where Int(hit.signature) >= first {
                note(Int(hit.signature) - first, Int(hit.item), inspection, asked)
            }
        }
        packets = decoder.counters.packets
        flows = decoder.counters.flows
        problem = reader.problem
    }

    private var closestStage: Int { stages.lastIndex { $0.hits > 0 } ?? -1 }

    private mutating func note(_ stage: Int, _ index: Int, _ inspection: InspectionBatch, _ asked: [Signature]) {
        let isFurther = stage > closestStage
        stages[stage].hits += 1
        guard isFurther else { return }
        let item = inspection.items[index]
        let next = stage + 1 < asked.count ? asked[stage + 1].sections.last?.view.kind : nil
        let toServer = item.direction == .toServer
        let client = "\(item.key.client):\(item.key.clientPort)"
        let server = "\(item.key.server):\(item.key.serverPort)"
        closest = Closest(
            packet: item.packetNumber, flow: item.flow,
            parties: item.flow == 0
                ? "\(item.header.source) -> \(item.header.destination)"
                : toServer ? "\(client) -> \(server)" : "\(server) -> \(client)",
            application: item.application.rawValue, isToServer: toServer,
            buffer: next.flatMap { buffer($0, item, inspection) })
    }

    private func buffer(
        _ kind: BufferKind, _ item: InspectionItem, _ inspection: InspectionBatch
    ) -> (name: String, length: Int, excerpt: String)? {
        for place in Int(item.firstBuffer)..<Int(item.firstBuffer) + Int(item.bufferCount) {
            let buffer = inspection.buffers[place]
            guard buffer.kind == kind || kind == .payload && buffer.kind == .stream else { continue }
            let bytes = inspection.bytes(of: buffer)
            return (
                kind == .payload ? "payload" : kind.rawValue, bytes.count,
                SignatureExplanation.shown(bytes.prefix(SignatureExplanation.maximumExcerpt))
            )
        }
        return nil
    }

    /// Bytes as `content` writes them: what is not printable stands in hexadecimal between bars.
    private static func shown(_ bytes: Bytes) -> String {
        var text = ""
        var inHex = false
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let isPlain = byte >= 0x20 && byte < 0x7F && byte != 0x7C && byte != 0x22
            if isPlain == inHex { text += "|" }
            inHex = !isPlain
            if isPlain {
                text += String(UnicodeScalar(byte))
            } else {
                let digits = String(byte, radix: 16)
                text += (text.hasSuffix("|") ? "" : " ") + (byte < 16 ? "0" : "") + digits
            }
        }
        return inHex ? text + "|" : text
    }
}
