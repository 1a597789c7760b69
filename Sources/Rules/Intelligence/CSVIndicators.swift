internal import Primitives

/// A list of comma-separated values (RFC 4180) whose first line, possibly behind `#`, names its columns: one of them
/// the value, and where there are, its type, a note and when it expires. Names are those that exports use.
enum CSVIndicators {
    private static let valueNames = [
        "indicator", "ioc", "ioc_value", "value", "ip", "ip_address", "dst_ip", "domain", "hostname", "host", "url",
        "hash", "md5", "sha1", "sha256", "sha256_hash", "ja3", "ja3_md5", "ja4",
    ]
    private static let typeNames = ["type", "ioc_type", "indicator_type", "kind"]
    private static let noteNames = [
        "note", "description", "comment", "threat", "malware", "malware_printable", "threat_type", "tags", "reason",
        "signature", "listingreason",
    ]
    private static let expiryNames = ["expires", "valid_until", "expiry", "expiration", "expires_at"]

    /// A first line of at least one comma that names a column of values, or two columns that have one.
    static func isIt(_ text: Bytes) -> Bool {
        guard let head = header(text) else { return false }
        return !head.names.isEmpty
    }

    /// The names of the columns, in lower case, and where the rows begin.
    private static func header(_ text: Bytes) -> (names: [String], rows: Int)? {
        var at = 0
        for _ in 0..<64 where at < text.count {
            let end = text.firstIndex(of: ASCII.newline, from: at) ?? text.count
            var line = text.slice(at, end).text.withoutOuterSpace
            let isComment = line.hasPrefix("#")
            while line.hasPrefix("#") || line.hasPrefix(" ") { line.removeFirst() }
            let names = cells(line).map { $0.withoutOuterSpace.lowercased() }
            if names.count > 1, names.contains(where: { valueNames.contains($0) }) { return (names, end + 1) }
            if !isComment && !line.isEmpty { return nil }
            at = end + 1
        }
        return nil
    }

    static func read(_ text: Bytes, _ list: inout IndicatorList, _ take: (Indicator) -> Void) {
        guard let (names, start) = header(text) else { return }
        func place(_ words: [String]) -> Int? { words.lazy.compactMap { names.firstIndex(of: $0) }.first }
        guard let value = place(valueNames) else { return }
        let (type, note, expiry) = (place(typeNames), place(noteNames), place(expiryNames))
        let columnHint = IndicatorTypes.kind(names[value])
        var at = start
        while at < text.count {
            let end = rowEnd(text, at)
            let row = text.slice(at, end).text.withoutOuterSpace
            at = end + 1
            if row.isEmpty || row.hasPrefix("#") { continue }
            let fields = CSVIndicators.cells(row)
            func cell(_ place: Int?) -> String {
                guard let place, fields.indices.contains(place) else { return "" }
                return fields[place].withoutOuterSpace
            }
            var written = cell(value)
            let hint = type.flatMap { IndicatorTypes.kind(cell($0)) } ?? columnHint
            if hint == .address || cell(type) == "ip:port" { written = IndicatorTypes.withoutPort(written) }
            list.add(written, hint: hint, note: cell(note), expires: IndicatorTypes.seconds(cell(expiry)), take)
        }
    }

    /// The end of a row: a line's end outside of quotes.
    private static func rowEnd(_ text: Bytes, _ from: Int) -> Int {
        var isQuoted = false
        var at = from
        while at < text.count {
            let byte = text.start[at]
            if byte == ASCII.quote { isQuoted.toggle() }
            if byte == ASCII.newline, !isQuoted { return at }
            at += 1
        }
        return text.count
    }

    static func cells(_ row: String) -> [String] {
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        var characters = row[...]
        while let character = characters.popFirst() {
            if character == "\"" {
                if isQuoted, characters.first == "\"" {
                    cell.append("\"")
                    characters.removeFirst()
                } else if isQuoted || cell.allSatisfy({ $0 == " " }) {
                    isQuoted.toggle()
                    if isQuoted { cell = "" }
                } else {
                    cell.append(character)
                }
            } else if character == ",", !isQuoted {
                cells.append(cell)
                cell = ""
            } else {
                cell.append(character)
            }
        }
        return cells + [cell]
    }
}

/// Words for kinds of indicators, as lists, STIX patterns and MISP attributes have them.
enum IndicatorTypes {
    private static let words: [String: IndicatorKind] = [
        "ip": .address, "ipv4": .address, "ipv6": .address, "ip_address": .address, "ip-src": .address,
        "ip-dst": .address, "ip-dst|port": .address, "ip-src|port": .address, "ip:port": .address,
        "address": .address, "dst_ip": .address, "ipv4-addr": .address, "ipv6-addr": .address, "cidr": .network,
        "network": .network, "domain": .domain, "hostname": .domain, "host": .domain, "fqdn": .domain,
        "domain-name": .domain, "url": .url, "uri": .url, "link": .url, "md5": .hash, "sha1": .hash, "sha-1": .hash,
        "sha256": .hash, "sha-256": .hash, "hash": .hash, "sha256_hash": .hash, "md5_hash": .hash, "sha1_hash": .hash,
        "filename|md5": .hash, "filename|sha1": .hash, "filename|sha256": .hash, "ja3": .ja3, "ja3_md5": .ja3,
        "ja3-fingerprint-md5": .ja3, "ja4": .ja4, "ja4-fingerprint": .ja4,
    ]

    static func kind(_ word: String) -> IndicatorKind? { words[word.lowercased()] }

    /// `192.0.2.1:443`, `192.0.2.1|443` as the address alone.
    static func withoutPort(_ text: String) -> String {
        if let bar = text.firstIndex(of: "|") { return String(text[..<bar]) }
        let colons = text.filter { $0 == ":" }.count
        guard colons == 1, let colon = text.firstIndex(of: ":") else { return text }
        return String(text[..<colon])
    }

    /// A day or a moment (ISO 8601, UTC unless it says otherwise), or seconds since 1970; nil for anything else.
    static func seconds(_ text: String) -> Int64? {
        if text.isEmpty { return nil }
        if let number = Int64(text), number > 100_000_000 { return number }
        let parts = text.split { !$0.isNumber }.map { Int($0) ?? 0 }
        guard parts.count >= 3, (1970...9999).contains(parts[0]), (1...12).contains(parts[1]),
            (1...31).contains(parts[2])
        else { return nil }
        let clock = Array(parts.dropFirst(3).prefix(3)) + [0, 0, 0]
        // Days from civil (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
        let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
        let era = year / 400
        let ofEra = year - era * 400
        let ofYear = (153 * (parts[1] + (parts[1] > 2 ? -3 : 9)) + 2) / 5 + parts[2] - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        let isDay = parts.count == 3
        return Int64(days) * 86_400 + (isDay ? 86_399 : Int64(clock[0] * 3600 + clock[1] * 60 + clock[2]))
    }
}
