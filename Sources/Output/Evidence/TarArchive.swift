/// Named files in one: ustar (POSIX.1-1988), the same bytes for the same files. Names are plain (no folders) and short.
package enum TarArchive {
    package struct File: Equatable, Sendable {
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    private static let block = 512
    package static let maximumBytes = 1 << 30

    package static func write(_ files: [File]) -> [UInt8] {
        var archive: [UInt8] = []
        for file in files {
            archive += header(file)
            archive += file.bytes
            archive += [UInt8](repeating: 0, count: (block - file.bytes.count % block) % block)
        }
        return archive + [UInt8](repeating: 0, count: block * 2)
    }

    /// The files of an archive that `write` made; nil for anything else, also where a single byte differs from what
    /// `write` would make of these files.
    package static func read(_ archive: [UInt8]) -> [File]? {
        guard archive.count <= maximumBytes, archive.count % block == 0 else { return nil }
        var files: [File] = []
        var place = 0
        while place + block <= archive.count, archive[place] != 0 {
            let name = archive[place..<place + 100].prefix { $0 != 0 }
            let digits = archive[place + 124..<place + 135]
            guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
            let size = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
            guard size <= archive.count - place - block else { return nil }
            let start = place + block
            files.append(File(name: String(decoding: name, as: UTF8.self), bytes: Array(archive[start..<start + size])))
            place = start + (size + block - 1) / block * block
        }
        return write(files) == archive ? files : nil
    }

    private static func header(_ file: File) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: block)
        func put(_ text: String, at offset: Int) {
            for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
        }
        func octal(_ value: Int, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: max(0, digits - text.count)) + text
        }
        put(String(file.name.prefix(99)), at: 0)
        put("0000600\0", at: 100)
        put("0000000\0", at: 108)
        put("0000000\0", at: 116)
        put(octal(file.bytes.count, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar\0" + "00", at: 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
        return header
    }
}
