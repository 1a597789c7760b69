internal import Events
internal import Primitives

/// Matches one compiled skeleton against one message.
///
/// What stands before the first free text is matched from the left, what stands behind the last from the right; free
/// text in between is delimited by the pieces between, looked for from the right (or from the left for `short`). So the
/// trailing ` from ADDRESS port NUMBER` of a message is always its own, whatever a user is called. The work is bounded
/// by `candidateLimit` tries for each free text, each as long as its typed captures.
struct SkeletonMatcher {
    static let maximumPieces = 48
    private static let candidateLimit = 64

    let pieces: UnsafePointer<SkeletonPiece>
    /// For every byte, the kinds of captures that may hold it: one bit each.
    private let classes: UnsafePointer<UInt8>
    /// Views of the captures by piece, valid after a match.
    let captures: UnsafeMutablePointer<Bytes>

    init(_ tables: MessageTables, captures: UnsafeMutablePointer<Bytes>) {
        pieces = tables.pieces
        classes = tables.classes
        self.captures = captures
    }

    /// What `attempt` answers where the skeleton fits, and where what does not fit is no leading piece.
    static let fits = -1
    static let failsElsewhere = Int.max

    func match(_ skeleton: CompiledSkeleton, _ message: Bytes) -> Bool {
        attempt(skeleton, message) == SkeletonMatcher.fits
    }

    /// `fits`, or how many pieces fitted before the first that did not while those were matched from the left: no
    /// skeleton that begins with one piece more of the same can fit either.
    func attempt(_ skeleton: CompiledSkeleton, _ message: Bytes) -> Int {
        var first = skeleton.first
        var last = skeleton.first + skeleton.count - 1
        var from = 0
        var to = message.count
        if pieces[last].isLiteral {
            let end = pieces[last].literal
            guard end.count <= to, equal(message.start + to - end.count, end) else {
                return SkeletonMatcher.failsElsewhere
            }
        }
        while first <= last, !pieces[first].isFree {
            guard let next = forward(first, message, from, to) else { return first - skeleton.first }
            from = next
            first += 1
        }
        if first > last { return from == to ? SkeletonMatcher.fits : SkeletonMatcher.failsElsewhere }
        while !pieces[last].isFree {
            guard let next = backward(last, message, from, to) else { return SkeletonMatcher.failsElsewhere }
            to = next
            last -= 1
        }
        return between(first, last, message, from, to) ? SkeletonMatcher.fits : SkeletonMatcher.failsElsewhere
    }

    /// Pieces `first ... last`, both free, over `from ..< to`.
    private func between(_ first: Int, _ last: Int, _ message: Bytes, _ from: Int, _ to: Int) -> Bool {
        var first = first
        var from = from
        while first < last {
            var next = first + 1
            while !pieces[next].isFree { next += 1 }
            guard
                let (start, end) = find(first + 1, next - 1, message, from, to, fromLeft: pieces[first].kind == .short)
            else { return false }
            captures[first] = message.slice(from, start)
            from = end
            first = next
        }
        captures[first] = message.slice(from, to)
        return true
    }

    /// Where pieces `first ... last` (none free) stand in `from ..< to`: the leftmost place, or the rightmost.
    private func find(
        _ first: Int, _ last: Int, _ message: Bytes, _ from: Int, _ to: Int, fromLeft: Bool
    ) -> (Int, Int)? {
        guard first <= last, pieces[first].isLiteral else { return nil }
        let needle = pieces[first].literal
        var low = from
        var high = to
        for _ in 0..<SkeletonMatcher.candidateLimit {
            let place =
                fromLeft
                ? firstPlace(of: needle, in: message, low, high) : lastPlace(of: needle, in: message, low, high)
            guard let start = place else { return nil }
            var at = start + needle.count
            var piece = first + 1
            while piece <= last, let next = forward(piece, message, at, to) {
                at = next
                piece += 1
            }
            if piece > last { return (start, at) }
            if fromLeft { low = start + 1 } else { high = start + needle.count - 1 }
        }
        return nil
    }

    // MARK: - One piece

    /// Matches a piece from `from` on; answers where it ends.
    @inline(__always) func forward(_ piece: Int, _ message: Bytes, _ from: Int, _ to: Int) -> Int? {
        if pieces[piece].isLiteral {
            let literal = pieces[piece].literal
            guard to - from >= literal.count, equal(message.start + from, literal) else { return nil }
            return from + literal.count
        }
        let kind = pieces[piece].kind
        var end = from
        let stop = pieces[piece].next
        let mayStop = stop.count > 0 && (kind == .word || kind == .token)
        while end < to, accepts(kind, message.start[end]) {
            if mayStop, end > from, message.start[end] == stop.start[0], to - end >= stop.count,
                equal(message.start + end, stop)
            {
                break
            }
            end += 1
        }
        return settle(piece, kind, message, from, end, growsRight: true)
    }

