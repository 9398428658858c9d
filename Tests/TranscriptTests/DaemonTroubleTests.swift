import Foundation
import TestSupport
import Testing

/// What the daemon does when its store cannot be used for a while: it says so, goes on afterwards, and nothing that was
/// due in between is without its run or its reason.
@Suite(.serialized) struct DaemonTrouble {
    /// Runs a daemon with a job every second, has `trouble` happen after its first runs, and waits for more of them.
    ///
    /// The script may use `runs`, which counts the runs that succeeded.
    private static func script(_ trouble: String) -> String {
        """
        rm jobs/*.yaml && echo 'http: {enabled: false}' > config/daemon.yaml
        cat > jobs/tick.yaml <<'YAML'
        job: tick
        kind: command
        description: Nothing, each second
        period: instant
        command: {program: 'true'}
        schedule: {every: 1s}
        catch_up: {policy: all, max: 100, spread: 0s}
        overlap: allow
        YAML
        export STEWARD_NOW=+0
        runs() { steward run list --csv 2>/dev/null | grep -c ,succeeded,; }
        more() { goal=$(($(runs) + $1)); for i in $(seq 600); do [ "$(runs)" -ge $goal ] && return; sleep 0.1; done
                 echo "no more runs"; }
        steward daemon run 2> ../log & daemon=$!
        trap 'kill -9 $daemon 2>/dev/null' EXIT
        more 2
        \(trouble)
        more 2
        steward daemon stop >/dev/null 2>&1; wait $daemon; echo "exit $?"
        steward store check >/dev/null; echo "check $?"
        [ "$(runs)" -gt 3 ] && echo "runs go on"
        """
    }

    @Test func `a store that another process holds for longer than we wait is used again afterwards`() throws {
        let result = try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.company)
            return try sandbox.run(
                Self.script(
                    """
                    python3 -c "
                    import sqlite3, time
                    store = sqlite3.connect('var/steward.db', isolation_level=None, timeout=30)
                    store.execute('BEGIN IMMEDIATE')
                    time.sleep(9)
                    store.execute('ROLLBACK')"
                    kill -0 $daemon && echo "still there"
                    """) + "\ngrep -c locked ../log | grep -qv '^0' && echo 'it says so'")
        }
        #expect(result.output == ["still there", "exit 0", "check 0", "runs go on", "it says so"], "\(result)")
    }

    @Test(.enabled(if: DiskTrouble.canMount, "skipped: no file system can be mounted"))
    func `a full disk under a daemon is told, and work goes on when there is room`() throws {
        let result = try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.company)
            return try sandbox.run(
                """
                cd .. && mkdir disk && unshare -rm sh <<'END'
                mount -t tmpfs -o size=4m none disk && cp -R acme disk/ && cd disk/acme
                \(Self.script(
                    """
                    dd if=/dev/zero of=../filling bs=4k 2>/dev/null
                    sleep 4
                    kill -0 $daemon && echo "still there"
                    rm ../filling
                    """))
                grep -c full ../log | grep -qv '^0' && echo 'it says so'
                END
                """)
        }
        #expect(result.output == ["still there", "exit 0", "check 0", "runs go on", "it says so"], "\(result)")
    }

    /// Two file systems that may only be read take the places of the folders for backups and mail.
    @Test(.enabled(if: DiskTrouble.canMount, "skipped: no file system can be mounted"))
    func `folders that may not be written are told, and what was to go there goes there afterwards`() throws {
        let result = try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.company)
            return try sandbox.run(
                """
                unshare -rm sh <<'END'
                rm jobs/*.yaml && echo 'http: {enabled: false}' > config/daemon.yaml
                cat > jobs/letter.yaml <<'YAML'
                job: letter
                kind: digest.send
                description: A letter
                period: day
                parameters: {to: ann@example.com}
                YAML
                cat > jobs/copy.yaml <<'YAML'
                job: copy
                kind: store.backup
                description: A copy
                period: day
                retry: {max: 20, backoff: 1s..1s}
                YAML
                mkdir -p var/outbox var/backups
                for folder in outbox backups; do mount -t tmpfs -o ro none var/$folder; done
                echo +0 > ../clock
                export STEWARD_NOW=file:$(realpath ../clock)
                steward daemon run 2> ../log & daemon=$!
                trap 'kill -9 $daemon 2>/dev/null' EXIT
                until steward daemon status >/dev/null 2>&1; do sleep 0.1; done
                steward run letter --period 2026-04-27 --queue >/dev/null
                steward run copy --period 2026-04-27 --queue >/dev/null
                wait_for() { for i in $(seq 300); do eval "$1" >/dev/null 2>&1 && return; sleep 0.1; done; echo "not: $1"; }
                wait_for 'steward outbox list --csv | grep ,deferred,'
                wait_for 'steward run show 2 | grep -i "read-only"'
                kill -0 $daemon && echo "still there"
                ls var/outbox var/backups | grep -c '[a-z]\\.'
                for folder in outbox backups; do umount var/$folder; done
                echo +4000 > ../clock
                wait_for 'steward run list --csv | grep copy,.*,succeeded,'
                wait_for 'steward outbox list --csv | grep ,sent,'
                ls var/outbox | wc -l; ls var/backups
                steward daemon stop >/dev/null 2>&1; wait $daemon; echo "exit $?"
                steward store check >/dev/null; echo "check $?"
                END
                grep -ci 'read-only' ../log | grep -qv '^0' && echo 'it says so'
                """)
        }
        #expect(
            result.output == [
                "still there", "0", "1", "steward-2026-04-27.db", "exit 0", "check 0", "it says so",
            ], "\(result)")
    }

    @Test func `a daemon does not start on a store that is no store`() throws {
        let result = try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.company)
            return try sandbox.run(
                """
                echo 'http: {enabled: false}' > config/daemon.yaml
                cp var/steward.db saved && echo 'A letter.' > var/steward.db
                timeout 60 steward daemon run; echo "exit $?"
                cat var/steward.db
                head -c 60 saved > var/steward.db
                timeout 60 steward daemon run; echo "exit $?"
                """)
        }
        #expect(result.output == ["exit 11", "A letter.", "exit 11"], "\(result)")
        #expect(result.errors.count == 4, "\(result)")
        #expect(
            result.errors.first?.hasPrefix("The store /home/ann/acme/var/steward.db is damaged or no store at all")
                == true)
    }
}
