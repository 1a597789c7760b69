internal import Events
internal import Primitives

/// Reads files of signatures in Suricata's language.
package enum SignatureParser {
    /// Reads every signature of `text`. What cannot be read or is not supported is refused with a diagnostic that
    /// points
    /// at the word; the others are answered in file order. `refused` counts signatures, not diagnostics.
    package static func parse(
        text: String, file: String, options: SignatureParseOptions = SignatureParseOptions()
    ) -> (signatures: [Signature], diagnostics: [Diagnostic], refused: Int) {
        var reader = SignatureReader(file: file, options: options)
        for rule in RuleText.split(Array(text.utf8)) { reader.read(rule) }
        return (reader.signatures, reader.diagnostics, reader.refused)
    }
}

/// The state of reading one file.
private struct SignatureReader {
    let file: String
    let options: SignatureParseOptions
    var signatures: [Signature] = []
    var diagnostics: [Diagnostic] = []
    var refused = 0
    /// Header lists read so far: rule sets repeat the same few thousand times.
    private var addressCache: [String: AddressSet] = [:]
    private var portCache: [String: PortSet] = [:]
    /// `gid:sid` to place in `signatures`.
    private var known: [String: Int] = [:]

    init(file: String, options: SignatureParseOptions) {
        self.file = file
        self.options = options
    }

    mutating func read(_ rule: RuleText) {
        var builder: SignatureBuilder?
        do {
            try readChecked(rule, into: &builder)
        } catch {
            refused += 1
            report(.error, error, rule, id: builder?.identifier)
        }
    }

    private mutating func readChecked(_ rule: RuleText, into builder: inout SignatureBuilder?) throws(RuleFault) {
        guard rule.bytes.count <= RuleText.maximumBytes else {
            throw RuleFault(0..<1, "the signature is longer than \(RuleText.maximumBytes) bytes")
        }
        var header = HeaderParser(rule)
        let head = try header.parse()
        let origin = RuleOrigin(file: file, line: rule.line)
        var building = SignatureBuilder(head: head, origin: origin, options: options)
        building.position = { rule.position($0) }
        builder = building
        defer { builder = building }
        try readAddresses(head, rule, into: &building.signature)
        var scanner = OptionScanner(rule.bytes, head.options)
        while let option = try scanner.next() {
            try KeywordRegistry.apply(option, to: &building)
        }
        if building.unmet != nil { return }
        let signature = try building.finish()
        for warning in building.warnings { report(.warning, warning, rule, id: building.identifier) }
        try add(signature, building)
    }

    /// A repeated sid is refused unless its revision is higher: then it takes the earlier one's place.
    private mutating func add(_ signature: Signature, _ builder: SignatureBuilder) throws(RuleFault) {
        let id = signature.info.id
        guard let place = known[id] else {
            known[id] = signatures.count
            signatures.append(signature)
            return
        }
        let earlier = signatures[place]
        guard (signature.info.signature?.revision ?? 0) > (earlier.info.signature?.revision ?? 0) else {
            throw RuleFault(
                builder.sidAt, "\(id) was defined before, on line \(earlier.info.origin.line)",
                advice: "Give it another sid, or a higher rev to replace the earlier one.")
        }
        signatures[place] = signature
    }

    private mutating func readAddresses(
        _ head: HeaderParser.Result, _ rule: RuleText, into signature: inout Signature
    ) throws(RuleFault) {
        signature.source = try addresses(head.source, rule)
        signature.destination = try addresses(head.destination, rule)
        signature.sourcePorts = try ports(head.sourcePorts, rule)
        signature.destinationPorts = try ports(head.destinationPorts, rule)
    }

    private mutating func addresses(_ place: Range<Int>, _ rule: RuleText) throws(RuleFault) -> AddressSet {
        let text = rule.text(place)
        if let known = addressCache[text] { return known }
        let reader = GroupReader<UInt128>(
            noun: "address", variables: options.variables.addresses, parse: { AddressSet.parse($0)?.numbers })
        let set = AddressSet(try reader.read(text, at: place))
        addressCache[text] = set
        return set
    }

    private mutating func ports(_ place: Range<Int>, _ rule: RuleText) throws(RuleFault) -> PortSet {
        let text = rule.text(place)
        if let known = portCache[text] { return known }
        let reader = GroupReader<UInt16>(
            noun: "port", variables: options.variables.ports, parse: { PortSet.parse($0)?.numbers })
        let set = PortSet(try reader.read(text, at: place))
        portCache[text] = set
        return set
    }

    private mutating func report(_ weight: Diagnostic.Weight, _ fault: RuleFault, _ rule: RuleText, id: String?) {
        let position = rule.position(fault.place.lowerBound)
        let place = fault.place.clamped(to: 0..<rule.bytes.count)
        diagnostics.append(
            Diagnostic(
                weight, file: file, line: position.line, column: position.column, subject: rule.text(place),
                message: fault.message, advice: fault.advice, rule: id, sourceLine: position.source))
    }
}
