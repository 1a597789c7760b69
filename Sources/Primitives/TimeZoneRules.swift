internal import Glibc

/// The offsets of one time zone, read once from the system's zone files (TZif, RFC 8536) into a table that the hot path
/// searches without calling the system.
public struct TimeZoneRules: Sendable, Equatable {
    public let name: String
    /// UTC seconds from which an offset (seconds east of Greenwich) holds; the first entry holds for all time before.
    private let starts: [Int64]
    private let offsets: [Int]

    public static let utc = TimeZoneRules(name: "UTC", fixedOffsetSeconds: 0)

    public init(name: String, fixedOffsetSeconds: Int) {
        self.name = name
        starts = [.min]
        offsets = [fixedOffsetSeconds]
    }

    /// `UTC`, `Z`, `+07:00`, `-0330`, `local`, or a name of the zone database such as `Asia/Ho_Chi_Minh`.
    /// Nil where the system does not know the zone.
    public init?(named name: String) {
        if name == "UTC" || name == "Z" || name == "GMT" {
            self = .utc
            return
        }
        if let fixed = TimeZoneRules.fixedOffset(name) {
            self.init(name: name, fixedOffsetSeconds: fixed)
            return
        }
        let path = name == "local" ? "/etc/localtime" : "/usr/share/zoneinfo/" + name
        guard name == "local" || (!name.isEmpty && !name.contains("..") && !name.hasPrefix("/")) else { return nil }
        guard let data = TimeZoneRules.read(path) else {
            if name == "local" {
                self = .utc
                return
            }
            return nil
        }
        guard let table = data.withBytes({ TimeZoneRules.parse($0) }) else { return nil }
        self.init(name: name, starts: table.0, offsets: table.1)
    }

    private init(name: String, starts: [Int64], offsets: [Int]) {
        self.name = name
        self.starts = starts
        self.offsets = offsets
    }

    private static func fixedOffset(_ text: String) -> Int? {
        let digits = text.filter(\.isNumber)
        guard let sign = text.first, sign == "+" || sign == "-", digits.utf8.count == 4 || digits.utf8.count == 2,
            text.dropFirst().allSatisfy({ $0.isNumber || $0 == ":" }), let hours = Int(digits.prefix(2))
        else { return nil }
        let minutes = Int(digits.dropFirst(2)) ?? 0
        guard hours <= 15, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }

    /// Seconds east of Greenwich at a moment of UTC.
    public func offsetSeconds(atUTC seconds: Int64) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= seconds { low = middle } else { high = middle }
        }
        return offsets[low]
    }

    /// UTC seconds of a wall-clock reading. A reading that happens twice (clocks set back) is taken as the first; one
    /// that never happens (set forward) is taken with the offset that held before.
    public func utcSeconds(ofLocal local: Int64) -> Int64 {
        if offsets.count == 1 { return local - Int64(offsets[0]) }
        let before = offsetSeconds(atUTC: local - 86_400)
        let first = local - Int64(before)
        if offsetSeconds(atUTC: first) == before { return first }
        let after = offsetSeconds(atUTC: local + 86_400)
        let second = local - Int64(after)
        return offsetSeconds(atUTC: second) == after ? second : first
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var data = [UInt8](repeating: 0, count: 256 << 10)
        let length = fread(&data, 1, data.count, file)
        return length > 44 ? Array(data[..<length]) : nil
    }

    /// The 64-bit block of a version 2+ file (RFC 8536 section 3), and the footer's rule spelled out until 2100.
    private static func parse(_ file: Bytes) -> ([Int64], [Int])? {
        guard file.starts(with: "TZif"), file.count > 44 else { return nil }
        func counts(_ at: Int) -> [Int] { (0..<6).map { Int(file.bigEndian32(at: at + 20 + 4 * $0)) } }
        func length(_ count: [Int], _ size: Int) -> Int {
            44 + count[3] * size + count[3] + count[4] * 6 + count[5] + count[2] * (size + 4) + count[1] + count[0]
        }
        let first = counts(0)
        let base = file[4] >= 0x32 ? length(first, 4) : 0
        let size = base > 0 ? 8 : 4
        guard file.count >= base + 44 else { return nil }
        let count = counts(base)
        guard count[4] > 0, file.count >= base + length(count, size) else { return nil }
        let times = base + 44
        let kinds = times + count[3] * size
        let types = kinds + count[3]
        func offset(_ type: Int) -> Int {
            Int(Int32(bitPattern: file.bigEndian32(at: types + 6 * min(type, count[4] - 1))))
        }
        var starts: [Int64] = [.min]
        var offsets = [offset(0)]
        for index in 0..<count[3] {
            let at = times + index * size
            let low = UInt64(file.bigEndian32(at: at + size - 4))
            let start =
                size == 8
                ? Int64(bitPattern: UInt64(file.bigEndian32(at: at)) << 32 | low)
                : Int64(Int32(truncatingIfNeeded: low))
            starts.append(start)
            offsets.append(offset(Int(file[kinds + index])))
        }
        if size == 8 {
            let footer = file.dropping(min(file.count, base + length(count, size) + 1))
            let rule = PosixZone(footer.firstIndex(of: ASCII.newline).map { footer.slice(0, $0) } ?? footer)
            for (start, offset) in rule?.transitions(years: 1970...2100) ?? [] where start > starts[starts.count - 1] {
                starts.append(start)
                offsets.append(offset)
            }
        }
        return (starts, offsets)
    }
}
