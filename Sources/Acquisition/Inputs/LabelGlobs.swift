internal import Glibc

/// `GLOB=NAME` labels (`--sensor`, `--asset`): the first whose glob fits the path or the file name.
struct LabelGlobs {
    var entries: [(glob: String, name: String)]

    /// Globs are those of the shell (`fnmatch`), and `*` also crosses slashes: `/data/portal-*` fits everything below.
    func label(of path: String) -> String? {
        let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
        return entries.first { fnmatch($0.glob, path, 0) == 0 || fnmatch($0.glob, name, 0) == 0 }?.name
    }
}
