internal import Events
internal import Glibc
internal import Output
internal import Primitives

/// The files of `--detections` and `--eve`, written as results come out of the collector, in its order.
final class Sinks {
    private var detections: OutputFile?
    private var eve: OutputFile?
    private let masker: Masker?

    init(options: EngineOptions) throws {
        masker = options.masker
        detections = try Sinks.open(options.detectionsPath)
        eve = try Sinks.open(options.evePath)
    }

    private static func open(_ path: String?) throws -> OutputFile? {
        guard let path, !path.isEmpty else { return nil }
        return try OutputFile(path)
    }

    func write(_ found: [Detection], path: String, kind: InputLedger.Kind, eve lines: OwnedBytes = .empty) throws {
        if let detections, !found.isEmpty {
            var writer = JSONWriter()
            for detection in found {
                DetectionJSON.encode(masker?.masked(detection) ?? detection, source: path, kind: kind, into: &writer)
            }
            try detections.write(writer.bytes)
        }
        if let eve, !lines.isEmpty { try lines.withBytes { try eve.write($0) } }
    }
}

/// A file that is written from its beginning on.
private final class OutputFile {
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw failure }
    }

    deinit { close(descriptor) }

    func write(_ bytes: Bytes) throws {
        guard FullWrite.write(bytes, to: descriptor) else { throw failure }
    }

    private var failure: EngineError { .output(path: path, reason: String(cString: strerror(errno))) }
}
