internal import Events
package import Primitives
internal import Synchronization

/// The message forms that a decoder reads by: the built-in families, and before them those of the user. Made once and
/// kept as long as the process lives.
package final class MessageForms: Sendable {
    private let own: [MessageFamily]
    private let made = Mutex<MessageTables?>(nil)

    /// Forms of the user's go before the built-in ones of the same programs. Their skeletons have been checked by
    /// `problem`.
    package init(_ families: [MessageFamily]) { own = families }

    /// Compiled when the first message is to be read: inputs without any do without.
    var tables: MessageTables {
        made.withLock { made in
            if let made { return made }
            let tables = MessageTables(families: MessageForms.merged(own))
            made = tables
            return tables
        }
    }

    /// A program belongs to one family: one that both name gets a family of its own, of the forms of both.
    private static func merged(_ own: [MessageFamily]) -> [MessageFamily] {
        var rest = applicationFamilies
        var result: [MessageFamily] = []
        for family in own where family.programs.isEmpty { result.append(family) }
        var byProgram: [(program: [UInt8], family: MessageFamily)] = []
        for family in own {
            for program in family.programs {
                let name = Array(program.lowercased().utf8)
                let forms = family.forms.map { sourced($0, family.source) }
                if let place = byProgram.firstIndex(where: { $0.program == name }) {
                    byProgram[place].family.forms += forms
                } else {
                    byProgram.append((name, MessageFamily([program.lowercased()], family.source, forms)))
                }
            }
        }
        for (name, family) in byProgram {
            var family = family
            for index in rest.indices where rest[index].programs.contains(where: { Array($0.utf8) == name }) {
                family.forms += rest[index].forms.map { sourced($0, rest[index].source) }
                rest[index].programs.removeAll { Array($0.utf8) == name }
            }
            result.append(family)
        }
        return result + rest
    }

    private static func sourced(_ form: MessageForm, _ source: LogSource) -> MessageForm {
        var form = form
        form.source = form.source ?? source
        return form
    }
}

/// Why a skeleton cannot be used: `length` bytes of it at `offset` are at fault.
package struct SkeletonProblem: Error {
    package let offset: Int
    package let length: Int
    package let message: StaticString
}

extension MessageForms {
    /// Most ways through a skeleton that its alternatives may make.
    private static let wayLimit = 256

    /// What is wrong with `skeleton`; nil where it can be compiled.
    package static func problem(_ skeleton: Bytes) -> SkeletonProblem? {
        var at = 0
        var open: Int?
        var choices = 0
        var ways = 1
        while at < skeleton.count {
            let byte = skeleton.start[at]
            switch byte {
            case ASCII.backslash: at += 1
            case ASCII.openParenthesis:
                if open != nil { return .init(offset: at, length: 1, message: "alternatives cannot be nested") }
                open = at
                choices = 1
            case 0x7C where open != nil: choices += 1
            case ASCII.closeParenthesis:
                if open == nil { return .init(offset: at, length: 1, message: "a `)` that nothing opens") }
                open = nil
                ways *= choices
            case ASCII.percent where at + 1 < skeleton.count && skeleton.start[at + 1] == 0x7B:
                guard let close = skeleton.firstIndex(of: 0x7D, from: at) else {
                    return .init(offset: at, length: 2, message: "a `%{` that no `}` closes")
                }
                if let problem = captureProblem(skeleton, at + 2, close) { return problem }
                at = close
            case ASCII.percent where isGroupEdge(skeleton, at + 1):
                // With a `{` on the other side it would be a capture that no check has seen.
                return .init(offset: at, length: 1, message: "a `%` beside a group's edge is written `\\%`")
            default: break
            }
            if ways > wayLimit { return .init(offset: at, length: 1, message: "more than 256 ways through it") }
            at += 1
        }
        if let open { return .init(offset: open, length: 1, message: "a `(` that no `)` closes") }
        return shapeProblem(skeleton)
    }

    /// Whether what stands at `place` begins, parts or ends the choices of a group.
    private static func isGroupEdge(_ skeleton: Bytes, _ place: Int) -> Bool {
        guard place < skeleton.count else { return false }
        let byte = skeleton.start[place]
        return byte == ASCII.openParenthesis || byte == 0x7C || byte == ASCII.closeParenthesis
    }

    private static func captureProblem(_ skeleton: Bytes, _ from: Int, _ to: Int) -> SkeletonProblem? {
        let text = skeleton.slice(from, to)
        let colon = text.firstIndex(of: ASCII.colon)
        let name = text.prefix(colon ?? text.count)
        let known = captureNames.contains { $0.name.utf8.elementsEqual(name.array) }
        if !known, Field(rawValue: name.text) == nil {
            return .init(offset: from, length: to - from, message: "no such capture, and no field of ECS's")
        }
        guard let colon else { return nil }
        let kind = text.dropping(colon + 1)
        if captureNames.contains(where: { $0.name.utf8.elementsEqual(kind.array) }) { return nil }
        return .init(
            offset: from + colon + 1, length: kind.count,
            message: "no such kind: text, short, word, token, number, ip, host")
    }

    private static func shapeProblem(_ skeleton: Bytes) -> SkeletonProblem? {
        var compiler = SkeletonCompiler()
        for way in compiler.compile(skeleton.text) {
            if way.count > SkeletonMatcher.maximumPieces {
                return .init(offset: 0, length: skeleton.count, message: "more than 48 pieces")
            }
            if way.contains(where: { $0.isLiteral && $0.literal.count >= 4 }) { continue }
            return .init(
                offset: 0, length: skeleton.count,
                message: "one way through it has no four bytes of text in a row to know it by")
        }
        return nil
    }
}
