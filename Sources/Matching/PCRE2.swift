internal import CPCRE2
package import Primitives
internal import Synchronization

/// Why a regular expression was refused: PCRE2's message and where, in bytes from 0.
package struct RegularExpressionError: Error, Sendable, CustomStringConvertible {
    package let message: String
    package let offset: Int

    package var description: String { "\(message) (at character \(offset + 1))" }
}

/// How an expression is read. Bytes are matched as bytes unless `unicode` is set.
package struct RegularExpressionOptions: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static var caseless: RegularExpressionOptions { RegularExpressionOptions(rawValue: 1) }
    /// `.` matches newlines too.
    package static var dotAll: RegularExpressionOptions { RegularExpressionOptions(rawValue: 2) }
    /// `^` and `$` match at line ends.
    package static var multiline: RegularExpressionOptions { RegularExpressionOptions(rawValue: 4) }
    /// Subject and pattern are UTF-8; bytes that are not never match (`PCRE2_MATCH_INVALID_UTF`).
    package static var unicode: RegularExpressionOptions { RegularExpressionOptions(rawValue: 8) }
    /// White space and comments in the pattern do not count.
    package static var extended: RegularExpressionOptions { RegularExpressionOptions(rawValue: 16) }
    /// Only at the subject's start.
    package static var anchored: RegularExpressionOptions { RegularExpressionOptions(rawValue: 32) }
    /// `$` only at the very end.
    package static var dollarEndOnly: RegularExpressionOptions { RegularExpressionOptions(rawValue: 64) }
    /// Quantifiers are lazy unless followed by `?`.
    package static var ungreedy: RegularExpressionOptions { RegularExpressionOptions(rawValue: 128) }
    /// Plain groups capture nothing.
    package static var noCapture: RegularExpressionOptions { RegularExpressionOptions(rawValue: 256) }

    fileprivate var flags: UInt32 {
        var flags: UInt32 = 0
        if contains(.caseless) { flags |= PCRE2_CASELESS }
        if contains(.dotAll) { flags |= PCRE2_DOTALL }
        if contains(.multiline) { flags |= PCRE2_MULTILINE }
        if contains(.unicode) { flags |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF }
        if contains(.extended) { flags |= PCRE2_EXTENDED }
        if contains(.anchored) { flags |= PCRE2_ANCHORED }
        if contains(.dollarEndOnly) { flags |= PCRE2_DOLLAR_ENDONLY }
        if contains(.ungreedy) { flags |= PCRE2_UNGREEDY }
        if contains(.noCapture) { flags |= PCRE2_NO_AUTO_CAPTURE }
        return flags
    }
}

