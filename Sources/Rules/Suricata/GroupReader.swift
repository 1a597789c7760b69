internal import Primitives

/// Reads header lists: `any`, single values, `!`, `[a,b,![c,d]]`, `$VARIABLE`, into a set of numbers. One reader for
/// addresses and for ports.
struct GroupReader<Bound: FixedWidthInteger & UnsignedInteger & Sendable> {
    /// "address" or "port", for messages.
    let noun: String
    let variables: [String: String]
    let parse: (String) -> IntervalSet<Bound>?

    /// Variables may name variables, this deep.
    private static var maximumDepth: Int { 16 }

    func read(_ text: String, at place: Range<Int>) throws(RuleFault) -> IntervalSet<Bound> {
        let set = try group(Array(text.utf8)[...], place, depth: 0)
        if set.isEmpty {
            throw RuleFault(place, "this \(noun) list allows nothing: all of it is negated")
        }
        return set
    }

    /// `text` is one element or one bracketed list, perhaps negated.
    private func group(_ text: ArraySlice<UInt8>, _ place: Range<Int>, depth: Int) throws(RuleFault)
        -> IntervalSet<Bound>
    {
        guard depth < Self.maximumDepth else { throw RuleFault(place, "\(noun) variables nest too deep") }
        let text = trim(text)
        guard let first = text.first else { throw RuleFault(place, "an \(noun) is missing here") }
        if first == 0x21 {
            return try group(text.dropFirst(), place, depth: depth + 1).complement
        }
        if first == ASCII.openBracket {
            guard text.last == ASCII.closeBracket else { throw RuleFault(place, "no \"]\" for this \"[\"") }
            return try list(text.dropFirst().dropLast(), place, depth: depth + 1)
        }
        let word = String(decoding: text, as: UTF8.self)
        if first == 0x24 { return try variable(String(word.dropFirst()), place, depth: depth + 1) }
        if word == "any" { return .all }
        guard let set = parse(word) else { throw RuleFault(place, "\"\(word)\" is no \(noun)") }
        return set
    }

    /// Union of the elements without `!` (everything when there are none) less those with.
    private func list(_ text: ArraySlice<UInt8>, _ place: Range<Int>, depth: Int) throws(RuleFault)
        -> IntervalSet<Bound>
    {
        var allowed = IntervalSet<Bound>()
        var denied = IntervalSet<Bound>()
        var sawAllowed = false
        for element in try elements(text, place) {
            let element = trim(element)
            if element.first == 0x21 {
                denied.formUnion(try group(element.dropFirst(), place, depth: depth))
            } else {
                sawAllowed = true
                allowed.formUnion(try group(element, place, depth: depth))
            }
        }
        return (sawAllowed ? allowed : .all).subtracting(denied)
    }

    /// Cut at the commas outside inner brackets.
    private func elements(_ text: ArraySlice<UInt8>, _ place: Range<Int>) throws(RuleFault) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        var depth = 0
        var from = text.startIndex
        for index in text.indices {
            switch text[index] {
            case ASCII.openBracket: depth += 1
            case ASCII.closeBracket: depth -= 1
            case ASCII.comma where depth == 0:
                found.append(text[from..<index])
                from = index + 1
            default: break
            }
            if depth < 0 { break }
        }
        guard depth == 0 else { throw RuleFault(place, "brackets do not match") }
        found.append(text[from...])
        return found
    }

    private func variable(_ name: String, _ place: Range<Int>, depth: Int) throws(RuleFault) -> IntervalSet<Bound> {
        guard let value = variables[name] else {
            throw RuleFault(
                place, "the \(noun) variable $\(name) is not defined",
                advice: "Define it under vars in the file given by --suricata-config.")
        }
        return try group(Array(value.utf8)[...], place, depth: depth)
    }

    private func trim(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let last = text.last, last == ASCII.space || last == ASCII.tab { text.removeLast() }
        while let first = text.first, first == ASCII.space || first == ASCII.tab { text.removeFirst() }
        return text
    }
}
