import Foundation
import TestSupport
import Testing

/// What is kept of what an outside program prints.
@Suite(.serialized) struct ProgramOutput {
    /// Runs a script as a job by the daemon, then `look`.
    private static func script(_ program: String, _ look: String) -> String {
        """
        rm jobs/*.yaml && echo 'http: {enabled: false}' > config/daemon.yaml
        cat > program <<'PROGRAM'
        #!/bin/bash
        \(program)
        PROGRAM
        chmod +x program
        cat > jobs/print.yaml <<YAML
        job: print
        kind: command
        description: Prints
        period: day
        command: {program: $PWD/program}
        YAML
        export STEWARD_NOW=+0
        steward daemon run 2> ../log & daemon=$!
        trap 'kill -9 $daemon 2>/dev/null' EXIT
        for i in $(seq 600); do steward daemon status >/dev/null 2>&1 && break; sleep 0.05; done
        steward run print --period 2026-04-28 --queue --wait --timeout 5m >/dev/null 2>&1; echo "exit $?"
        \(look)
        steward daemon stop >/dev/null 2>&1; wait $daemon; echo "exit $?"
        """
    }

    private static func output(of program: String, _ look: String) throws -> [String] {
        try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.company)
            return try sandbox.run(Self.script(program, look)).output
        }
    }

    @Test func `what a helper writes after the program has ended is in the log, and nothing of steward's own`() throws {
        let program = """
            exec > >(while read -r line; do sleep 0.01; echo "kept: $line"; done)
            seq 20
            printf 'the end' >&2
            """
        let output = try Self.output(of: program, "steward run logs 1 -f --csv | cut -d, -f 4- | sort -n -k 2 -t :")
        #expect(
            output.filter { !$0.hasSuffix("stream,text") }
                == ["exit 0", "err,the end"] + (1...20).map { "out,kept: \($0)" } + ["exit 0"])
    }

    @Test func `a process that is left running is waited for a while, named and ended`() throws {
        let program = "sleep 1000 & echo $!"
        let look = """
            steward run logs 1 -f --csv | cut -d, -f 5-
            process=$(steward run logs 1 --csv | sed -n 2p | cut -d, -f 5)
            grep -q '^State:.[RSD]' /proc/$process/status 2>/dev/null || echo gone
            """
        let output = try Self.output(of: program, look).filter { Int($0) == nil && $0 != "text" }
        #expect(
            output
                == [
                    "exit 0",
                    #""steward: the program has ended; a process that it started still runs and is ended with it""#,
                    "gone", "exit 0",
                ])
    }

    @Test func `a flood of output is cut to a log's bounds, and the daemon keeps its size`() throws {
        let program = "yes 'a line of the flood' | head -c 20000000; echo; echo the end"
        let look = """
            steward run logs 1 -f --csv | cut -d, -f 5- > ../lines
            head -n 2 ../lines | tail -n 1; tail -n 1 ../lines; grep -c 'are left out here' ../lines
            [ $(wc -c < ../lines) -lt 1100000 ] && echo short
            [ $(sed -n 's/VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$daemon/status) -lt 250000 ] && echo small
            """
        let output = try Self.output(of: program, look)
        #expect(output == ["exit 0", "a line of the flood", "the end", "1", "short", "small", "exit 0"])
    }
}
