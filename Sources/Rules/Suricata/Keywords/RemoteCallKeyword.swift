/// `rpc:PROGRAM[,VERSION|*[,PROCEDURE|*]]`: a packet holds a call of ONC RPC. Source: Suricata User Guide, "Payload
/// Keywords", "rpc".
enum RemoteCallKeyword {
    static let table: [String: Keyword] = ["rpc": parse]

    private static let parse: Keyword = { option, builder in
        let parts = try option.parts()
        guard (1...3).contains(parts.count) else {
            throw option.fault("\"rpc\" takes a program, a version and a procedure")
        }
        let program = try parts[0].number("the program", in: 0...Int(UInt32.max))
        builder.signature.tests.append(
            .call(
                RemoteCall(
                    program: UInt32(program), version: try number(parts, 1, "the version"),
                    procedure: try number(parts, 2, "the procedure"))))
    }

    /// Nil for `*` and for what is not given.
    private static func number(_ parts: [OptionPart], _ index: Int, _ what: String) throws(RuleFault) -> UInt32? {
        guard index < parts.count, parts[index].text != "*" else { return nil }
        return UInt32(try parts[index].number(what, in: 0...Int(UInt32.max)))
    }
}
