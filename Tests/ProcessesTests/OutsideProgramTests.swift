import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Processes

@Suite struct OutsideProgramTests {
    private static func shell(_ script: String, environment: [String: String] = [:]) -> OutsideProgram {
        OutsideProgram(path: "/bin/sh", arguments: ["-c", script], environment: environment, directory: "/tmp")
    }

    @Test(arguments: [
        ("exit 0", OutsideProgram.Ending.exited(0)), ("exit 23", .exited(23)), ("kill -9 $$", .signaled(9)),
        ("kill -TERM $$; sleep 60", .signaled(15)),
    ])
    func `how a program ended is told`(script: String, ending: OutsideProgram.Ending) throws {
        #expect(try Self.shell(script).captured().ending == ending)
    }

    @Test func `arguments arrive as they are, and nothing is a shell's`() throws {
        let words = ["$HOME", "a b", "*", "", "`id`", "ä;|&", "--"]
        let program = OutsideProgram(
            path: "/usr/bin/printf", arguments: ["<%s>"] + words, environment: [:], directory: "/")
        #expect(try program.captured().output == "<$HOME><a b><*><><`id`><ä;|&><-->")
    }

    @Test func `a program has the environment and the folder that it is given, and no other`() throws {
        let answer = try Self.shell(
            "/usr/bin/env | sort | grep -v -e ^PWD -e ^_ -e ^SHLVL; pwd", environment: ["A": "1"]
        )
        .captured()
        #expect(answer.output == "A=1\n/tmp\n")
    }

    @Test func `a program has an empty input, both outputs, and none of our descriptors`() throws {
        let open = open("/dev/null", O_RDONLY)
        defer { close(open) }
        let answer = try Self.shell("cat; echo out; echo err >&2; ls /proc/self/fd").captured()
        #expect(answer.output == "out\n0\n1\n2\n3\n")
        #expect(answer.errors == "err\n")
    }

    @Test func `a program that cannot be started is named`() throws {
        for (path, folder, reason) in [
            ("/no/such/program", "/", "No such file or directory"), ("/etc/passwd", "/", "Permission denied"),
            ("/bin/true", "/no/folder", "No such file or directory"),
        ] {
            let program = OutsideProgram(path: path, arguments: [], environment: [:], directory: folder)
            let error = #expect(throws: Failure.self) { try program.run() }
            #expect(error?.summary == "The program \(path) could not be started in \(folder): \(reason).")
        }
    }

    @Test func `programs are found by name in fixed folders`() {
        #expect(OutsideProgram.path(of: "sh") != nil)
        #expect(OutsideProgram.path(of: "/bin/sh") == "/bin/sh")
        #expect(OutsideProgram.path(of: "no-such-program") == nil)
        #expect(OutsideProgram.path(of: "/etc/passwd") == nil)
        #expect(OutsideProgram.path(of: "/tmp") == nil)
    }

    @Test func `a program that is to stop is told so, and its end is waited for`() throws {
        struct Stop: Error {}
        try withTemporaryDirectory { (directory: URL) throws in
            let mark = directory.appending(path: "mark").path
            let script = "trap 'echo stopped > \(mark); exit 7' TERM; touch \(mark).ready; while :; do sleep 0.05; done"
            #expect(throws: Stop.self) {
                try Self.shell(script, environment: ["PATH": "/usr/bin:/bin"]).captured {
                    if FileManager.default.fileExists(atPath: mark + ".ready") { throw Stop() }
                }
            }
            let text = try String(contentsOfFile: mark, encoding: .utf8)
            #expect(text == "stopped\n")
        }
    }

    @Test func `a program does not outlive the one that started it`() throws {
        // The one that starts is this test's own binary no more than any other: a thread that ends will do, since Linux
        // ties the signal to the thread.
        try withTemporaryDirectory { directory in
            let file = directory.appending(path: "pid").path
            let thread = Thread {
                let program = OutsideProgram(
                    path: "/bin/sh", arguments: ["-c", "echo $$ > \(file).new; mv \(file).new \(file); exec sleep 60"],
                    environment: ["PATH": "/usr/bin:/bin"], directory: "/")
                struct Enough: Error {}
                // Leaves its thread while the program runs.
                _ = try? program.run {
                    if FileManager.default.fileExists(atPath: file) { pthread_exit(nil) }
                }
            }
            thread.start()
            var process: pid_t = 0
            for _ in 0..<1_000 where process == 0 {
                if let text = try? String(contentsOfFile: file, encoding: .utf8) {
                    process = pid_t(text.filter(\.isNumber)) ?? 0
                }
                usleep(10_000)
            }
            try #require(process > 0)
            var status: Int32 = 0
            #expect(waitpid(process, &status, 0) == process)
            #expect(status & 0x7F == SIGKILL)
        }
    }
}
