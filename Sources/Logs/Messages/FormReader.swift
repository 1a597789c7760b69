internal import Events
internal import Primitives

/// Holds a message against the compiled forms. Its memory, and the tables of all forms, are made for the first message:
/// logs without any (access logs, captures) do without.
struct FormReader: @unchecked Sendable {
    /// How far into a message the forms of unknown programs are looked for, and how many of them are tried.
    private static let gramBytes = 4096
    private static let gramTries = 1024

    let tables: MessageTables
    let captures: UnsafeMutablePointer<Bytes>
    private let tried: UnsafeMutablePointer<UInt32>
    private var generation: UInt32 = 0

    init(_ tables: MessageTables) {
        self.tables = tables
        captures = .allocate(capacity: tables.pieceCapacity)
        captures.initialize(repeating: .empty, count: tables.pieceCapacity)
        tried = .allocate(capacity: tables.skeletonCount + 1)
        tried.initialize(repeating: 0, count: tables.skeletonCount + 1)
    }

    func free() {
        captures.deallocate()
        tried.deallocate()
    }

    /// Adds what `message` of `program` says. False where no form fits.
    mutating func decode(program: Bytes, _ text: Bytes, into sink: inout EventSink) -> Bool {
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
        for index in 0..<min(text.count - 3, FormReader.gramBytes) {
            guard let candidates = tables.grams.candidates(text, index) else { continue }
            tries += tryAll(candidates, text, nameless: nameless, matcher, &best)
            if tries > FormReader.gramTries { break }
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

    /// Tries what may fit better than `best`; answers how many were tried.
    private func tryAll(
        _ candidates: MessageTables.BucketEntry, _ text: Bytes, nameless: Bool, _ matcher: SkeletonMatcher,
        _ best: inout Int
    ) -> Int {
        var tries = 0
        var failed = SkeletonMatcher.failsElsewhere
        for index in Int(candidates.first)..<Int(candidates.first + candidates.count) {
            if Int(tables.grams.shared[index]) > failed { continue }
            failed = SkeletonMatcher.failsElsewhere
            let number = Int(tables.grams.lists[index])
            if number >= best { break }
            if tried[number] == generation { continue }
            tried[number] = generation
            if !nameless, !tables.forms[tables.skeletons[number].form].anywhere { continue }
            tries += 1
            failed = matcher.attempt(tables.skeletons[number], text)
            if failed == SkeletonMatcher.fits { best = number }
        }
        return tries
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
            if piece.kind == .ip {
                addAddress(piece.field, value, &sink)
                continue
            }
            switch piece.field {
            case FieldID(.sourceAddress).rawValue: sink.addSource(value)
            case FieldID(.destinationAddress).rawValue: sink.addDestination(value)
            case FieldID(.urlOriginal).rawValue: if value.count > 0 { RequestLine.addTarget(value, &sink) }
            default:
                if value.count == 0 || value == "-" { continue }
                if piece.field == FieldID(.userName).rawValue {
                    if FormReader.isHidden(value) { continue }
                    sink.add(.userName, FormReader.withoutQuotes(value))
                    continue
                }
                sink.add(FieldID(rawValue: piece.field), value, type: piece.kind == .number ? .number : .text)
            }
        }
        for index in form.firstConstant..<(form.firstConstant + form.constantCount) {
            sink.add(slot: tables.constants[index])
        }
        if form.source == .webAccess, !sink.has(.eventOutcome),
            let status = sink.value(of: .httpResponseStatusCode)?.decimal, CombinedFormat.isRefusal(status)
        {
            sink.add(slot: CombinedFormat.failure)
        }
        sink.source = form.source
    }

    /// `*****`: Cisco's, in place of a name that it knows none of.
    private static func isHidden(_ name: Bytes) -> Bool {
        for index in 0..<name.count where name.start[index] != 0x2A { return false }
        return true
    }

    /// A name that the program wrote in quotes of its own.
    private static func withoutQuotes(_ name: Bytes) -> Bytes {
        guard name.count > 2 else { return name }
        let first = name.start[0]
        let isQuote = first == ASCII.quote || first == 0x27 || first == 0x60
        return isQuote && first == name.start[name.count - 1] ? name.slice(1, name.count - 1) : name
    }

    /// A captured address. What the header said of the client goes before what the text says.
    private func addAddress(_ field: UInt16, _ raw: Bytes, _ sink: inout EventSink) {
        guard let plain = plainAddress(raw) else { return }
        if field != FieldID(.sourceIP).rawValue {
            sink.add(FieldID(rawValue: field), plain)
        } else if !sink.has(.sourceIP) {
            sink.add(.sourceIP, plain)
        }
    }
}
