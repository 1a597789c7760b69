internal import Events
internal import Glibc
internal import Primitives

/// `--extract-files`: writes each file that the network carried whole into a folder, named by its SHA-256. What came
/// only in part is left out.
struct FileExtraction {
    let folder: String
    /// Bytes of a file that are kept: one that has as many may be longer.
    let limit: Int

    /// Writes the files of a batch. Answers how many could not be written.
    func extract(_ inspection: InspectionBatch) -> Int64 {
        var failed: Int64 = 0
        for item in inspection.items where item.kind == .transaction {
            var size: Int?
            for place in Int(item.firstBuffer)..<Int(item.firstBuffer) + Int(item.bufferCount) {
                let buffer = inspection.buffers[place]
                if buffer.kind == .fileSize { size = FileExtraction.number(inspection.bytes(of: buffer)) }
            }
            for place in Int(item.firstBuffer)..<Int(item.firstBuffer) + Int(item.bufferCount) {
                let buffer = inspection.buffers[place]
                guard buffer.kind == .fileData, buffer.length > 0, buffer.streamOffset == 0, buffer.length < limit,
                    size == nil || size == Int(buffer.length)
                else { continue }
                if !write(inspection.bytes(of: buffer)) { failed += 1 }
            }
        }
        return failed
    }

    private static func number(_ bytes: Bytes) -> Int {
        var value = 0
        for index in 0..<min(bytes.count, 8) { value = value << 8 | Int(bytes[index]) }
        return value
    }

    /// Makes the folder; false where that fails.
    func prepare() -> Bool { mkdir(folder, 0o700) == 0 || errno == EEXIST }

    /// True where the file is there, written now or before. Nothing that is there is ever changed.
    private func write(_ content: Bytes) -> Bool {
        let path = folder + "/" + sha256Hex(content)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if file < 0 { return errno == EEXIST }
        defer { close(file) }
        if FullWrite.write(content, to: file) { return true }
        unlink(path)
        return false
    }
}
