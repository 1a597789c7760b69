internal import Primitives

/// Words that programs put in front of a message to say how grave it is.
enum LevelWord {
    /// Told by the word's bytes as one number: asked for the host of every syslog line.
    static func isLevel(_ word: Bytes) -> Bool {
        guard word.count >= 3, word.count <= 8 else { return false }
        var letters: UInt64 = 0
        for index in 0..<word.count { letters = letters << 8 | UInt64(ASCII.lower(word.start[index])) }
        switch letters {
        case 0x65_7272, 0x77_726E, 0x69_6E66: return true  // err, wrn, inf
        case 0x7761_726E, 0x696E_666F: return true  // warn, info
        case 0x65_7272_6F72, 0x64_6562_7567, 0x66_6174_616C, 0x74_7261_6365: return true  // error, debug, fatal, trace
        case 0x6E6F_7469_6365, 0x7365_7665_7265: return true  // notice, severe
        case 0x77_6172_6E69_6E67, 0x6372_6974_6963_616C: return true  // warning, critical
        default: return false
        }
    }
}
