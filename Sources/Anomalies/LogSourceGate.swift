internal import Events
internal import Rules

/// Which log sources a rule watches, as a table over all of them: those that its detector can read, and of these the
/// ones with the names that the rule gives.
struct LogSourceGate {
    private var open = [Bool](repeating: false, count: 256)

    init(_ rule: AnomalyRule, of readable: [LogSource]) {
        for source in readable {
            let names = source.names
            let fits =
                LogSourceGate.fits(rule.category, names.categories) && LogSourceGate.fits(rule.product, names.products)
                && LogSourceGate.fits(rule.service, names.services)
            open[Int(source.rawValue)] = fits
        }
    }

    private static func fits(_ wanted: String?, _ names: [String]) -> Bool {
        guard let wanted, wanted != "any" else { return true }
        return names.contains(wanted)
    }

    func isOpen(_ source: LogSource) -> Bool { open[Int(source.rawValue)] }
}