/// A compiled expression (PCRE2 with JIT). Made once, shared by all workers; each matches with a
/// `RegularExpressionWorker` of its own. Machine code is made at the first match: of many expressions most never see
/// one.
package final class RegularExpression: Sendable {
    let pattern: [UInt8]
    let options: RegularExpressionOptions
    private let compiled: Mutex<ExpressionCode>
    /// What `compiled` holds, once it does: read without a lock.
    private let ready = Atomic<UInt>(0)

    /// Pattern bytes longer than this are refused.
    package static let maximumPatternBytes = 65_536

    package init(_ pattern: [UInt8], options: RegularExpressionOptions = []) throws(RegularExpressionError) {
        guard pattern.count <= RegularExpression.maximumPatternBytes else {
            throw RegularExpressionError(
                message: "longer than \(RegularExpression.maximumPatternBytes) bytes",
                offset: RegularExpression.maximumPatternBytes)
        }
        self.pattern = pattern
        self.options = options
        compiled = Mutex(ExpressionCode(code: try RegularExpression.compile(pattern, options)))
    }

    /// An expression that is known to compile: compiled when it is first matched.
    init(known pattern: [UInt8], _ options: RegularExpressionOptions) {
        self.pattern = pattern
        self.options = options
        compiled = Mutex(ExpressionCode(code: nil))
    }

    private static func compile(
        _ pattern: [UInt8], _ options: RegularExpressionOptions
    ) throws(RegularExpressionError) -> OpaquePointer {
        var status: Int32 = 0
        var offset = 0
        let compiled = pattern.withUnsafeBufferPointer { text in
            pcre2_compile_8(text.baseAddress, text.count, options.flags, &status, &offset, nil)
        }
        guard let compiled else { throw RegularExpressionError(message: message(status), offset: offset) }
        return compiled
    }

    /// The expression with its machine code; nil where memory was short.
    fileprivate var code: OpaquePointer? {
        if let known = OpaquePointer(bitPattern: ready.load(ordering: .acquiring)) { return known }
        compiled.withLock { state in
            if state.code == nil { state.code = try? RegularExpression.compile(pattern, options) }
            guard let code = state.code, ready.load(ordering: .acquiring) == 0 else { return }
            pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE)
            ready.store(UInt(bitPattern: code), ordering: .releasing)
        }
        return OpaquePointer(bitPattern: ready.load(ordering: .acquiring))
    }

    package var captureCount: Int {
        guard let code else { return 0 }
        var groups: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &groups)
        return Int(groups)
    }

    package convenience init(
        _ pattern: String, options: RegularExpressionOptions = []
    ) throws(RegularExpressionError) {
        try self.init(Array(pattern.utf8), options: options)
    }

    /// Whether some part of `bytes` matches.
    package func matches(_ bytes: Bytes, _ worker: RegularExpressionWorker) -> Bool {
        worker.run(self, bytes, from: 0, flags: 0)
    }

    /// The leftmost match at or after `from`, as offsets into `bytes`. Look-behind sees what lies before `from`.
    /// With `anchored`, only a match that starts at `from` counts.
    package func firstMatch(
        _ bytes: Bytes, from: Int = 0, anchored: Bool = false, _ worker: RegularExpressionWorker
    ) -> (start: Int, end: Int)? {
        guard worker.run(self, bytes, from: from, flags: anchored ? PCRE2_ANCHORED : 0) else { return nil }
        return worker.group(0)
    }

    private static func message(_ status: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(status, &text, text.count)
        return length > 0 ? String(decoding: text[..<Int(length)], as: UTF8.self) : "error \(status)"
    }
}

/// PCRE2's own memory of an expression.
private struct ExpressionCode: ~Copyable, @unchecked Sendable {
    var code: OpaquePointer?

    deinit { pcre2_code_free_8(code) }
}

/// What one worker needs to match: room for offsets, a stack for compiled code, limits. Serves every expression; not
/// for two threads at once.
package final class RegularExpressionWorker {
    private let data: OpaquePointer?
    private let context: OpaquePointer?
    private let stack: OpaquePointer?
    /// Matches given up because a limit was reached; they count as "does not match".
    package private(set) var abandoned = 0

    /// Offsets are kept for this many groups, the whole match included.
    package static let groupRoom = 16

    /// `matchLimit` bounds the work of one match (PCRE2's match limit; the interpreter's depth likewise).
    package init(matchLimit: UInt32 = 1_000_000) {
        data = pcre2_match_data_create_8(UInt32(RegularExpressionWorker.groupRoom), nil)
        context = pcre2_match_context_create_8(nil)
        stack = pcre2_jit_stack_create_8(32 << 10, 1 << 20, nil)
        pcre2_set_match_limit_8(context, matchLimit)
        pcre2_set_heap_limit_8(context, 20_000)
        pcre2_jit_stack_assign_8(context, nil, stack.map { UnsafeMutableRawPointer($0) })
    }

    deinit {
        pcre2_match_data_free_8(data)
        pcre2_match_context_free_8(context)
        pcre2_jit_stack_free_8(stack)
    }

    fileprivate func run(_ expression: RegularExpression, _ bytes: Bytes, from: Int, flags: UInt32) -> Bool {
        guard from >= 0, from <= bytes.count else { return false }
        guard let code = expression.code else {
            abandoned += 1
            return false
        }
        let status = pcre2_match_8(code, bytes.start, bytes.count, from, flags, data, context)
        if status >= 0 { return true }
        if status != PCRE2_ERROR_NOMATCH { abandoned += 1 }
        return false
    }

    /// Offsets of group `index` (0: the whole match) of the last successful match; nil where it took no part.
    package func group(_ index: Int) -> (start: Int, end: Int)? {
        guard index >= 0, index < RegularExpressionWorker.groupRoom, let data,
            let offsets = pcre2_get_ovector_pointer_8(data)
        else { return nil }
        let start = offsets[2 * index]
        let end = offsets[2 * index + 1]
        guard start != Int(bitPattern: UInt.max), start <= end else { return nil }
        return (start, end)
    }
}
