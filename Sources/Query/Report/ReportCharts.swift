internal import Events
internal import Output

/// Charts as SVG, drawn with the page's own colours; nothing is loaded from anywhere.
enum ReportCharts {
    private static let classes = ["s0", "s1", "s2", "s3", "s4"]

    /// Bars over time, stacked by severity, the worst at the bottom.
    static func timeline(_ slots: [ReportData.TimeSlot], label: (ReportData.TimeSlot) -> String, title: String)
        -> String
    {
        let (width, height, base) = (960.0, 180.0, 150.0)
        let most = max(1, slots.map(\.total).max() ?? 1)
        let step = width / Double(max(1, slots.count))
        var svg =
            "<svg viewBox=\"0 0 \(Int(width)) \(Int(height))\" role=\"img\" aria-label=\"\(HTMLText.escaped(title))\">"
        for (index, slot) in slots.enumerated() {
            var y = base
            for rank in stride(from: Severity.allCases.count - 1, through: 0, by: -1) where slot.counts[rank] > 0 {
                let tall = Double(slot.counts[rank]) / Double(most) * (base - 16)
                y -= tall
                svg += rect(Double(index) * step + step * 0.1, y, step * 0.8, tall, classes[rank])
            }
            svg +=
                "<rect x=\"\(number(Double(index) * step))\" y=\"0\" width=\"\(number(step))\" "
            svg += "height=\"\(number(base))\" "
            svg += "fill=\"transparent\"><title>\(HTMLText.escaped(label(slot))): \(slot.total)</title></rect>"
            if index % max(1, slots.count / 8) == 0 {
                svg += text(Double(index) * step + 2, height - 12, HTMLText.escaped(label(slot)))
            }
        }
        svg += "<line x1=\"0\" y1=\"\(Int(base))\" x2=\"\(Int(width))\" y2=\"\(Int(base))\" class=\"axis\"/>"
        return svg + text(2, 12, "\(most)") + "</svg>"
    }

    /// Bars beside each other's names, longest first.
    static func bars(_ rows: [(name: String, count: Int, rank: Int)], title: String) -> String {
        let most = max(1, rows.map(\.count).max() ?? 1)
        let height = rows.count * 24 + 4
        var svg = "<svg viewBox=\"0 0 960 \(height)\" role=\"img\" aria-label=\"\(HTMLText.escaped(title))\">"
        for (index, row) in rows.enumerated() {
            let y = Double(index * 24)
            let name = HTMLText.escaped(TerminalText.cut(row.name, to: 52))
            svg += text(0, y + 16, name)
            let wide = max(2, Double(row.count) / Double(most) * 480)
            svg += rect(400, y + 4, wide, 16, classes[max(0, min(4, row.rank))])
            svg += text(406 + wide, y + 16, grouped(Int64(row.count)))
        }
        return svg + "</svg>"
    }

    private static func rect(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ name: String) -> String {
        "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" "
            + "class=\"\(name)\"/>"
    }

    private static func text(_ x: Double, _ y: Double, _ escaped: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\">\(escaped)</text>"
    }

    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}

enum AttackStages {
    static var order: [(name: String, title: String, id: String)] { AttackNames.tactics }
}
