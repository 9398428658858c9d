import Foundation
import TestSupport
import Testing

/// A company directory as it comes to a further machine: with its configuration and without `var`, which no version
/// control keeps.
@Suite struct FurtherMachineTests {
    @Test
    func `the daemon makes its folder, a job of an instant runs each time it is asked for, an error is said once`()
        throws
    {
        let result = try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.company)
            return try sandbox.run(
                """
                rm -rf jobs/*.yaml var && echo 'http: {enabled: false}' > config/daemon.yaml
                sed -i 's/^store:.*/store: sqlite:other.db/' config/company.yaml
                cat > jobs/now.yaml <<'YAML'
                job: now
                kind: command
                description: Nothing, now
                period: instant
                command: {program: 'true'}
                YAML
                steward store migrate >/dev/null
                STEWARD_NOW=+0 steward daemon run 2> ../log & daemon=$!
                trap 'kill -9 $daemon 2>/dev/null' EXIT
                for i in $(seq 600); do steward daemon status >/dev/null 2>&1 && break; sleep 0.05; done
                stat -c %a var
                for second in 1 2 2; do STEWARD_NOW=2026-04-28T06:00:0${second}Z steward run now --csv | grep -E 'period|noop'; done
                echo 'what: 1' >> jobs/now.yaml; steward daemon reload 2>&1 | grep -c 'goes on with what it had'
                steward daemon stop; wait $daemon; echo "exit $?"
                """)
        }
        #expect(
            result.output == [
                "700", "period,2026-04-28T06:00:01Z", "noop,false", "period,2026-04-28T06:00:02Z", "noop,false",
                "period,2026-04-28T06:00:02Z", "noop,true", "1", "daemon  Stopping: 0 runs may finish within 30 s.",
                "exit 0",
            ], "\(result)")
    }
}
