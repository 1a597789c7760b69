internal import Foundation
internal import GRDB

/// How text is compared in filters: composed (NFC), without case. Vietnamese typed with combining marks finds the same
/// words written in one piece.
package enum TextFold {
    package static func fold(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.lowercased() }
        return text.precomposedStringWithCanonicalMapping.lowercased().precomposedStringWithCanonicalMapping
    }

    /// `fold(text)` in SQL.
    static let function = DatabaseFunction("fold", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0]).map { fold($0) }
    }
}
