import Foundation
import Output
import Testing

/// Techniques that our own rules carry are called by their names and stand under their tactics.
@Suite struct AttackTableTests {
    @Test func everyTechniqueOfThePackIsNamed() throws {
        let files = FileManager.default.enumerator(atPath: Fixture.signatures)
        var techniques: Set<String> = []
        while let file = files?.nextObject() as? String {
            guard [".yml", ".rules"].contains(where: file.hasSuffix),
                let text = try? String(contentsOfFile: Fixture.signatures + "/" + file, encoding: .utf8)
            else { continue }
            for match in text.matches(of: /(?:attack\.t|\bT)([0-9]{4}(?:\.[0-9]{3})?)\b/) {
                techniques.insert("T" + match.output.1)
            }
        }
        #expect(techniques.count > 40)
        for technique in techniques.sorted() {
            #expect(AttackNames.name(technique) != nil, "\(technique) has no name")
            #expect(!AttackTactics.tactics(of: technique).isEmpty, "\(technique) stands under no tactic")
        }
    }
}
