internal import Events
internal import Primitives

/// Recognises what a flow speaks and hands its data to that protocol's parser.
final class ApplicationLayer {
    /// Bytes after which a direction that nothing recognises is given up.
    private static let recognitionBytes = 512
    /// The same where the other direction will tell.
    private static let answerBytes = 16 << 10

    /// Bytes of a direction that nothing recognised, while the other is silent, after which it is worth noting.
    static let silenceBytes: UInt64 = 100_000

    let parsers: [ProtocolParser]
    /// The same, and of them those that know of flows before they begin (the others are not asked), without a count of
    /// who holds them: each packet asks one, and what begins a flow asks all.
    private let all: FrozenTable<Unmanaged<ProtocolParser>>
    private let expectant: FrozenTable<Unmanaged<ProtocolParser>>
    let output: InspectionOutput
    /// Place in `parsers` of each protocol, by its number; -1 where it has no parser.
    private let places: UnsafeMutablePointer<Int8>

    /// The flow was just recognised by one direction while the other's bytes wait: those come first.
    var wantsOther = false

    init(parsers: [ProtocolParser], output: InspectionOutput) {
        self.parsers = parsers
        self.output = output
        all = FrozenTable(parsers.map { Unmanaged.passUnretained($0) })
        expectant = FrozenTable(parsers.filter(\.hasExpectations).map { Unmanaged.passUnretained($0) })
        let applications = ApplicationProtocol.allCases
        places = .allocate(capacity: applications.count)
        for (number, application) in applications.enumerated() {
            // DNS over HTTP/2 is read as HTTP/2.
            let reader = application == .doh2 ? .http2 : application
            places[number] = Int8(parsers.firstIndex { $0.application == reader } ?? -1)
        }
    }

    deinit {
        places.deallocate()
        all.free()
        expectant.free()
    }

    /// Times that a parser reached a memory bound.
    var refused: Int64 { parsers.reduce(0) { $0 + $1.refused } }

    /// The parser of what the flow speaks, if there is one.
    @inline(__always) private func withParser(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ body: (ProtocolParser) -> Void
    ) {
        let place = places[Int(unsafeBitCast(flow.pointee.application, to: UInt8.self))]
        if place >= 0 { all.start[Int(place)]._withUnsafeGuaranteedRef(body) }
    }

    /// False: the direction is not recognised yet and the same bytes must come again with more behind them.
    func stream(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ bytes: Bytes, offset: UInt64, final: Bool
    ) -> Bool {
        if flow.pointee.application == .unknown {
            if flow.pointee.recognition.contains(.failed(way)) {
                silence(flow, way, from: offset, count: bytes.count)
                return true
            }
            let begins = offset == 0 || flow.pointee.recognition.contains(.restarted)
            switch begins ? recognise(bytes, flow, way) : .no {
            case .yes:
                flow.pointee.recognition.insert(.judged(way))
                if way == .toClient && flow.pointee.recognition.contains(.waiting) {
                    wantsOther = true
                    return false
                }
            case .more where !final && bytes.count < ApplicationLayer.recognitionBytes,
                .answer where !final && bytes.count < ApplicationLayer.answerBytes:
                if way == .toServer { flow.pointee.recognition.insert(.waiting) }
                return false
            case .more, .answer, .no:
                fail(flow, way)
                return true
            }
        }
        withParser(flow) { parser in
            if !flow.pointee.recognition.contains(.judged(way)) {
                judge(bytes, parser, flow, way, isFirst: offset == 0)
            }
            parser.stream(bytes, flow, way)
        }
        return true
    }

    private func recognise(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Recognition {
        var answer = Recognition.no
        for place in 0..<expectant.count where expectant.start[place]._withUnsafeGuaranteedRef({ $0.expects(flow) }) {
            flow.pointee.application = expectant.start[place]._withUnsafeGuaranteedRef { $0.application }
            return .yes
        }
        for place in 0..<all.count {
            let parser = all.start[place]
            switch parser._withUnsafeGuaranteedRef({ $0.recogniseStream(bytes, flow, way) }) {
            case .yes:
                flow.pointee.application = parser._withUnsafeGuaranteedRef { $0.application }
                if flow.pointee.recognition.contains(.expectsTLS) && flow.pointee.application != .tls {
                    note("applayer_unexpected_protocol", flow, way)
                }
                return .yes
            case .more where answer == .no: answer = .more
            case .answer: answer = .answer
            case .more, .no: break
            }
        }
        return answer
    }

    /// Whether the first data of a session that was picked up behind its beginning are those of the other direction.
    func isReversed(_ bytes: Bytes, _ flow: FlowPointer, _ way: FlowDirection) -> Bool {
        for parser in parsers where parser.recogniseStream(bytes, flow, way) == .yes { return false }
        for parser in parsers where parser.recogniseStream(bytes, flow, way.reversed) == .yes { return true }
        return false
    }

    private func fail(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        flow.pointee.recognition.insert(.failed(way))
        if flow.pointee.recognition.contains(.expectsTLS) {
            flow.pointee.recognition.remove(.expectsTLS)
            note("applayer_no_tls_after_starttls", flow, way)
        }
        if flow.pointee.recognition.contains(.failed) { flow.pointee.application = .failed }
    }

    func gap(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ count: Int) {
        if flow.pointee.application == .unknown {
            fail(flow, way)
        } else {
            withParser(flow) { $0.gap(count, flow, way) }
        }
    }

    func end(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) { withParser(flow) { $0.end(flow, way) } }

    func datagram(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ bytes: Bytes) {
        if flow.pointee.application == .unknown {
            guard !flow.pointee.recognition.contains(.failed(way)) else { return }
            var found = false
            // One that is empty tells as little as one that nobody knows.
            for place in 0..<all.count where !found && !bytes.isEmpty {
                let parser = all.start[place]
                found = parser._withUnsafeGuaranteedRef { $0.recogniseDatagram(bytes, flow, way) }
                if found { flow.pointee.application = parser._withUnsafeGuaranteedRef { $0.application } }
            }
            if !found {
                fail(flow, way)
                return
            }
        }
        withParser(flow) { $0.datagram(bytes, flow, way) }
    }

    func close(_ flow: UnsafeMutablePointer<FlowRecord>) { withParser(flow) { $0.close(flow) } }
}
