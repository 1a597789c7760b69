internal import Primitives

/// A request target taken apart (RFC 9112 section 3.2): origin form `/path?query`, or absolute form with its authority.
struct HTTPTarget {
    var authority = Bytes.empty
    var path = Bytes.empty
    /// Without the question mark; `hasQuery` tells an empty one from none.
    var query = Bytes.empty
    var hasQuery = false
    var fragment = Bytes.empty

    init(_ target: Bytes, isConnect: Bool) {
        if isConnect && (target.isEmpty || target[0] != ASCII.slash) {
            authority = target
            return
        }
        var rest = target
        if !rest.isEmpty, rest[0] != ASCII.slash, let scheme = rest.firstIndex(of: "://"), scheme < 16 {
            let after = rest.dropping(scheme + 3)
            let end = HTTPTarget.end(ofAuthority: after)
            authority = after.slice(0, end)
            rest = after.dropping(end)
        }
        if let hash = rest.firstIndex(of: 0x23) {
            fragment = rest.dropping(hash + 1)
            rest = rest.slice(0, hash)
        }
        if let question = rest.firstIndex(of: ASCII.question) {
            query = rest.dropping(question + 1)
            hasQuery = true
            rest = rest.slice(0, question)
        }
        path = rest
    }

    private static func end(ofAuthority text: Bytes) -> Int {
        for index in 0..<text.count {
            let byte = text.start[index]
            if byte == ASCII.slash || byte == ASCII.question || byte == 0x23 { return index }
        }
        return text.count
    }
}

/// A host without its user part and port, as `http.host` has it (lower case is the caller's business).
enum HTTPHost {
    static func name(in authority: Bytes) -> Bytes {
        var host = authority.trimmed
        if let at = host.lastIndex(of: 0x40) { host = host.dropping(at + 1) }
        if !host.isEmpty, host[0] == ASCII.openBracket {
            let end = host.firstIndex(of: ASCII.closeBracket).map { $0 + 1 } ?? host.count
            return host.slice(0, end)
        }
        if let colon = host.firstIndex(of: ASCII.colon) { host = host.slice(0, colon) }
        return host
    }

    /// What stands behind the colon, whether it is a port or not; nil without a colon.
    static func portText(in authority: Bytes) -> Bytes? {
        let host = authority.trimmed
        guard let colon = host.lastIndex(of: ASCII.colon) else { return nil }
        if let bracket = host.lastIndex(of: ASCII.closeBracket), bracket > colon { return nil }
        return host.dropping(colon + 1)
    }

    /// Whether a name can be a host: labels of letters, digits, hyphens and underscores (RFC 1123 section 2.1, and what
    /// is in use), or an IPv6 address in brackets.
    static func isValid(_ name: Bytes) -> Bool {
        if name.isEmpty || name.count > 255 { return false }
        if name[0] == ASCII.openBracket {
            guard name[name.count - 1] == ASCII.closeBracket, name.count > 3 else { return false }
            for index in 1..<name.count - 1
            where ASCII.hexValue(name[index]) == nil && name[index] != ASCII.colon && name[index] != ASCII.dot {
                return false
            }
            return true
        }
        var label = 0
        for index in 0..<name.count {
            switch name[index] {
            case ASCII.dot:
                if label == 0 { return false }
                label = 0
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, ASCII.minus, 0x5F:
                label += 1
                if label > 63 { return false }
            default: return false
            }
        }
        return true
    }

    /// Equal but for case.
    static func same(_ left: Bytes, _ right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where ASCII.lower(left.start[index]) != ASCII.lower(right.start[index]) {
            return false
        }
        return true
    }

    static func port(in authority: Bytes) -> Int? {
        let host = authority.trimmed
        guard let colon = host.lastIndex(of: ASCII.colon) else { return nil }
        return host.dropping(colon + 1).decimal.flatMap { $0 <= 65_535 ? $0 : nil }
    }
}

/// Normalises a target as Suricata's `http.uri` is documented: percent-decoding, `%u` decoding, backslashes as slashes,
/// runs of slashes as one and dot segments taken out in the path; percent-decoding alone in the query.
struct HTTPNormaliser {
    private let memory: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var count = 0

    init(limit: Int) {
        capacity = limit + 16
        memory = .allocate(capacity: capacity)
    }

    func release() { memory.deallocate() }

    /// Valid until the next call.
    mutating func normalise(_ target: HTTPTarget) -> Bytes {
        count = 0
        decode(target.path, isPath: true)
        removeDotSegments()
        if target.hasQuery {
            push(ASCII.question)
            decode(target.query, isPath: false)
        }
        if !target.fragment.isEmpty {
            push(0x23)
            decode(target.fragment, isPath: false)
        }
        return Bytes(start: memory, count: count)
    }

    private mutating func push(_ byte: UInt8) {
        guard count < capacity else { return }
        memory[count] = byte
        count += 1
    }

    private mutating func decode(_ text: Bytes, isPath: Bool) {
        var at = 0
        while at < text.count {
            var byte = text.start[at]
            at += 1
            if byte == ASCII.percent, let decoded = HTTPNormaliser.decodePercent(text, at) {
                byte = decoded.byte
                at = decoded.next
            }
            if isPath {
                if byte == ASCII.backslash { byte = ASCII.slash }
                if byte == ASCII.slash && count > 0 && memory[count - 1] == ASCII.slash { continue }
            }
            push(byte)
        }
    }

    /// `%HH` or `%uHHHH` behind the percent sign at `at - 1`; nil where it is neither.
    private static func decodePercent(_ text: Bytes, _ at: Int) -> (byte: UInt8, next: Int)? {
        if at + 5 <= text.count, text.start[at] | 0x20 == 0x75 {
            var value: UInt16 = 0
            for index in 1...4 {
                guard let digit = ASCII.hexValue(text.start[at + index]) else { return nil }
                value = value << 4 | UInt16(digit)
            }
            return (bestFit(value), at + 5)
        }
        guard at + 2 <= text.count, let high = ASCII.hexValue(text.start[at]),
            let low = ASCII.hexValue(text.start[at + 1])
        else { return nil }
        return (high << 4 | low, at + 2)
    }

    /// One byte for a UTF-16 unit: itself, the ASCII form of a full-width character, or a question mark.
    private static func bestFit(_ unit: UInt16) -> UInt8 {
        if unit < 0x100 { return UInt8(unit) }
        if unit >= 0xFF01 && unit <= 0xFF5E { return UInt8(unit - 0xFEE0) }
        return ASCII.question
    }

    /// RFC 3986 section 5.2.4, in place.
    private mutating func removeDotSegments() {
        var read = 0
        var write = 0
        while read < count {
            var end = read
            while end < count, memory[end] != ASCII.slash { end += 1 }
            let length = end - read
            let hasSlash = end < count
            if length == 1 && memory[read] == ASCII.dot {
                read = hasSlash ? end + 1 : end
                continue
            }
            if length == 2 && memory[read] == ASCII.dot && memory[read + 1] == ASCII.dot {
                write = parent(of: write)
                read = hasSlash ? end + 1 : end
                continue
            }
            while read < end {
                memory[write] = memory[read]
                write += 1
                read += 1
            }
            if hasSlash {
                memory[write] = ASCII.slash
                write += 1
                read += 1
            }
        }
        count = write
    }

    /// Where the last segment before `end` begins: behind the slash before it, never before the leading slash.
    private func parent(of end: Int) -> Int {
        guard end > 1 else { return end }
        var at = end - 1
        while at > 0, memory[at - 1] != ASCII.slash { at -= 1 }
        return at
    }
}
