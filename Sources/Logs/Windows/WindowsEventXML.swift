internal import Events
internal import Primitives

/// Windows events in their own XML, one `<Event>` element a line, as `wevtutil`, forwarders and collectors write them.
/// The values of `System` keep their element's name, those of `EventData` the name that `Data` gives them: the names
/// that rules for Windows use.
/// https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema
enum WindowsEventXML {
    /// How far into the line the element may begin (an XML declaration may stand before it), and most elements read.
    private static let farthest = 128
    private static let elementLimit = 1024

    static func mayBe(_ line: Bytes) -> Bool {
        line.start[0] == ASCII.less && (line.starts(with: "<Event") || line.starts(with: "<?xml"))
    }

    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard let start = line.firstIndex(of: "<Event"), start < farthest,
            line.prefix(start + 512).contains("<System>")
        else { return false }
        // Text whose entities are replaced lies in memory that must not move meanwhile.
        guard sink.batch.scratch.reserve(line.count + 8192) else { return false }
        let keys = messages.keys
        keys.beginRecord()
        messages.board.begin()
        var walker = ElementWalker(line, at: start)
        var looked = 0
        while looked < elementLimit, let element = walker.next() {
            looked += 1
            add(element, &sink, messages)
        }
        if keys.timeRank < .max { JSONTimes.set(keys.timeSlot, &sink) }
        RecordMeaning.finish(&sink, &messages)
        sink.source = .windows
        return true
    }

    private static func add(_ element: XMLElement, _ sink: inout EventSink, _ messages: MessageDecoder) {
        let keys = messages.keys
        switch true {
        case element.name == "Provider":
            add(element.attribute("Name"), keys.name("Provider_Name"), &sink, messages)
        case element.name == "TimeCreated":
            add(element.attribute("SystemTime"), keys.name("TimeCreated_SystemTime"), &sink, messages)
        case element.name == "Data":
            let name = element.attribute("Name")
            if element.isLeaf { add(element.text, keys.join(0, name.isEmpty ? element.name : name), &sink, messages) }
        default:
            if element.isLeaf, !element.text.isEmpty {
                add(element.text, keys.join(0, element.name), &sink, messages)
            }
        }
    }

    private static func add(_ raw: Bytes, _ name: Int, _ sink: inout EventSink, _ messages: MessageDecoder) {
        guard name > 0 else { return }
        let value = XMLElement.plain(raw, &sink)
        messages.keys.add(value, name: name, &sink, messages.board)
    }
}

/// An element of XML as far as event records have them: its start tag, and the text up to the next tag.
struct XMLElement {
    var name: Bytes
    /// Between the name and the end of the start tag.
    var attributes: Bytes
    var text: Bytes
    /// The next tag ends this element.
    var isLeaf: Bool

    /// The value of an attribute; empty where the element has none of that name.
    func attribute(_ wanted: StaticString) -> Bytes {
        var scanner = KeyValueScanner(attributes)
        for _ in 0..<16 {
            guard let pair = scanner.next() else { break }
            if pair.key == wanted { return pair.value }
        }
        return .empty
    }

    /// `text` with its entities replaced: a view of it where it has none. The batch's scratch memory has room.
    static func plain(_ text: Bytes, _ sink: inout EventSink) -> FieldSlot {
        guard text.firstIndex(of: 0x26) != nil else { return sink.view(text, type: .text) }
        let from = sink.batch.scratch.count
        var at = 0
        while at < text.count {
            if text.start[at] == 0x26, let (byte, length) = entity(text, at) {
                sink.batch.scratch.push(byte)
                at += length
            } else {
                sink.batch.scratch.push(text.start[at])
                at += 1
            }
        }
        return FieldSlot(FieldID(.message), .scratch, .text, offset: from, length: sink.batch.scratch.count - from)
    }

    /// What the entity at `at` stands for, and its length (XML 1.0, sections 4.1 and 4.6); other than ASCII stays.
    private static func entity(_ text: Bytes, _ at: Int) -> (UInt8, Int)? {
        guard let end = text.slice(at, min(at + 10, text.count)).firstIndex(of: ASCII.semicolon) else { return nil }
        let name = text.slice(at + 1, at + end)
        switch true {
        case name == "lt": return (ASCII.less, end + 1)
        case name == "gt": return (ASCII.greater, end + 1)
        case name == "amp": return (0x26, end + 1)
        case name == "quot": return (ASCII.quote, end + 1)
        case name == "apos": return (0x27, end + 1)
        default: break
        }
        guard name.count >= 2, name.start[0] == 0x23 else { return nil }
        let code = name.start[1] | 0x20 == 0x78 ? hexadecimal(name.dropping(2)) : name.dropping(1).decimal
        guard let code, code < 0x80 else { return nil }
        return (UInt8(code), end + 1)
    }

    private static func hexadecimal(_ digits: Bytes) -> Int? {
        guard digits.count > 0, digits.count <= 4 else { return nil }
        var value = 0
        for index in 0..<digits.count {
            guard let digit = ASCII.hexValue(digits.start[index]) else { return nil }
            value = value << 4 | Int(digit)
        }
        return value
    }
}

/// Walks over the start tags of XML text.
private struct ElementWalker {
    let text: Bytes
    private var at: Int

    init(_ text: Bytes, at: Int) {
        self.text = text
        self.at = at
    }

    mutating func next() -> XMLElement? {
        while let open = text.firstIndex(of: ASCII.less, from: at), open + 1 < text.count {
            guard let close = tagEnd(open + 1) else { return nil }
            at = close + 1
            guard ASCII.isLetter(text.start[open + 1]) else { continue }
            var end = open + 1
            while end < close, text.start[end] > ASCII.space, text.start[end] != ASCII.slash { end += 1 }
            let isEmpty = text.start[close - 1] == ASCII.slash
            let following = text.firstIndex(of: ASCII.less, from: at) ?? text.count
            return XMLElement(
                name: text.slice(open + 1, end), attributes: text.slice(end, close),
                text: isEmpty ? .empty : text.slice(at, following),
                isLeaf: isEmpty || text.starts(with: "</", at: following))
        }
        return nil
    }

    /// The `>` that ends a tag: one in quotes does not.
    private func tagEnd(_ from: Int) -> Int? {
        var quote: UInt8 = 0
        for index in from..<text.count {
            let byte = text.start[index]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == ASCII.quote || byte == 0x27 {
                quote = byte
            } else if byte == ASCII.greater {
                return index
            }
        }
        return nil
    }
}
