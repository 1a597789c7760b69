internal import Events
internal import Output
internal import Primitives
internal import Storage

/// The parts of `show` that come from outside of the detections: whose systems are concerned, and what addresses were
/// called at the time.
extension IncidentView {
    static let maximumBindings = 12
    private static let maximumAddresses = 20

    /// Names that addresses of the incident had while it went on, a day before and after counted in.
    static func bindings(
        _ incident: Incident, _ detections: [Detection], _ store: Store
    ) throws(StoreError) -> [Binding] {
        var addresses: [IPAddress] = []
        let fields = detections.flatMap(\.fields).filter { $0.name.hasSuffix(".ip") }
        let texts = [incident.entity.value] + fields.map(\.value)
        for text in texts {
            guard let address = IPAddress(text), !addresses.contains(address) else { continue }
            addresses.append(address)
            if addresses.count == maximumAddresses { break }
        }
        var found: [Binding] = []
        for address in addresses {
            let day: Int64 = 24 * 3600 * 1_000_000_000
            let (from, to) = (incident.first.adding(nanoseconds: -day), incident.last.adding(nanoseconds: day))
            found += try store.bindings(address: address, limit: maximumBindings).filter {
                $0.first <= to && from <= $0.last
            }
        }
        return Array(found.prefix(maximumBindings))
    }

    var bindingLines: [String] {
        guard !bindings.isEmpty else { return [] }
        var groups: [[Binding]] = []
        for binding in bindings {
            let like = groups.firstIndex { $0[0].address == binding.address && $0[0].kind == binding.kind }
            if let index = like {
                groups[index].append(binding)
            } else {
                groups.append([binding])
            }
        }
        return [title("Known at the time")] + groups.map { BindingText.line($0, times, named: true, width: width) }
    }

    var systemLines: [String] {
        guard !systems.isEmpty else { return [] }
        let isVietnamese = options.language == .vietnamese
        var lines = [title("Systems")]
        for system in systems {
            let name = isVietnamese ? system.nameVietnamese ?? system.name : system.name
            let agency = isVietnamese ? system.agencyNameVietnamese ?? system.agencyName : system.agencyName
            let parts = [
                "\(system.id)  \(name)", "criticality \(system.criticality)", system.owner.map { "owner \($0)" },
                agency,
            ]
            let text = TerminalText.escaped(parts.compactMap { $0 }.joined(separator: " · "))
            lines.append(TerminalText.cut("  " + text, to: width))
        }
        return lines
    }
}

/// A binding in a line.
enum BindingText {
    /// `named`: the address in front; else it is known from the heading.
    static func line(_ binding: Binding, _ times: TimeText, named: Bool, width: Int) -> String {
        line([binding], times, named: named, width: width)
    }

    /// Of several names that an address had in the same way, how many, and from when to when.
    static func line(_ bindings: [Binding], _ times: TimeText, named: Bool, width: Int) -> String {
        guard let binding = bindings.first else { return "" }
        let address = named && !binding.address.isUnspecified ? "\(binding.address) " : ""
        let more = bindings.count - 1
        let names = (more > 0 ? "\(bindings.count) names: " : "") + bindings.map(\.name).joined(separator: ", ")
        let (first, last) = (bindings.map(\.first).min() ?? .none, bindings.map(\.last).max() ?? .none)
        let when = "  \(times.range(first, last))"
        let text = TerminalText.escaped("  \(address)\(verb(binding.kind)) \(names)")
        // When is worth more than the end of a long name.
        return TerminalText.cut(text, to: max(20, width - when.count)) + when
    }

    private static func verb(_ kind: SightingKind) -> String {
        switch kind {
        case .user: "logged in as"
        case .lease: "leased to"
        case .answer: "answered for"
        case .serverName: "asked for as"
        case .virtualHost: "served as"
        case .address: "seen"
        }
    }
}

extension IPAddress {
    /// `::`, which stands for an address that is not known.
    var isUnspecified: Bool { high == 0 && low == 0 }
}
