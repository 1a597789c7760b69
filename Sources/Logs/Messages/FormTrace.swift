internal import Events
internal import Primitives

/// How far one skeleton fitted a message.
struct FormTrace {
    /// Place in `MessageTables.skeletons`.
    let number: Int
    let fits: Bool
    /// Pieces that fitted one after the other from the left, and where in the message the first that did not would
    /// stand.
    let fitted: Int
    let at: Int
}

extension FormReader {
    /// Every skeleton that would be tried on `text`, in order, up to the first that fits. Cold: `parse --explain`.
    func trace(program: Bytes, _ text: Bytes) -> (family: Int, traces: [FormTrace]) {
        let matcher = SkeletonMatcher(tables, captures: captures)
        var traces: [FormTrace] = []
        let family = tables.programs.family(of: baseName(program)) ?? -1
        if family >= 0, text.count > 0 {
            let bucket = tables.buckets[family << 8 | Int(text.start[0])]
            for index in Int(bucket.first)..<Int(bucket.first + bucket.count) {
                let made = trace(Int(tables.bucketLists[index]), text, matcher)
                traces.append(made)
                if made.fits { return (family, traces) }
            }
        }
        for number in candidates(text, nameless: program.count == 0) {
            let made = trace(number, text, matcher)
            traces.append(made)
            if made.fits { break }
        }
        return (family, traces)
    }

    /// Skeletons of programs that no family names: those whose rarest four bytes occur, in table order.
    private func candidates(_ text: Bytes, nameless: Bool) -> [Int] {
        guard text.count >= 4 else { return [] }
        var found: Set<Int32> = []
        for index in 0..<min(text.count - 3, 4096) {
            guard let entry = tables.grams.candidates(text, index) else { continue }
            for place in Int(entry.first)..<Int(entry.first + entry.count) { found.insert(tables.grams.lists[place]) }
        }
        return found.sorted().map(Int.init).filter { nameless || tables.forms[tables.skeletons[$0].form].anywhere }
    }

    private func trace(_ number: Int, _ text: Bytes, _ matcher: SkeletonMatcher) -> FormTrace {
        let skeleton = tables.skeletons[number]
        if matcher.match(skeleton, text) {
            return FormTrace(number: number, fits: true, fitted: skeleton.count, at: text.count)
        }
        var fitted = 0
        var at = 0
        while fitted < skeleton.count, !tables.pieces[skeleton.first + fitted].isFree,
            let next = matcher.forward(skeleton.first + fitted, text, at, text.count)
        {
            at = next
            fitted += 1
        }
        return FormTrace(number: number, fits: false, fitted: fitted, at: at)
    }

    /// The skeleton's text, its alternatives chosen.
    func text(of number: Int) -> [UInt8] {
        let skeleton = tables.skeletons[number]
        return (skeleton.first..<skeleton.first + skeleton.count).flatMap { text(ofPiece: $0) }
    }

    func text(ofPiece index: Int) -> [UInt8] {
        let piece = tables.pieces[index]
        if piece.isLiteral { return piece.literal.array }
        let name = piece.field == SkeletonPiece.dropped ? nil : Field.allCases[Int(piece.field)]
        return Array("%{\(name?.rawValue ?? "any"):\(piece.kind)}".utf8)
    }
}
