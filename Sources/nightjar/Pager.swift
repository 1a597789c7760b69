internal import Foundation

/// Shows long text page by page: on a terminal, where it has more lines than that; by `$PAGER`, else `less`.
enum Pager {
    static func show(_ text: String) {
        let bytes = Array(text.utf8)
        let lines = bytes.count { $0 == 0x0A }
        guard Terminal.isTerminal, isatty(STDIN_FILENO) == 1, lines >= RawTerminal.size.rows, let command,
            run(command, bytes)
        else { return Terminal.write(bytes) }
    }

    /// Nil where the user wants none.
    private static var command: String? {
        let environment = ProcessInfo.processInfo.environment
        if environment["TERM"] == "dumb" { return nil }
        let named = environment["PAGER"] ?? "less"
        return named.isEmpty || named == "cat" ? nil : named
    }

    /// False where there is no such program.
    private static func run(_ command: String, _ bytes: [UInt8]) -> Bool {
        guard let ends = Pipes.make() else { return false }
        // Colours are shown (R), and what fits on one page does not wait for a key (F) or clear the screen (X).
        setenv("LESS", "FRX", 0)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends.reading, STDIN_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = []
        for word in ["sh", "-c", command] { words.append(strdup(word)) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let status = posix_spawn(&child, "/bin/sh", &actions, nil, &words, environ)
        close(ends.reading)
        guard status == 0 else {
            close(ends.writing)
            return false
        }
        // Ctrl-C is the pager's.
        let interrupt = signal(SIGINT, SIG_IGN)
        defer { signal(SIGINT, interrupt) }
        feed(bytes, to: ends.writing)
        close(ends.writing)
        var result: Int32 = 0
        while waitpid(child, &result, 0) < 0, errno == EINTR {}
        let notFound: Int32 = 127
        return !(result & 0x7F == 0 && result >> 8 & 0xFF == notFound)
    }

    /// To the end, or until the pager has seen enough.
    private static func feed(_ bytes: [UInt8], to descriptor: Int32) {
        var from = 0
        while from < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: from), bytes.count - from)
            }
            if count < 0, errno != EINTR { return }
            from += max(0, count)
        }
    }
}
