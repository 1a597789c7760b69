internal import Events
internal import Rules

/// Reads the numbers of a rule's `detector:` block. Every setting has a default and a range; what the detector does not
/// know is refused, so that a misspelt setting does not pass for its default.
struct AnomalySettings {
    private let rule: AnomalyRule
    private var unread: Set<String>

    init(_ rule: AnomalyRule) {
        self.rule = rule
        unread = Set(rule.settings.keys)
    }

    mutating func number(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = take(name) else { return standard }
        guard let value = Int(text) else { throw error(name, "'\(text)' is not a whole number") }
        guard range.contains(value) else {
            throw error(name, "\(value) is out of range: \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    mutating func fraction(_ name: String, default standard: Double, in range: ClosedRange<Double>) throws -> Double {
        guard let text = take(name) else { return standard }
        guard let value = Double(text), value.isFinite else { throw error(name, "'\(text)' is not a number") }
        guard range.contains(value) else {
            throw error(name, "\(text) is out of range: \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// Seconds: `90`, `90s`, `5m`, `1h`, `1d`.
    mutating func seconds(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
        guard let text = take(name) else { return standard }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let count = Int(unit == nil ? text : String(text.dropLast())), count >= 0, count < 1 << 32 else {
            throw error(name, "'\(text)' is not a time such as 90s, 5m or 1h")
        }
        let value = count * (unit ?? 1)
        guard range.contains(value) else {
            throw error(name, "\(text) is out of range: \(range.lowerBound)s to \(range.upperBound)s")
        }
        return value
    }

    mutating func text(_ name: String, default standard: String) -> String { take(name) ?? standard }

    /// One of a few words; nil where the rule does not say.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws -> Choice? {
        guard let written = take(name) else { return nil }
        if let choice = Choice(rawValue: written) { return choice }
        throw error(name, "'\(written)' is none of: \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }

    /// Fields of the key: `key: [source.ip, url.domain|host.name]`.
    mutating func key(default standard: [WatchText]) throws -> [WatchText] {
        guard let written = take("key") else { return standard }
        let parts = written.split(separator: ",").map { $0.drop { $0 == " " } }
        guard !parts.isEmpty, parts.count <= WatchSpec.maximumKeyParts else {
            throw error("key", "takes one to \(WatchSpec.maximumKeyParts) fields")
        }
        return try parts.map { part in
            guard let text = WatchText(String(part)) else { throw error("key", "'\(part)' is no field") }
            return text
        }
    }

    /// One field: `value: user.name`.
    mutating func watched(_ name: String, default standard: WatchText?) throws -> WatchText {
        guard let written = take(name) else {
            guard let standard else { throw error(name, "has to name a field") }
            return standard
        }
        guard let text = WatchText(written) else { throw error(name, "'\(written)' is no field") }
        return text
    }

    /// What stands under `where:`; `standard` where there is nothing.
    mutating func conditions(default standard: [WatchCondition] = []) throws -> [WatchCondition] {
        let names = unread.filter { $0.hasPrefix("where.") }.sorted()
        if names.isEmpty { return standard }
        return try names.map { name in
            let written = take(name) ?? ""
            guard let condition = WatchCondition(field: String(name.dropFirst(6)), written) else {
                throw error(name, "'\(written)' is no condition such as failure, 'a*', '*.css', '>=500' or internal")
            }
            return condition
        }
    }

    /// Refuses whatever was not asked for.
    func finish(known: [String]) throws {
        guard let name = unread.min() else { return }
        throw error(name, "unknown setting; the detector \(rule.detector) has: \(known.joined(separator: ", "))")
    }

    private mutating func take(_ name: String) -> String? {
        unread.remove(name)
        return rule.settings[name]
    }

    private func error(_ name: String, _ message: String) -> AnomalyError {
        AnomalyError(rule: rule.info.id, setting: name, message: message)
    }
}
