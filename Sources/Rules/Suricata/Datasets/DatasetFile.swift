internal import Glibc
internal import Primitives
internal import Yams

/// How a dataset's file is written.
struct DatasetFormat {
    enum Layout: String {
        case csv
        case json
        case ndjson
        case jsonline
    }
    var layout = Layout.csv
    /// Keys with dots, of the value in each object and of the array of objects.
    var valueKey = ""
    var arrayKey = ""
}

/// Reads files of datasets: a value a line, base64 for strings, hexadecimal for digests, perhaps with a reputation
/// behind a comma; or JSON objects.
struct DatasetFile {
    let kind: Dataset.Kind
    let format: DatasetFormat
    private(set) var values: [[UInt8]: UInt16] = [:]

    /// Largest file read, bytes.
    static var maximumBytes: Int { 256 << 20 }

    init(kind: Dataset.Kind, format: DatasetFormat) {
        self.kind = kind
        self.format = format
    }

    /// Answers what is wrong, nil where nothing is.
    mutating func read(_ path: String) -> String? {
        guard let bytes = DatasetFile.bytes(of: path) else { return "\(path) cannot be read" }
        switch format.layout {
        case .csv: return readLines(bytes, path)
        case .json: return readDocument(bytes, path)
        case .ndjson, .jsonline: return readObjects(bytes, path)
        }
    }

    private mutating func readLines(_ bytes: [UInt8], _ path: String) -> String? {
        for (index, line) in bytes.split(separator: ASCII.newline, omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self).trimmed.filter { $0 != "\r" }
            if text.isEmpty || text.hasPrefix("#") { continue }
            let parts = text.split(separator: ",", maxSplits: 1).map { String($0).trimmed }
            guard let first = parts.first, let value = decode(first) else {
                return "\(path), line \(index + 1): \"\(text.prefix(40))\" is no \(kind.rawValue) of a dataset"
            }
            var reputation: UInt16 = 0
            if parts.count > 1 {
                guard let number = UInt16(parts[1]) else {
                    return "\(path), line \(index + 1): \"\(parts[1].prefix(40))\" is no reputation from 0 to 65535"
                }
                reputation = number
            }
            values[value] = reputation
        }
        return nil
    }

    private func decode(_ text: String) -> [UInt8]? {
        switch kind {
        case .string: return Primitives.Base64.decode(Array(text.utf8))
        case .md5: return DatasetFile.hexadecimal(text, bytes: 16)
        case .sha256: return DatasetFile.hexadecimal(text, bytes: 32)
        case .ipv4, .ip: return IPAddress(text).map { DatasetFile.bytes($0) }
        }
    }

    private mutating func readDocument(_ bytes: [UInt8], _ path: String) -> String? {
        guard let node = try? Yams.compose(yaml: String(decoding: bytes, as: UTF8.self)) else {
            return "\(path) is no JSON"
        }
        guard let list = DatasetFile.find(format.arrayKey, in: node)?.sequence else {
            return "\(path) has no array of objects at \"\(format.arrayKey)\""
        }
        for object in list where !take(object) {
            return "\(path) has an object whose \"\(format.valueKey)\" is no \(kind.rawValue)"
        }
        return nil
    }

    private mutating func readObjects(_ bytes: [UInt8], _ path: String) -> String? {
        for (index, line) in bytes.split(separator: ASCII.newline, omittingEmptySubsequences: false).enumerated() {
            if line.allSatisfy({ $0 == ASCII.space || $0 == ASCII.carriageReturn }) { continue }
            guard let node = try? Yams.compose(yaml: String(decoding: line, as: UTF8.self)), take(node) else {
                return "\(path), line \(index + 1): no object whose \"\(format.valueKey)\" is a \(kind.rawValue)"
            }
        }
        return nil
    }

    private mutating func take(_ object: Node) -> Bool {
        guard let text = DatasetFile.find(format.valueKey, in: object)?.string else { return false }
        let plain = kind == .string ? Array(text.utf8) : decode(text)
        guard let plain else { return false }
        values[plain] = 0
        return true
    }

    private static func find(_ path: String, in node: Node) -> Node? {
        var at: Node? = node
        for part in path.split(separator: ".") { at = at?[String(part)] }
        return at
    }

    static func hexadecimal(_ text: String, bytes: Int) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == bytes * 2 else { return nil }
        var result: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = ASCII.hexValue(digits[index]), let low = ASCII.hexValue(digits[index + 1]) else {
                return nil
            }
            result.append(high << 4 | low)
        }
        return result
    }

    /// 4 or 16 bytes, as `ip.src` has them.
    static func bytes(_ address: IPAddress) -> [UInt8] {
        if let v4 = address.v4 { return (0..<4).map { UInt8(truncatingIfNeeded: v4 >> UInt32(24 - 8 * $0)) } }
        return [address.high, address.low].flatMap { half in
            (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) }
        }
    }

    private static func bytes(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &block, block.count)
            if count == 0 { return all }
            guard count > 0, all.count + count <= maximumBytes else { return nil }
            all += block[..<count]
        }
    }
}
