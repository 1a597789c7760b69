import Acquisition
import Foundation
import Glibc
import Testing

@Suite struct InputFinderTests {
    let folder = Scratch()

    private func names(_ paths: [String]) -> [String] { find(paths).inputs }

    private func find(_ paths: [String]) -> (inputs: [String], problems: [String]) {
        let found = InputFinder.find(paths)
        let cut = { (path: String) in path.replacingOccurrences(of: self.folder.path + "/", with: "") }
        let inputs = found.inputs.map { input in
            cut(input.path) + (input.range.map { "@\($0.lowerBound)-\($0.upperBound)" } ?? "")
        }
        return (inputs, found.problems.map { cut($0.path) + ": " + $0.message })
    }

    @Test func foldersAreWalkedInByteOrder() {
        for name in ["b.log", "a/2.log", "a/10.log", "a-x.log", "a/.hidden", "Z.log", "ứng dụng.log"] {
            folder.write(name, name)
        }
        let expected = ["Z.log", "a-x.log", "a/.hidden", "a/10.log", "a/2.log", "b.log", "ứng dụng.log"]
        #expect(names([folder.path]) == expected)
        #expect(names([folder.path + "/"]).map { $0.replacingOccurrences(of: "//", with: "/") }.count == expected.count)
    }

    @Test func theOrderOfNamingDoesNotMatter() {
        let first = folder.write("1.log", "1")
        let second = folder.write("2.log", "2")
        #expect(names([second, "-", first]) == names([first, second, "-"]))
        #expect(names([second, "-", first]) == ["-", "1.log", "2.log"])
    }

    @Test func everyFileOnce() {
        let file = folder.write("sub/a.log", "a")
        link(file, folder.path + "/hard.log")
        symlink(file, folder.path + "/0-soft.log")
        symlink(folder.path + "/sub", folder.path + "/0-linked")
        #expect(names([folder.path, file, file, folder.path + "/0-soft.log"]) == ["hard.log"])
    }

    @Test func loopsOfLinksEnd() {
        folder.write("a/x.log", "x")
        symlink("..", folder.path + "/a/up")
        symlink(folder.path, folder.path + "/a/top")
        symlink("self", folder.path + "/self")
        let found = find([folder.path])
        #expect(found.inputs == ["a/x.log"])
        #expect(found.problems.count == 1)
        #expect(found.problems[0].hasPrefix("self: Too many levels of symbolic links"))
    }

    @Test func specialFilesInFoldersAreNamedAndLeftOut() {
        folder.write("a.log", "a")
        mkfifo(folder.path + "/pipe", 0o600)
        symlink("nowhere", folder.path + "/dangling")
        let handle = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = folder.path + "/s"
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        let found = find([folder.path])
        #expect(found.inputs == ["a.log"])
        #expect(found.problems.map { String($0.prefix { $0 != ":" }) } == ["dangling", "pipe", "s"])
        #expect(found.problems[2] == "s: not read: it is a socket")
        #expect(names([folder.path + "/pipe"]) == ["pipe"])
    }

    @Test func whatIsNotThereIsAProblemAndTheRestIsRead() {
        let file = folder.write("a.log", "a")
        let found = find([folder.path + "/missing.log", file])
        #expect(found.inputs == ["a.log"])
        #expect(found.problems == ["missing.log: No such file or directory; check the path"])
    }

    @Test func unreadableFoldersAreProblems() {
        folder.write("a/x.log", "x")
        folder.write("b.log", "b")
        chmod(folder.path + "/a", 0)
        defer { chmod(folder.path + "/a", 0o700) }
        let found = find([folder.path])
        // The superuser may read everything.
        #expect(geteuid() == 0 || (found.inputs == ["b.log"] && found.problems.count == 1))
    }

    @Test func namesThatAreNotUTF8AreProblems() {
        let name: [UInt8] = Array((folder.path + "/").utf8) + [0x61, 0xFF, 0]
        let handle = name.withUnsafeBufferPointer { pointer in
            pointer.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { creat($0, 0o600) } ?? -1 }
        }
        #expect(handle >= 0)
        close(handle)
        folder.write("b.log", "b")
        let found = find([folder.path])
        #expect(found.inputs == ["b.log"])
        #expect(
            found.problems == ["a\u{FFFD}: not read: its name is not UTF-8; rename it, or give it on standard input"])
    }

    @Test func ranges() {
        let file = folder.write("a.log", String(repeating: "line\n", count: 10))
        #expect(names([file + "@5-20", file + "@20-", file + "@5-20"]) == ["a.log@5-20", "a.log@20-\(Int64.max)"])
        for bad in ["@5", "@-5", "@5-5", "@9-3", "@a-b", "@99999999999999999999-"] {
            #expect(find([file + bad]).problems.count == 1, "\(bad)")
        }
        let literal = folder.write("a.log@0-3", "other")
        #expect(names([literal]) == ["a.log@0-3"])
        #expect(InputFinder.find([literal]).inputs[0].range == nil)
    }

    @Test func labels() {
        folder.write("site/portal-01/access.log", "a")
        folder.write("site/portal-02/error.log", "b")
        let found = InputFinder.find(
            [folder.path, "-"], sensors: [("*/portal-01/*", "edge"), ("*", "other")],
            assets: [("error.*", "portal-02"), ("-", "pipe")])
        #expect(found.inputs.map(\.sensor) == ["other", "edge", "other"])
        #expect(found.inputs.map(\.asset) == ["pipe", nil, "portal-02"])
    }
}
