/// `stream_size:server|client|both|either,COMPARISON,NUMBER`: how far the sequence numbers of a TCP session came.
enum StreamSizeKeyword {
    static let table: [String: Keyword] = ["stream_size": parse]

    private static let parse: Keyword = { option, builder in
        let parts = try option.parts()
        guard parts.count == 3 else {
            throw option.fault("\"stream_size\" needs a side, a comparison and a number")
        }
        guard let side = StreamSizeTest.Side(rawValue: parts[0].text) else {
            throw RuleFault(parts[0].place, "the side is server, client, both or either")
        }
        let sign = parts[1].text == "=" ? "" : parts[1].text
        guard ["", "<", ">", "<=", ">=", "!="].contains(sign) else {
            throw RuleFault(parts[1].place, "\"\(parts[1].text)\" is no comparison")
        }
        let number = OptionPart(text: sign + parts[2].text, place: parts[2].place)
        let test = try NumberTest.parse(number, max: Int(UInt32.max))
        builder.signature.tests.append(.streamSize(StreamSizeTest(side: side, test: test)))
    }
}
