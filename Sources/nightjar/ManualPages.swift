internal import ArgumentParser
internal import Foundation
internal import Query

/// Man pages (man(7)) of a program and its commands.
struct ManualPages {
    private let root: HelpCommand

    init(_ root: HelpCommand) { self.root = root }

    /// File name below the folder to text.
    var pages: [String: String] { pages(of: root, path: [root.commandName]) }

    private func pages(of command: HelpCommand, path: [String]) -> [String: String] {
        var pages = ["man1/\(path.joined(separator: "-")).1": page(command, path)]
        for part in command.shown {
            pages.merge(self.pages(of: part, path: path + [part.commandName])) { first, _ in first }
        }
        return pages
    }

    private func page(_ command: HelpCommand, _ path: [String]) -> String {
        let name = path.joined(separator: "-")
        let (examples, prose) = ManualPages.split(command.discussion ?? "")
        var text = """
            .TH "\(name.uppercased())" "1" "" "nightjar \(Nightjar.configuration.version)" "nightjar"
            .SH NAME
            \(ManualPages.escaped(name)) \\- \(ManualPages.escaped(command.abstract ?? ""))
            .SH SYNOPSIS
            .nf
            \(ManualPages.escaped(synopsis(command, path)))
            .fi

            """
        if !prose.isEmpty { text += ".SH DESCRIPTION\n" + ManualPages.body(prose) }
        if !command.shown.isEmpty {
            text += ".SH COMMANDS\n"
            for part in command.shown {
                text +=
                    ".TP\n.B \(ManualPages.escaped(part.commandName))\n\(ManualPages.escaped(part.abstract ?? ""))\n"
            }
        }
        text += options(command)
        if !examples.isEmpty { text += ".SH EXAMPLES\n" + ManualPages.body(examples) }
        return text + ManualPages.ending(path)
    }

    private func synopsis(_ command: HelpCommand, _ path: [String]) -> String {
        var words = path
        if !command.shown.isEmpty { words.append("COMMAND") }
        let shown = (command.arguments ?? []).filter { $0.shouldDisplay != false }
        if shown.contains(where: { $0.kind != "positional" }) { words.append("[OPTION...]") }
        for argument in shown where argument.kind == "positional" {
            let name = (argument.valueName ?? "value").uppercased() + (argument.isRepeating == true ? "..." : "")
            words.append(argument.isOptional == true ? "[\(name)]" : name)
        }
        return words.joined(separator: " ")
    }

    private func options(_ command: HelpCommand) -> String {
        var text = ""
        for argument in (command.arguments ?? []) where argument.shouldDisplay != false {
            var head = (argument.names ?? []).map(\.text).joined(separator: ", ")
            if argument.kind == "positional" { head = (argument.valueName ?? "value").uppercased() }
            if argument.kind == "option" { head += " \((argument.valueName ?? "value").uppercased())" }
            text += ".TP\n.B \(ManualPages.escaped(head))\n\(ManualPages.escaped(argument.abstract ?? ""))\n"
        }
        return text.isEmpty ? "" : ".SH OPTIONS\n" + text
    }

    /// Lines that show the program at work, and all others.
    private static func split(_ discussion: String) -> (examples: [String], prose: [String]) {
        let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isExample = { (line: String) in
            line.hasPrefix("nightjar ") || line.contains(" | nightjar ") || line.contains("| nightjar")
        }
        return (lines.filter(isExample), lines.filter { !isExample($0) })
    }

    /// Long lines are text to be filled; short ones, and those that begin with blanks, stand as they are.
    private static func body(_ lines: [String]) -> String {
        var text = ""
        for line in lines {
            if line.isEmpty {
                text += ".PP\n"
            } else if line.utf8.count > 72 && !line.hasPrefix(" ") && !line.hasPrefix("nightjar ") {
                text += ".PP\n\(escaped(line))\n"
            } else {
                text += ".nf\n\(escaped(line))\n.fi\n"
            }
        }
        return text
    }

    private static func ending(_ path: [String]) -> String {
        let other = path.count > 1 ? "\(path.dropLast().joined(separator: "-"))(1), " : ""
        return """
            .SH FILES
            .TP
            .I $XDG_STATE_HOME/nightjar/nightjar.db
            The store, unless \\fB\\-\\-db\\fR names another.
            .TP
            .I $XDG_CONFIG_HOME/nightjar/nightjar.yml, /etc/nightjar/nightjar.yml
            Defaults for options; \\fB\\-\\-config\\fR names another.
            .SH EXIT STATUS
            0 done; 1 incidents at or above \\fB\\-\\-fail\\-on\\fR; 2 usage or rules; 3 configuration or store;
            4 some input was not read, or not all of it.
            .SH SEE ALSO
            \(escaped(other))nightjar\\-filter(7)

            """
    }

    /// The filter language.
    static var filterPage: String {
        let lines = Filter.help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return """
            .TH "NIGHTJAR-FILTER" "7" "" "nightjar \(Nightjar.configuration.version)" "nightjar"
            .SH NAME
            nightjar\\-filter \\- the language in which incidents are chosen
            .SH DESCRIPTION

            """ + body(lines) + ".SH SEE ALSO\nnightjar\\-incidents(1)\n"
    }

    /// Text that roff reads as text.
    static func escaped(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let plain = line.replacing("\\", with: "\\e").replacing("-", with: "\\-")
            return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
        }.joined(separator: "\n")
    }
}
