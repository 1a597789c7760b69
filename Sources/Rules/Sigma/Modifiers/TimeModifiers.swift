internal import Primitives

extension Modifier {
    static let minute = part(.minute, 0...59)
    static let hour = part(.hour, 0...23)
    static let day = part(.day, 1...31)
    static let week = part(.week, 1...53)
    static let month = part(.month, 1...12)
    static let year = part(.year, 1...9999)

    /// `minute`, `hour`, ...: the field is a date and time, as written there (no zone is applied), and this part of it
    /// is held against the value.
    private static func part(_ part: TimePart, _ range: ClosedRange<Int>) -> Modifier {
        Modifier(part.rawValue) { item, site in
            try item.mapVariants { value in
                var comparison = NumberComparison.equal
                var number = value.asNumber
                if case .comparison(let given, let bound) = value { (comparison, number) = (given, bound) }
                guard let whole = number?.asWhole, range.contains(whole) else {
                    throw site.refuse(
                        "`\(site.name)` needs a whole number from \(range.lowerBound) to \(range.upperBound)")
                }
                return .time(part, comparison, whole)
            }
        }
    }
}
