internal import Storage

/// By what a list is sorted: `severity` (worst first) unless another column is named.
package struct ListOrder: Sendable {
    let order: IncidentOrder

    package init() { order = .severity }

    /// - Parameters:
    ///   - name: a column, or an unmistakable beginning of one
    ///   - reversed: the other way round than is usual for the column
    package init(_ name: String, reversed: Bool) throws(DeskError) {
        guard let word = completed(name, among: ListOrder.names), let key = IncidentOrder.Key(rawValue: word) else {
            throw .word("column to sort by", name, ListOrder.names)
        }
        let descending: Set<IncidentOrder.Key> = [.severity, .last, .count, .duration]
        order = IncidentOrder(key, descending: descending.contains(key) != reversed)
    }

    package static var names: [String] { IncidentOrder.Key.allCases.map(\.rawValue) }
}
