internal import Events
internal import Primitives
internal import Storage

/// The parts of `show` that tell what happened: who took part, the story, the evidence, the packets.
extension IncidentView {
    /// Parties by field, most often named first.
    var parties: [String] {
        var counts: [FieldValue: Int] = [:]
        var order: [String] = []
        for detection in detections {
            for field in Set(detection.fields) where Mentions.isParty(field.name) && !field.value.isEmpty {
                counts[field, default: 0] += 1
            }
            for field in detection.fields where Mentions.isParty(field.name) && !order.contains(field.name) {
                order.append(field.name)
            }
        }
        guard !order.isEmpty else { return [] }
        let longest = min(28, order.map { TerminalText.width(of: TerminalText.escaped($0)) }.max() ?? 0)
        var lines = [title("Parties")]
        for name in order.prefix(12) {
            let values = counts.filter { $0.key.name == name }
                .sorted { $0.value != $1.value ? $0.value > $1.value : $0.key.value < $1.key.value }
            let shown = values.prefix(5).map { "\($0.key.value)\(values.count > 1 ? " (\($0.value))" : "")" }
            let more = values.count > 5 ? ", ... \(values.count - 5) more" : ""
            let text = TerminalText.escaped(shown.joined(separator: ", ") + more)
            let label = TerminalText.fitted(TerminalText.escaped(name), to: longest)
            lines.append(TerminalText.cut("  \(label)  \(text)", to: width))
        }
        return lines
    }

    var evidence: [String] {
        let all = detections.flatMap { detection in detection.evidence.map { (detection, $0) } }
        guard !all.isEmpty else { return [] }
        let contents = Dictionary(rules.map { ($0.id, RuleText($0).contents) }) { first, _ in first }
        var lines = [title("Evidence") + palette.quiet("  (what matched is underlined)")]
        for (detection, piece) in telling(all) {
            let isPacket = piece.linkType != nil || !isText(piece.bytes)
            lines.append("  \(place(piece.event, packet: isPacket))\(decoded(piece))")
            let needles = detection.fields.map { Array($0.value.utf8) } + (contents[detection.rule.id] ?? [])
            let marks = ByteMarks(needles.filter { $0.count > 2 }, in: piece.bytes)
            let shown =
                isPacket || options.hex
                ? marks.hex(piece.bytes, rows: options.hex ? 256 : 8)
                : marks.lines(piece.bytes, width: max(20, width - 4), maximum: 6)
            lines += shown.map { "    " + $0 }
            lines.append("    \(palette.quiet("sha256 \(piece.digest.hex)"))")
        }
        let more = Set(all.map { EvidencePlace($0.1) }).count - IncidentView.maximumEvidence
        if more > 0 { lines.append("  ... and \(more) more: nightjar show \(incident.id.description.prefix(8)) --raw") }
        return lines
    }

    /// A record of each rule, of those first that weigh most, then of what there is; in order of time.
    private func telling(_ all: [(Detection, Evidence)]) -> [(Detection, Evidence)] {
        var places: [String: Int] = [:]
        for (index, piece) in all.enumerated() where places[piece.0.rule.id] == nil { places[piece.0.rule.id] = index }
        var seen: Set<EvidencePlace> = []
        var chosen: [Int] = []
        for index in weighed.compactMap({ places[$0.rule.id] }) + Array(all.indices) {
            if chosen.count == IncidentView.maximumEvidence { break }
            if seen.insert(EvidencePlace(all[index].1)).inserted { chosen.append(index) }
        }
        return chosen.sorted().map { all[$0] }
    }

    private func isText(_ bytes: [UInt8]) -> Bool {
        let head = bytes.prefix(256)
        return head.count { $0 < 0x20 && $0 != 9 && $0 != 10 && $0 != 13 } * 20 <= head.count
    }

    /// Who sent a frame to whom, and what it begins with.
    private func decoded(_ piece: Evidence) -> String {
        guard let link = piece.linkType, !options.hex else { return "" }
        let text = PacketText(
            KeptPacket(
                number: 0, time: .none, wireLength: UInt32(clamping: piece.bytes.count), linkType: link,
                bytes: piece.bytes))
        let line = "    \(text.source) → \(text.destination)  \(text.proto)  \(text.detail)"
        return "\n" + TerminalText.cut(TerminalText.escaped(line), to: width)
    }

    /// The raw records alone, in order, as text that is safe on a terminal.
    var rawLines: String {
        var seen: Set<EvidencePlace> = []
        var text = ""
        for piece in detections.flatMap(\.evidence) where seen.insert(EvidencePlace(piece)).inserted {
            if piece.linkType == nil, isText(piece.bytes) {
                text += TerminalText.escaped(String(decoding: piece.bytes, as: UTF8.self)) + "\n"
            } else {
                text += HexDump.lines(piece.bytes, rows: 256).joined(separator: "\n") + "\n"
            }
        }
        return text
    }

    /// Each kept packet once, in the order of its capture.
    var packetLines: [String] {
        if slices.isEmpty, options.packets { return [title("Packets"), "  none are kept of this incident"] }
        guard !slices.isEmpty else { return [] }
        let kept = slices.reduce(0) { $0 + $1.packets.count }
        guard options.packets else {
            let flows = counted(Int64(slices.count), "hit")
            return [
                title("Packets"),
                "  \(counted(Int64(kept), "packet")) kept around \(flows): --packets shows them",
            ]
        }
        var lines = [title("Packets")]
        for slice in slices.prefix(IncidentView.maximumEvidence) {
            lines.append(
                "  \(slice.packets.count) of \(counted(Int64(slice.flowPackets), "packet")) of the flow, "
                    + "hit at packet \(slice.hit)")
            for packet in slice.packets {
                let text = PacketText(packet)
                let mark = packet.number == slice.hit ? ">" : " "
                let number = TerminalText.fitted("\(packet.number)", to: 7, rightAligned: true)
                let line =
                    "  \(mark)\(number)  \(clockTime(packet.time))  \(text.source) → \(text.destination)  "
                    + "\(text.proto)  \(text.detail)"
                lines.append(TerminalText.cut(TerminalText.escaped(line), to: width))
            }
        }
        return lines
    }

    /// `02:58:01.250137`.
    private func clockTime(_ time: Timestamp) -> String {
        let micros = String(time.nanoseconds % 1_000_000_000 / 1000)
        let padded = String(repeating: "0", count: max(0, 6 - micros.count)) + micros
        return "\(times.full(time).suffix(8)).\(padded)"
    }

    var relatedLines: [String] {
        guard !related.isEmpty else { return [] }
        var lines = [title("Related")]
        for incident in related.prefix(IncidentView.maximumRelated) {
            let severity = TerminalText.fitted(IncidentTable.severity(incident.severity), to: 8)
            let line =
                "  \(incident.id.description.prefix(8))  \(severity)  \(times.short(incident.first))  "
                + "\(IncidentTable.entity(incident.entity))  \(IncidentTable.whatHappened(incident))"
            lines.append(TerminalText.cut(line, to: width))
        }
        if related.count > IncidentView.maximumRelated {
            lines.append("  ... more: nightjar incidents about \(IncidentTable.entity(incident.entity))")
        }
        return lines
    }
}
