internal import Primitives

/// Writes the parts of a cache entry, one behind the other.
package struct CacheWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func put(_ number: Int) {
        withUnsafeBytes(of: Int64(number).littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func put(_ text: String) { put(Array(text.utf8)) }

    package mutating func put(texts: [String]) {
        put(texts.count)
        for text in texts { put(text) }
    }

    /// Elements as they lie in memory: only plain values may be written so.
    package mutating func put<Element>(_ elements: [Element]) {
        precondition(_isPOD(Element.self), "a cache holds plain values")
        put(elements.count)
        elements.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    package mutating func put<Element>(lists: [[Element]]) {
        put(lists.map { Int32($0.count) })
        put(lists.flatMap { $0 })
    }
}

/// A cache entry ends too early, or holds what cannot be.
package struct CacheDamage: Error {
    package init() {}
}

/// Reads what `CacheWriter` wrote. Throws `CacheDamage` at the end of the bytes.
package struct CacheReader {
    private let bytes: [UInt8]
    private var at = 0

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package mutating func number() throws(CacheDamage) -> Int {
        guard at + 8 <= bytes.count else { throw CacheDamage() }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: Int64.self) }
        at += 8
        return Int(Int64(littleEndian: value))
    }

    package mutating func text() throws(CacheDamage) -> String {
        let count = try length(of: 1)
        defer { at += count }
        return bytes.withUnsafeBytes { String(decoding: $0[at..<at + count], as: UTF8.self) }
    }

    package mutating func texts() throws(CacheDamage) -> [String] {
        var texts: [String] = []
        for _ in 0..<max(0, try number()) { texts.append(try text()) }
        return texts
    }

    package mutating func elements<Element>(_ type: Element.Type) throws(CacheDamage) -> [Element] {
        precondition(_isPOD(Element.self), "a cache holds plain values")
        let count = try length(of: MemoryLayout<Element>.stride)
        defer { at += count * MemoryLayout<Element>.stride }
        return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
            bytes.withUnsafeBytes { raw in
                let part = UnsafeRawBufferPointer(rebasing: raw[at..<at + count * MemoryLayout<Element>.stride])
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: part)
            }
            initialized = count
        }
    }

    package mutating func lists<Element>(_ type: Element.Type) throws(CacheDamage) -> [[Element]] {
        let counts = try elements(Int32.self)
        let all = try elements(Element.self)
        var lists: [[Element]] = []
        lists.reserveCapacity(counts.count)
        var from = 0
        for count in counts {
            guard count >= 0, from + Int(count) <= all.count else { throw CacheDamage() }
            lists.append(Array(all[from..<from + Int(count)]))
            from += Int(count)
        }
        return lists
    }

    private mutating func length(of stride: Int) throws(CacheDamage) -> Int {
        let count = try number()
        guard count >= 0, count <= (bytes.count - at) / max(1, stride) else { throw CacheDamage() }
        return count
    }
}
