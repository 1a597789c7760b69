internal import Primitives

/// A list of lines: a value a line, what follows a space or `#` is its note. `#`, `;` and `//` begin comments. Lines of
/// a hosts file (`0.0.0.0 bad.example`) mean the name.
enum TextIndicators {
    static func read(_ text: Bytes, _ list: inout IndicatorList, _ take: (Indicator) -> Void) {
        // What the list's name says tells fingerprints of clients from those of files: both are 32 hexadecimal digits.
        let hint: IndicatorKind? = list.name.lowercased().contains("ja3") ? .ja3 : nil
        var at = 0
        while at < text.count {
            let end = text.firstIndex(of: ASCII.newline, from: at) ?? text.count
            let line = text.slice(at, end).text.withoutOuterSpace
            at = end + 1
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") || line.hasPrefix("//") { continue }
            let value = line.prefix { $0 != " " && $0 != "\t" && $0 != "," }
            var rest = String(line.dropFirst(value.count)).withoutOuterSpace
            if ["0.0.0.0", "127.0.0.1", "::1"].contains(value), let name = rest.split(separator: " ").first {
                list.add(String(name), hint: .domain, take)
                continue
            }
            while let first = rest.first, first == "#" || first == ";" || first == "," || first == " " {
                rest.removeFirst()
            }
            list.add(String(value), hint: hint, note: rest, take)
        }
    }
}
