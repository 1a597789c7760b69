import Foundation
import Testing

/// Rooms that every record passes through: no `String`, existential or class per record. The words themselves are
/// needed where rules and tables are set up, so each room has a ratchet: the number may go down, never up.
@Suite struct HotRoomsTests {
    static let ratchet: [(room: String, strings: Int, existentials: Int)] = [
        ("Acquisition", 59, 0), ("Logs", 58, 0), ("Network", 9, 0), ("Matching", 31, 0),
    ]

    @Test(arguments: ratchet)
    func countsDoNotGrow(_ entry: (room: String, strings: Int, existentials: Int)) {
        let files = SourceTree.files("Sources/" + entry.room)
        #expect(!files.isEmpty)
        let strings = count(files, #"\bString\b"#)
        let existentials = count(files, #"\bany [A-Z]"#)
        #expect(strings <= entry.strings, "\(entry.room): \(strings) mentions of String, \(entry.strings) allowed")
        #expect(existentials <= entry.existentials, "\(entry.room): \(existentials) existentials")
    }

    private func count(_ files: [SourceFile], _ pattern: String) -> Int {
        files.reduce(0) { total, file in
            total + file.code.filter { $0.range(of: pattern, options: .regularExpression) != nil }.count
        }
    }
}
