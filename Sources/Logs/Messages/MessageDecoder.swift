internal import Events
internal import Primitives

/// Reads the message part of a record: the program's own forms first, then those that any program may write.
struct MessageDecoder: @unchecked Sendable {
    /// JSON keys stand for themselves alone.
    var takesKeysAsFields = false
    /// Longer messages are not looked into: no program of the tables writes them.
    static let maximumBytes = 32 << 10
    /// How far into a message the forms of unknown programs are looked for, and how many of them are tried.
    private static let gramBytes = 4096
    private static let gramTries = 256

    private let tables = MessageTables.shared
    private let captures: UnsafeMutablePointer<Bytes>
    private let tried: UnsafeMutablePointer<UInt32>
    private var generation: UInt32 = 0
    /// Paths of JSON records.
    let keys = JSONKeys()
    /// What the keys of a record tell.
    let board = AliasBoard()
    /// Working memory of `LoginPhrases`.
    let lowered = UnsafeMutablePointer<UInt8>.allocate(capacity: LoginPhrases.lookedBytes)

    /// The memory is the decoder's own; `LogDecoder` frees it by `free`.
    init() {
        captures = .allocate(capacity: tables.pieceCapacity)
        captures.initialize(repeating: .empty, count: tables.pieceCapacity)
        tried = .allocate(capacity: tables.skeletonCount + 1)
        tried.initialize(repeating: 0, count: tables.skeletonCount + 1)
    }

    func free() {
        captures.deallocate()
        tried.deallocate()
        board.free()
        lowered.deallocate()
    }

    /// Adds what `message` of `program` says. False where no form fits.
    mutating func decode(program: Bytes, message: Bytes, into sink: inout EventSink) -> Bool {
        guard message.count > 0, message.count <= MessageDecoder.maximumBytes else { return false }
        let text = withoutTrailingBlanks(message)
        let family = tables.programs.family(of: baseName(program))
        if let family, decode(family: family, text, into: &sink) { return true }
        return decodeAnywhere(text, nameless: program.count == 0, into: &sink)
    }

    private func decode(family: Int, _ text: Bytes, into sink: inout EventSink) -> Bool {
        guard text.count > 0 else { return false }
        let bucket = tables.buckets[family << 8 | Int(text.start[0])]
        let matcher = SkeletonMatcher(tables, captures: captures)
        var failed = SkeletonMatcher.failsElsewhere
        for index in Int(bucket.first)..<Int(bucket.first + bucket.count) {
            // The piece at which the one before failed is this one's too.
            if Int(tables.bucketShared[index]) > failed { continue }
            let number = Int(tables.bucketLists[index])
            failed = matcher.attempt(tables.skeletons[number], text)
            if failed == SkeletonMatcher.fits {
                emit(number, into: &sink)
                return true
            }
        }
        return false
    }

    /// The first form, in table order, of those whose literals occur.
    private mutating func decodeAnywhere(_ text: Bytes, nameless: Bool, into sink: inout EventSink) -> Bool {
        guard text.count >= 4 else { return false }
        nextGeneration()
        let matcher = SkeletonMatcher(tables, captures: captures)
        var best = Int.max
        var tries = 0
        for index in 0..<min(text.count - 3, MessageDecoder.gramBytes) {
            guard let candidates = tables.grams.candidates(text, index) else { continue }
            for candidate in candidates {
                let number = Int(candidate)
                if number >= best || tried[number] == generation { continue }
                tried[number] = generation
                if !nameless, !tables.forms[tables.skeletons[number].form].anywhere { continue }
                tries += 1
                if matcher.match(tables.skeletons[number], text) { best = number }
            }
            if tries > MessageDecoder.gramTries { break }
        }
        if best == Int.max {
            for candidate in tables.grams.unfiled where tables.forms[tables.skeletons[Int(candidate)].form].anywhere {
                guard matcher.match(tables.skeletons[Int(candidate)], text) else { continue }
                best = Int(candidate)
                break
            }
        }
        guard best < Int.max, matcher.match(tables.skeletons[best], text) else { return false }
        emit(best, into: &sink)
        return true
    }

    private mutating func nextGeneration() {
        generation &+= 1
        if generation == 0 {
            tried.update(repeating: 0, count: tables.skeletonCount + 1)
            generation = 1
        }
    }

    /// Adds the captures and constants of a skeleton that just matched.
    private func emit(_ number: Int, into sink: inout EventSink) {
        let skeleton = tables.skeletons[number]
        let form = tables.forms[skeleton.form]
        for index in skeleton.first..<(skeleton.first + skeleton.count) {
            let piece = tables.pieces[index]
            if piece.field == SkeletonPiece.dropped { continue }
            let value = captures[index]
            switch piece.field {
            case FieldID(.sourceAddress).rawValue: sink.addSource(value)
            // What the header said of the client goes before what the text says.
            case FieldID(.sourceIP).rawValue: if !sink.has(.sourceIP) { sink.add(.sourceIP, value) }
            case FieldID(.destinationAddress).rawValue: sink.addDestination(value)
            case FieldID(.urlOriginal).rawValue: if value.count > 0 { RequestLine.addTarget(value, &sink) }
            default:
                if value.count == 0 || value == "-" { continue }
                sink.add(FieldID(rawValue: piece.field), value, type: piece.kind == .number ? .number : .text)
            }
        }
        for index in form.firstConstant..<(form.firstConstant + form.constantCount) {
            sink.add(slot: tables.constants[index])
        }
        if form.source == .webAccess, let status = sink.value(of: .httpResponseStatusCode)?.decimal,
            CombinedFormat.isRefusal(status)
        {
            sink.add(slot: CombinedFormat.failure)
        }
        sink.source = form.source
    }
}

/// `/usr/sbin/cron` -> `cron`, `postfix/smtpd` stays (its family is told by the part before the slash),
/// `sshd(pam_unix)` -> `sshd`.
func baseName(_ program: Bytes) -> Bytes {
    var name = program
    if let parenthesis = name.firstIndex(of: ASCII.openParenthesis), parenthesis > 0 {
        name = name.slice(0, parenthesis)
    }
    if name.starts(with: "/"), let slash = name.lastIndex(of: ASCII.slash) { return name.dropping(slash + 1) }
    if let slash = name.firstIndex(of: ASCII.slash), slash > 0 { return name.slice(0, slash) }
    return name
}

func withoutTrailingBlanks(_ text: Bytes) -> Bytes {
    var end = text.count
    while end > 0, text.start[end - 1] <= ASCII.space { end -= 1 }
    return text.slice(0, end)
}
