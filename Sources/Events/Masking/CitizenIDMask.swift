internal import Primitives

/// Vietnamese citizen ids (căn cước công dân): twelve digits: the code of the province where the birth was registered
/// (three), century and sex (one), year of birth (two), a number (six). Decree 137/2015/ND-CP article 13, Circular
/// 59/2021/TT-BCA.
enum CitizenIDMask {
    /// Codes of provinces and cities, 001 Hà Nội to 096 Cà Mau.
    static let provinces: Set<Int> = [
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44,
        45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89,
        91, 92, 93, 94, 95, 96,
    ]

    static func find(_ bytes: Bytes) -> [Range<Int>] {
        DigitRuns.find(bytes, separators: false).compactMap { isCitizenID($0.digits) ? $0.range : nil }
    }

    /// Sex and century: 0 and 1 are 1900-1999, 2 and 3 2000-2099; nobody born later has one yet.
    static func isCitizenID(_ digits: [UInt8]) -> Bool {
        guard digits.count == 12, digits[3] <= 3 else { return false }
        return provinces.contains(Int(digits[0]) * 100 + Int(digits[1]) * 10 + Int(digits[2]))
    }
}
