package import Events
internal import Foundation
internal import Output
internal import Primitives

extension AnalystDesk {
    /// Writes an incident's evidence to `target`: an archive where the name ends in .tar, else a folder. Answers what
    /// was written, in words.
    /// - Parameter keyPath: PEM of an Ed25519 private key to sign with
    package func exportEvidence(_ incident: Incident, to target: String?, keyPath: String?) throws -> String {
        let key = try keyPath.map { path in
            guard let key = Ed25519.privateKey(pem: try AnalystDesk.text(path)) else {
                throw DeskError.selection("\(path) holds no Ed25519 private key: nightjar evidence key makes one")
            }
            return key
        }
        let bundle = try EvidenceBundle(incident, store: store, key: key, masker: masker)
        let path = target ?? "nightjar-\(incident.id.description.prefix(8)).tar"
        guard !FileManager.default.fileExists(atPath: path) else {
            throw DeskError.selection("\(path) exists already: evidence overwrites nothing")
        }
        if path.hasSuffix(".tar") {
            try AnalystDesk.write(TarArchive.write(bundle.files), to: path)
        } else {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            for file in bundle.files { try AnalystDesk.write(file.bytes, to: path + "/" + file.name) }
        }
        let files = counted(Int64(bundle.files.count), "file")
        return
            "\(TerminalText.escaped(path)): \(files)\(key == nil ? "" : ", signed")"
    }

    package struct EvidenceVerdict {
        package var problems: [String]
        package var text: String
    }

    /// Checks a bundle, archive or folder; no store is needed.
    /// - Parameter keyPath: PEM of the public key that must have signed it
    package static func verifyEvidence(_ path: String, keyPath: String?) throws -> EvidenceVerdict {
        let trusted = try keyPath.map { keyPath in
            guard let key = Ed25519.publicKey(pem: try text(keyPath)) else {
                throw DeskError.selection("\(keyPath) holds no Ed25519 public key")
            }
            return key
        }
        let files = try bundle(path)
        guard let files else {
            return EvidenceVerdict(problems: ["the archive is not as it was written"], text: "")
        }
        let check = EvidenceCheck(files, trusted: trusted)
        let signed =
            check.signer.map {
                "signed with key \($0.prefix(16))" + (trusted == nil ? " (of whom, you must know)" : "")
            }
            ?? "not signed"
        return EvidenceVerdict(
            problems: check.problems, text: "\(counted(Int64(check.count), "file")) as sealed, \(signed)")
    }

    /// Nil where an archive is damaged.
    private static func bundle(_ path: String) throws -> [TarArchive.File]? {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw DeskError.selection("\(path): there is no such file")
        }
        if !isFolder.boolValue { return TarArchive.read(try bytes(path)) }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        guard names.count <= 100 else { throw DeskError.selection("\(path) is no evidence bundle") }
        return try names.map { TarArchive.File(name: $0, bytes: try bytes(path + "/" + $0)) }
    }

    /// Makes a key pair: the private key at `path`, for its owner only, the public one beside it.
    package static func makeKey(_ path: String) throws -> String {
        guard !FileManager.default.fileExists(atPath: path), !FileManager.default.fileExists(atPath: path + ".pub")
        else { throw DeskError.selection("\(path) or \(path).pub exists already: a key overwrites nothing") }
        let key = Ed25519.newKey()
        guard let open = Ed25519.publicKey(of: key) else { throw DeskError.selection("libcrypto knows no Ed25519") }
        try write(Array(Ed25519.privatePEM(key).utf8), to: path)
        try write(Array(Ed25519.publicPEM(open).utf8), to: path + ".pub")
        return "\(TerminalText.escaped(path)) signs, \(TerminalText.escaped(path)).pub checks"
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw DeskError.selection("\(path) cannot be written") }
    }

    static func bytes(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DeskError.selection("\(path) cannot be read")
        }
        return [UInt8](data)
    }

    private static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }
}
