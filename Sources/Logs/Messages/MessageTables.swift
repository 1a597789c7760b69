internal import Events
internal import Primitives

/// All message forms, compiled once for the process into flat memory that lives as long as it does.
struct MessageTables: @unchecked Sendable {
    static let shared = MessageTables(families: applicationFamilies)

    let pieces: UnsafePointer<SkeletonPiece>
    /// `CaptureKind.classes`, for the matcher.
    let classes: UnsafePointer<UInt8>
    let skeletons: UnsafePointer<CompiledSkeleton>
    let skeletonCount: Int
    let pieceCapacity: Int
    /// Per form: its constants' place in `constants`, and the log source.
    let forms: UnsafePointer<FormEntry>
    let constants: UnsafePointer<FieldSlot>
    let programs: ProgramTable
    /// Per family and first byte of the message: skeletons that may fit, in order.
    let buckets: UnsafePointer<BucketEntry>
    let bucketLists: UnsafePointer<Int32>
    /// For each place of `bucketLists`: how many leading pieces the skeleton has in common with the one before it.
    let bucketShared: UnsafePointer<Int32>
    let grams: GramIndex

    struct FormEntry {
        var firstConstant: Int
        var constantCount: Int
        var source: LogSource
        /// Tried on messages of programs that no family names.
        var anywhere: Bool
    }

    struct BucketEntry {
        var first: Int32
        var count: Int32
    }

    init(families: [MessageFamily]) {
        var builder = MessageTableBuilder()
        for family in families { builder.add(family) }
        pieces = persistent(builder.pieces)
        classes = persistent((0...255).map { CaptureKind.classes(of: $0) })
        skeletons = persistent(builder.skeletons)
        skeletonCount = builder.skeletons.count
        pieceCapacity = builder.pieces.count + 1
        forms = persistent(builder.forms)
        constants = persistent(builder.constants)
        programs = ProgramTable(builder.programs)
        let (entries, lists) = builder.makeBuckets()
        buckets = persistent(entries)
        bucketLists = persistent(lists)
        bucketShared = persistent(builder.shared(lists))
        grams = GramIndex(skeletons: builder.skeletons, pieces: builder.pieces, shared: builder.shared)
    }
}

/// A copy in memory that is never freed.
func persistent<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
    memory.initialize(from: elements, count: elements.count)
    return UnsafePointer(memory)
}

/// Collects compiled forms. Cold.
private struct MessageTableBuilder {
    var pieces: [SkeletonPiece] = []
    var skeletons: [CompiledSkeleton] = []
    var forms: [MessageTables.FormEntry] = []
    var constants: [FieldSlot] = []
    var programs: [(name: String, family: Int)] = []
    private var familyRanges: [Range<Int>] = []
    private var compiler = SkeletonCompiler()

    mutating func add(_ family: MessageFamily) {
        let first = skeletons.count
        for name in family.programs { programs.append((name, familyRanges.count)) }
        for form in family.forms {
            let number = forms.count
            let before = constants.count
            addConstants(form)
            forms.append(
                .init(
                    firstConstant: before, constantCount: constants.count - before,
                    source: form.source ?? family.source, anywhere: family.isForAny))
            for way in compiler.compile(form.skeleton) {
                precondition(way.count <= SkeletonMatcher.maximumPieces, "skeleton too long: \(form.skeleton)")
                skeletons.append(
                    CompiledSkeleton(first: pieces.count, count: way.count, form: number, rank: skeletons.count))
                pieces += way
            }
        }
        familyRanges.append(first..<skeletons.count)
    }

    private mutating func addConstants(_ form: MessageForm) {
        for word in form.category { constants.append(ConstantText(word).slot(.eventCategory)) }
        for word in form.type { constants.append(ConstantText(word).slot(.eventType)) }
        if let action = form.action { constants.append(ConstantText(action).slot(.eventAction)) }
        switch form.outcome {
        case .none: break
        case .success: constants.append(ConstantText("success").slot(.eventOutcome))
        case .failure: constants.append(ConstantText("failure").slot(.eventOutcome))
        }
        for (field, word) in form.further { constants.append(ConstantText(word).slot(field)) }
    }

    func makeBuckets() -> ([MessageTables.BucketEntry], [Int32]) {
        var entries: [MessageTables.BucketEntry] = []
        var lists: [Int32] = []
        for range in familyRanges {
            var byFirst = [[Int32]](repeating: [], count: 256)
            for number in range where skeletons[number].count > 0 {
                let piece = pieces[skeletons[number].first]
                let firsts = piece.isLiteral ? Int(piece.literal[0])...Int(piece.literal[0]) : 0...255
                for byte in firsts { byFirst[byte].append(Int32(number)) }
            }
            for list in byFirst {
                entries.append(.init(first: Int32(lists.count), count: Int32(list.count)))
                lists += list
            }
        }
        return (entries, lists)
    }

    /// Where a bucket begins, nothing has failed before: what stands there does not count.
    func shared(_ lists: [Int32]) -> [Int32] {
        lists.indices.map { index in
            guard index > 0 else { return 0 }
            let one = skeletons[Int(lists[index - 1])]
            let other = skeletons[Int(lists[index])]
            var length = 0
            while length < min(one.count, other.count),
                pieces[one.first + length].matchesLike(pieces[other.first + length])
            { length += 1 }
            return Int32(length)
        }
    }
}

/// Program names (lower case) to families: open addressing, compared without regard to case.
struct ProgramTable: @unchecked Sendable {
    private let names: UnsafePointer<Bytes>
    private let families: UnsafePointer<Int32>
    private let mask: Int

    init(_ programs: [(name: String, family: Int)]) {
        var size = 64
        while size < programs.count * 3 { size *= 2 }
        var names = [Bytes](repeating: .empty, count: size)
        var families = [Int32](repeating: -1, count: size)
        for (name, family) in programs {
            let text = Array(name.utf8)
            let bytes = Bytes(start: persistent(text), count: text.count)
            var slot = ProgramTable.hash(bytes) & (size - 1)
            while families[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            names[slot] = bytes
            families[slot] = Int32(family)
        }
        self.names = persistent(names)
        self.families = persistent(families)
        mask = size - 1
    }

    /// Family of a program; nil where none names it.
    func family(of program: Bytes) -> Int? {
        guard program.count > 0, program.count <= 64 else { return nil }
        var slot = ProgramTable.hash(program) & mask
        while families[slot] >= 0 {
            if equal(names[slot], program) { return Int(families[slot]) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func equal(_ name: Bytes, _ program: Bytes) -> Bool {
        guard name.count == program.count else { return false }
        for index in 0..<name.count where name.start[index] != ASCII.lower(program.start[index]) { return false }
        return true
    }

    private static func hash(_ name: Bytes) -> Int {
        var hash: UInt32 = 0x811C_9DC5
        for index in 0..<name.count { hash = (hash ^ UInt32(ASCII.lower(name.start[index]))) &* 0x0100_0193 }
        return Int(hash ^ hash >> 15)
    }
}
