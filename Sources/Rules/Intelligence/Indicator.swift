internal import Primitives

/// What an entry of threat intelligence is.
public enum IndicatorKind: UInt8, CaseIterable, Sendable {
    case address
    case network
    /// A name, and all names below it.
    case domain
    /// Without its scheme: `example.org/path?query`.
    case url
    /// MD5, SHA-1 or SHA-256 of a file, in hexadecimal.
    case hash
    case ja3
    case ja4

    package var word: String {
        switch self {
        case .address: "address"
        case .network: "network"
        case .domain: "domain"
        case .url: "URL"
        case .hash: "hash"
        case .ja3: "JA3"
        case .ja4: "JA4"
        }
    }
}

/// One entry as its list has it, its value brought into the form in which events are compared.
package struct Indicator: Equatable, Sendable {
    package var kind: IndicatorKind
    package var value: String
    /// What the list says of it; empty where it says nothing.
    package var note = ""
    /// Seconds since 1970 after which it no longer counts; nil: always.
    package var expires: Int64?

    package init(kind: IndicatorKind, value: String, note: String = "", expires: Int64? = nil) {
        self.kind = kind
        self.value = value
        self.note = note
        self.expires = expires
    }
}

/// Reads values of indicators: which kind they are, and in which form they are kept.
enum IndicatorValue {
    static let maximumBytes = 2048

    /// The kind that a value has by its looks; nil for what is none. `hint`: what its list says it is.
    static func read(_ written: String, hint: IndicatorKind? = nil) -> (kind: IndicatorKind, value: String)? {
        let text = refanged(written.withoutOuterSpace)
        guard !text.isEmpty, text.utf8.count <= maximumBytes else { return nil }
        switch hint {
        case .address, .network: return address(text)
        case .domain: return domain(text).map { (.domain, $0) }
        case .url: return url(text).map { (.url, $0) }
        case .hash: return isHash(text) ? (.hash, text.lowercased()) : nil
        case .ja3: return isHexadecimal(text, 32) ? (.ja3, text.lowercased()) : nil
        case .ja4: return isJA4(text) ? (.ja4, text.lowercased()) : nil
        case nil: break
        }
        if let found = address(text) { return found }
        if isHash(text) { return (.hash, text.lowercased()) }
        if isJA4(text) { return (.ja4, text.lowercased()) }
        if text.firstRange(of: "://") != nil || text.contains("/") { return url(text).map { (.url, $0) } }
        return domain(text).map { (.domain, $0) }
    }

    /// `hxxp://evil[.]example` as it was before it was made harmless.
    private static func refanged(_ text: String) -> String {
        guard text.contains("[") || text.lowercased().hasPrefix("hxxp") else { return text }
        var result = text.replacing("[.]", with: ".").replacing("[:]", with: ":").replacing("(.)", with: ".")
            .replacing("[dot]", with: ".").replacing("[://]", with: "://")
        if result.lowercased().hasPrefix("hxxp") { result = "http" + result.dropFirst(4) }
        return result
    }

    private static func address(_ text: String) -> (IndicatorKind, String)? {
        if let address = IPAddress(text) { return (.address, address.description) }
        guard text.contains("/"), let network = IPNetwork(text) else { return nil }
        // A network of a single address is that address.
        return network.prefix == 128 ? (.address, network.address.description) : (.network, network.description)
    }

    /// A name of at least two labels, without a final dot and a leading `*.`.
    static func domain(_ written: String) -> String? {
        var text = written.lowercased()
        if text.hasPrefix("*.") { text.removeFirst(2) }
        if text.hasSuffix(".") { text.removeLast() }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, labels.count >= 2, let last = labels.last, !last.allSatisfy(\.isNumber) else {
            return nil
        }
        for label in labels {
            guard (1...63).contains(label.utf8.count), label.utf8.allSatisfy({ isNameByte($0) }) else { return nil }
        }
        return text
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || isDigit(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Host in lower case, then path and query as they stand; without scheme, user, the scheme's own port and fragment.
    static func url(_ written: String) -> String? {
        var rest = written[...]
        var port = ""
        if let scheme = rest.firstRange(of: "://") {
            port = ["http": ":80", "https": ":443"][rest[..<scheme.lowerBound].lowercased()] ?? ""
            rest = rest[scheme.upperBound...]
        }
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        var host = rest[..<end].lowercased()
        if let at = host.lastIndex(of: "@") { host = String(host[host.index(after: at)...]) }
        if !port.isEmpty, host.hasSuffix(port) { host.removeLast(port.count) }
        let name = host.prefix { $0 != ":" }
        guard domain(String(name)) != nil || IPAddress(String(name)) != nil || host.hasPrefix("[") else { return nil }
        let path = rest[end...]
        return host + (path.isEmpty ? "/" : path.hasPrefix("?") ? "/" + path : String(path))
    }

    private static func isHash(_ text: String) -> Bool { [32, 40, 64].contains { isHexadecimal(text, $0) } }

    private static func isHexadecimal(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20) }
    }

    /// `t13d1516h2_8daaf6152771_e5627efa2ab1` (github.com/FoxIO-LLC/ja4, technical details).
    private static func isJA4(_ text: String) -> Bool {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 10, let first = parts[0].utf8.first else { return false }
        return [UInt8(ascii: "t"), UInt8(ascii: "q"), UInt8(ascii: "d")].contains(first | 0x20)
            && isHexadecimal(String(parts[1]), 12) && isHexadecimal(String(parts[2]), 12)
    }
}
