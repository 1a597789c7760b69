package import Events
package import Primitives

/// What was tried on one line, for `parse --explain`. Cold; texts are copies.
package struct LineExplanation {
    package struct Format {
        package let name: [UInt8]
        /// False: the line does not begin as its lines do, and nothing more was looked at.
        package let wasTried: Bool
        package let isRead: Bool
        /// Where it stopped and why, if it was tried and does not read the line.
        package let reason: UnreadReason
        package let offset: Int
    }

    package struct Form {
        package let skeleton: [UInt8]
        package let fits: Bool
        /// How many pieces fitted from the left, where in the message the next would stand, and what that is.
        package let fitted: Int
        package let stopped: Int
        package let before: [UInt8]
    }

    /// In the order in which they were tried, up to the one that reads the line.
    package fileprivate(set) var formats: [Format] = []
    /// What the header says of the program, and how many bytes of the line the message begins behind; nil where the
    /// format knows no message.
    package fileprivate(set) var program: [UInt8] = []
    package fileprivate(set) var messageStart: Int?
    /// The program's name has forms of its own.
    package fileprivate(set) var isProgramKnown = false
    /// In the order in which they were tried, up to the one that fits.
    package fileprivate(set) var forms: [Form] = []
}

extension LogDecoder {
    /// Tries everything on `line` that decoding would try.
    package func explain(_ line: Bytes) -> LineExplanation {
        var explanation = LineExplanation()
        guard line.count > 0 else { return explanation }
        let others = forced ? [] : formats.indices.filter { $0 != guess || !hasShortcut }
        for index in (hasShortcut ? [guess] : []) + others {
            let name = Array(formats[index].name.utf8)
            guard forced || formats[index].mayBe(line) else {
                explanation.formats.append(
                    .init(name: name, wasTried: false, isRead: false, reason: .unknownFormat, offset: 0))
                continue
            }
            if explain(line, by: formats[index], name, &explanation) { break }
        }
        return explanation
    }

    private func explain(
        _ line: Bytes, by format: LogFormat, _ name: [UInt8], _ explanation: inout LineExplanation
    ) -> Bool {
        let batch = EventBatch(registry: registry)
        batch.reset(input: line)
        var sink = EventSink(
            batch: batch, input: line, clock: StampClock(zone: options.zone, yearReference: options.yearReference))
        var tools = MessageDecoder()
        defer { tools.free() }
        tools.use(options.messageForms)
        tools.columns = messages.columns
        tools.takesKeysAsFields = messages.takesKeysAsFields
        sink.begin()
        let isRead = format.decode(line, &sink, &tools)
        explanation.formats.append(
            .init(name: name, wasTried: true, isRead: isRead, reason: sink.reason, offset: sink.reasonOffset))
        guard isRead, let message = sink.value(of: .message), let start = sink.offset(of: message) else {
            return isRead
        }
        explanation.messageStart = start
        let program = sink.value(of: .processName) ?? .empty
        explanation.program = program.array
        if tools.forms == nil { tools.makeForms() }
        if let reader = tools.forms { explain(message, of: program, reader, &explanation) }
        return true
    }

    private func explain(
        _ message: Bytes, of program: Bytes, _ reader: FormReader, _ explanation: inout LineExplanation
    ) {
        let (family, traces) = reader.trace(program: program, withoutTrailingBlanks(message))
        explanation.isProgramKnown = family >= 0
        explanation.forms = traces.map { trace in
            let skeleton = reader.tables.skeletons[trace.number]
            let next = trace.fitted < skeleton.count ? reader.text(ofPiece: skeleton.first + trace.fitted) : []
            return .init(
                skeleton: reader.text(of: trace.number), fits: trace.fits, fitted: trace.fitted, stopped: trace.at,
                before: next)
        }
    }
}
