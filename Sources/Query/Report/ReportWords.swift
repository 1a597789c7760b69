internal import Output

/// The words of a report in a language.
struct ReportWords {
    enum Language: String, CaseIterable {
        case english = "en"
        case vietnamese = "vi"

        /// The same for incidents' texts.
        var story: StoryLanguage { self == .vietnamese ? .vietnamese : .english }
    }

    enum Word: CaseIterable {
        case title, period, made, incidents, records, detections, severity, status, resolution, entity, first, last
        case happened, count, timeline, attack, topEntities, topRules, assets, sensors, list, shown, story, evidence
        case ledger, runs, inputs, bytes, events, unread, dropped, problems, notRead, allRead, deadRules, noDeadRules
        case reason, none, file, kind, open, acknowledged, closed, suppressed, critical, high, medium, low
        case informational, truePositive, falsePositive, benign, duplicate, nobody, assignee, stages, overview, zone
        case noRuns, evictions, summary, agencies, systems
    }

    let language: Language

    subscript(_ word: Word) -> String {
        (language == .vietnamese ? ReportWords.vietnamese : ReportWords.english)[word] ?? "\(word)"
    }

    func severity(_ name: String) -> String { named(name) }
    func status(_ name: String) -> String { named(name) }
    func closed(as name: String) -> String { "\(self[.resolution]): \(named(name))" }

    private func named(_ name: String) -> String {
        let words: [String: Word] = [
            "open": .open, "acknowledged": .acknowledged, "closed": .closed, "suppressed": .suppressed,
            "critical": .critical, "high": .high, "medium": .medium, "low": .low, "informational": .informational,
            "true-positive": .truePositive, "false-positive": .falsePositive, "benign": .benign,
            "duplicate": .duplicate,
        ]
        return words[name].map { self[$0] } ?? name
    }

    static let english: [Word: String] = [
        .title: "Security report", .period: "Period", .made: "Made", .incidents: "Incidents", .records: "Records",
        .detections: "Detections", .severity: "Severity", .status: "Status", .resolution: "Closed as",
        .entity: "Entity", .first: "First", .last: "Last", .happened: "What happened", .count: "Count",
        .timeline: "Incidents over time", .attack: "ATT&CK", .topEntities: "Entities most often concerned",
        .topRules: "What happened most often", .assets: "Systems concerned", .sensors: "Sensors",
        .list: "Incidents, worst first", .shown: "shown of", .story: "What happened, in order", .evidence: "Evidence",
        .ledger: "What was read", .runs: "Runs", .inputs: "Inputs", .bytes: "Bytes", .events: "Events",
        .unread: "Unread", .dropped: "Dropped", .problems: "Not read, or not to the end", .notRead: "What was not read",
        .allRead: "Everything that was given was read.", .deadRules: "Rules that could not have fired",
        .noDeadRules: "Every rule had something to look at.", .reason: "Reason", .none: "None", .file: "File",
        .kind: "Kind", .open: "open", .acknowledged: "acknowledged", .closed: "closed", .suppressed: "suppressed",
        .critical: "critical", .high: "high", .medium: "medium", .low: "low", .informational: "informational",
        .truePositive: "true positive", .falsePositive: "false positive", .benign: "benign", .duplicate: "duplicate",
        .nobody: "nobody", .assignee: "Assigned to", .stages: "Stages", .overview: "Overview", .zone: "Time zone",
        .noRuns: "No run read anything of this period.",
        .evictions: "Memory ran short: results may differ from another run.",
        .summary: "Summary", .agencies: "Agencies", .systems: "Systems of the estate",
    ]

    static let vietnamese: [Word: String] = [
        .title: "Báo cáo an toàn thông tin", .period: "Thời gian", .made: "Lập lúc", .incidents: "Sự cố",
        .records: "Bản ghi", .detections: "Phát hiện", .severity: "Mức độ", .status: "Trạng thái",
        .resolution: "Kết luận", .entity: "Đối tượng", .first: "Bắt đầu", .last: "Kết thúc",
        .happened: "Diễn biến", .count: "Số lượng", .timeline: "Sự cố theo thời gian", .attack: "ATT&CK",
        .topEntities: "Đối tượng liên quan nhiều nhất", .topRules: "Loại sự cố nhiều nhất",
        .assets: "Hệ thống liên quan", .sensors: "Điểm thu thập", .list: "Danh sách sự cố, nghiêm trọng nhất trước",
        .shown: "hiển thị trên tổng số", .story: "Diễn biến theo thứ tự", .evidence: "Chứng cứ",
        .ledger: "Dữ liệu đã đọc", .runs: "Lượt quét", .inputs: "Nguồn dữ liệu", .bytes: "Số byte",
        .events: "Sự kiện", .unread: "Không đọc được", .dropped: "Bị bỏ", .problems: "Không đọc được hoặc đọc dở",
        .notRead: "Phần chưa đọc được", .allRead: "Mọi dữ liệu đưa vào đều đã được đọc.",
        .deadRules: "Luật không thể kích hoạt", .noDeadRules: "Mọi luật đều có dữ liệu để xét.", .reason: "Lý do",
        .none: "Không có", .file: "Tệp", .kind: "Loại", .open: "mới", .acknowledged: "đang xử lý", .closed: "đã đóng",
        .suppressed: "tạm ẩn", .critical: "nghiêm trọng", .high: "cao", .medium: "trung bình", .low: "thấp",
        .informational: "thông tin", .truePositive: "đúng là tấn công", .falsePositive: "cảnh báo sai",
        .benign: "vô hại", .duplicate: "trùng lặp", .nobody: "chưa ai nhận", .assignee: "Người xử lý",
        .stages: "Giai đoạn", .overview: "Tổng quan", .zone: "Múi giờ",
        .noRuns: "Không có lượt quét nào đọc dữ liệu của thời gian này.",
        .evictions: "Thiếu bộ nhớ: kết quả có thể khác với lượt quét khác.",
        .summary: "Tóm tắt", .agencies: "Cơ quan, đơn vị", .systems: "Hệ thống trong danh mục",
    ]
}
