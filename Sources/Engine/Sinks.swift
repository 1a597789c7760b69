internal import Events
internal import Foundation
internal import Output
internal import Primitives

/// The files of `--detections` and `--eve`, written as results come out of the collector, in its order.
final class Sinks {
    private var detections: FileHandle?
    private var eve: FileHandle?
    private let detectionsPath: String
    private let evePath: String
    private let masker: Masker?

    init(options: EngineOptions) throws {
        masker = options.masker
        detectionsPath = options.detectionsPath ?? ""
        evePath = options.evePath ?? ""
        detections = try Sinks.open(options.detectionsPath)
        eve = try Sinks.open(options.evePath)
    }

    private static func open(_ path: String?) throws -> FileHandle? {
        guard let path, !path.isEmpty else { return nil }
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw EngineError.output(path: path, reason: String(cString: strerror(errno))) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ found: [Detection], path: String, kind: InputLedger.Kind, eve lines: [UInt8] = []) throws {
        if let detections, !found.isEmpty {
            var writer = JSONWriter()
            for detection in found {
                DetectionJSON.encode(masker?.masked(detection) ?? detection, source: path, kind: kind, into: &writer)
            }
            try write(writer.bytes.array, to: detections, path: detectionsPath)
        }
        if let eve, !lines.isEmpty { try write(lines, to: eve, path: evePath) }
    }

    private func write(_ bytes: [UInt8], to file: FileHandle, path: String) throws {
        do {
            try file.write(contentsOf: bytes)
        } catch {
            throw EngineError.output(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