    /// Matches a piece that ends at `to`; answers where it begins.
    @inline(__always) private func backward(_ piece: Int, _ message: Bytes, _ from: Int, _ to: Int) -> Int? {
        if pieces[piece].isLiteral {
            let literal = pieces[piece].literal
            guard to - from >= literal.count, equal(message.start + to - literal.count, literal) else { return nil }
            return to - literal.count
        }
        let kind = pieces[piece].kind
        var start = to
        let stop = pieces[piece].previous
        let mayStop = stop.count > 0 && (kind == .word || kind == .token)
        while start > from, accepts(kind, message.start[start - 1]) {
            if mayStop, start < to, start - from >= stop.count, equal(message.start + start - stop.count, stop) {
                break
            }
            start -= 1
        }
        return settle(piece, kind, message, start, to, growsRight: false)
    }

    /// Checks what a typed capture took, gives back punctuation that belongs to the text, and keeps the view.
    private func settle(
        _ piece: Int, _ kind: CaptureKind, _ message: Bytes, _ start: Int, _ end: Int, growsRight: Bool
    ) -> Int? {
        var start = start
        var end = end
        if kind == .host || kind == .ip {
            if growsRight {
                if !endsWithColons(message.slice(start, end)) {
                    while end > start, isTrailing(message.start[end - 1]) { end -= 1 }
                }
            } else {
                while start < end, isLeading(message.start[start]) { start += 1 }
            }
        }
        guard end > start else { return nil }
        if kind == .ip {
            guard isAddress(message, &start, &end, growsRight: growsRight) else { return nil }
        } else if kind == .host, growsRight {
            end = start + hostLength(message.slice(start, end))
        }
        captures[piece] = message.slice(start, end)
        return growsRight ? end : start
    }

    /// `2001:db8::`, whose colons are its own.
    private func endsWithColons(_ text: Bytes) -> Bool {
        text.count > 1 && text.start[text.count - 1] == ASCII.colon && text.start[text.count - 2] == ASCII.colon
            && plainAddress(text) != nil
    }

    /// Length of a host without the `:port` that may stand behind it.
    private func hostLength(_ text: Bytes) -> Int {
        guard let colon = text.lastIndex(of: ASCII.colon), colon > 0, IPAddress(text) == nil,
            text.dropping(colon + 1).decimal != nil
        else { return text.count }
        return colon
    }

    /// An address that runs over `start ..< end`, perhaps with a `:port` that is not its own behind it.
    private func isAddress(_ message: Bytes, _ start: inout Int, _ end: inout Int, growsRight: Bool) -> Bool {
        let whole = message.slice(start, end)
        if plainAddress(whole) != nil { return true }
        if growsRight, let colon = whole.lastIndex(of: ASCII.colon), plainAddress(whole.slice(0, colon)) != nil {
            end = start + colon
            return true
        }
        if growsRight, let dot = whole.lastIndex(of: ASCII.dot), plainAddress(whole.slice(0, dot)) != nil {
            end = start + dot
            return true
        }
        guard !growsRight, let colon = whole.firstIndex(of: ASCII.colon),
            plainAddress(whole.dropping(colon + 1)) != nil
        else { return false }
        start += colon + 1
        return true
    }
}

extension SkeletonMatcher {
    @inline(__always) private func equal(_ text: UnsafePointer<UInt8>, _ literal: Bytes) -> Bool {
        for index in 0..<literal.count where text[index] != literal.start[index] { return false }
        return true
    }

    /// Whether a capture of `kind` may hold `byte`.
    @inline(__always) private func accepts(_ kind: CaptureKind, _ byte: UInt8) -> Bool {
        classes[Int(byte)] >> kind.rawValue & 1 != 0
    }

    /// Punctuation that ends a sentence, not an address.
    private func isTrailing(_ byte: UInt8) -> Bool { byte == ASCII.dot || byte == ASCII.colon }

    private func isLeading(_ byte: UInt8) -> Bool { byte == ASCII.dot }

    private func firstPlace(of needle: Bytes, in message: Bytes, _ from: Int, _ to: Int) -> Int? {
        var at = from
        while to - at >= needle.count {
            guard let hit = message.slice(0, to - needle.count + 1).firstIndex(of: needle.start[0], from: at)
            else { return nil }
            if equal(message.start + hit, needle) { return hit }
            at = hit + 1
        }
        return nil
    }

    private func lastPlace(of needle: Bytes, in message: Bytes, _ from: Int, _ to: Int) -> Int? {
        var end = to - needle.count + 1
        while end > from {
            guard let hit = message.lastIndex(of: needle.start[0], before: end), hit >= from else { return nil }
            if equal(message.start + hit, needle) { return hit }
            end = hit
        }
        return nil
    }
}
