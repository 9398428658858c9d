import Foundation
import TestSupport
import Testing

/// What happens when the disk is full or read-only, on a small file system of its own, which only the test sees.
@Suite struct DiskTrouble {
    /// Whether this machine lets us mount one: `unshare` as root, or where user namespaces are allowed.
    static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Runs a script in the company directory `disk/acme`, on a file system of 8 MB.
    private func play(_ script: String) throws -> Transcript.Result {
        try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.imported)
            return try sandbox.run(
                """
                cd .. && mkdir disk && unshare -rm sh <<'END'
                mount -t tmpfs -o size=8m none disk && cp -R acme disk/ && cd disk/acme
                fill() { dd if=/dev/zero of=filling bs=4k 2>/dev/null; }
                \(script)
                END
                """)
        }
    }

    @Test(.enabled(if: canMount, "skipped: no file system can be mounted"))
    func `a run on a full disk says so, and goes on when there is room`() throws {
        let result = try play(
            """
            fill
            steward run payroll-monthly --period 2026-04
            echo "exit $?"
            steward report send payroll-register-monthly --period 2026-04 2>/dev/null
            echo "exit $?"
            rm filling
            steward run payroll-monthly --period 2026-04 | grep -e payslips -e digest
            steward run list --csv | cut -d, -f1-6
            cd .. && cp -R ../acme undisturbed && cd undisturbed
            steward run payroll-monthly --period 2026-04 | grep digest
            """)
        #expect(result.output.prefix(2) == ["exit 11", "exit 11"])
        #expect(
            result.errors.prefix(2) == [
                "The disk of the store /home/ann/disk/acme/var/steward.db is full. Nothing of this transaction was kept.",
                "Free some space, then run the command again; it goes on where it stopped.",
            ])
        let digests = result.output.filter { $0.hasPrefix("digest of effects") }
        #expect(digests.count == 2 && Set(digests).count == 1, "\(result.output)")
        #expect(result.output.contains("1,payroll-monthly,2026-04,partly,27,1"), "\(result.output)")
    }

    @Test(.enabled(if: canMount, "skipped: no file system can be mounted"))
    func `a report on a full disk is refused and sent when there is room`() throws {
        let result = try play(
            """
            steward run payroll-monthly --period 2026-04 >/dev/null
            # Room for the store's small writes, and for no workbook.
            mkdir -p var/reports && mount -t tmpfs -o size=4k none var/reports && touch var/reports/a
            steward report send payroll-register-monthly --period 2026-04
            echo "exit $?"
            ls var/reports
            umount var/reports
            steward report send payroll-register-monthly --period 2026-04 >/dev/null
            echo "exit $?"
            ls var/outbox | wc -l
            """)
        #expect(result.output == ["exit 8", "a", "exit 0", "1"], "\(result)")
        #expect(result.errors.first?.contains("No space left on device") == true, "\(result.errors)")
    }

    @Test(.enabled(if: canMount, "skipped: no file system can be mounted"))
    func `a read-only store is not opened`() throws {
        let result = try play("mount -o remount,ro $(realpath ..)\nsteward run list\necho \"exit $?\"")
        #expect(result.output == ["exit 11"])
        #expect(
            result.errors == [
                "The store /home/ann/disk/acme/var/steward.db cannot be written: it, or its folder, is read-only.",
                "Give the user that runs steward write permission on the file and its folder.",
            ])
    }

    @Test(.enabled(if: canMount, "skipped: no file system can be mounted"))
    func `a company directory is not made on a full disk`() throws {
        let result = try play("cd ..\nfill\nsteward init new\necho \"exit $?\"")
        #expect(result.output == ["exit 1"], "\(result)")
        #expect(
            result.errors.first == "The company directory new could not be made: No space left on device.",
            "\(result.errors)")
    }

    @Test(.enabled(if: canMount, "skipped: no file system can be mounted"))
    func `a backup for which there is no room leaves nothing behind`() throws {
        let result = try play(
            """
            mkdir small && mount -t tmpfs -o size=64k none small
            steward store backup small/copy.db
            echo "exit $?"
            ls small
            mkdir -p var/backups && mount -t tmpfs -o size=64k none var/backups
            steward run store-backup --period 2026-04-27
            echo "exit $?"
            ls var/backups
            umount var/backups
            steward run store-backup --period 2026-04-27 >/dev/null
            echo "exit $?"
            ls var/backups
            steward store check >/dev/null
            echo "exit $?"
            """)
        #expect(
            result.output == ["exit 1", "exit 8", "exit 0", "steward-2026-04-27.db", "exit 0"], "\(result)")
        #expect(
            result.errors == [
                "The backup /home/ann/disk/acme/small/copy.db could not be written: the disk is full. Nothing is left of it.",
                "Free some space or choose another folder, then give the command again.",
                "The backup /home/ann/disk/acme/var/backups/steward-2026-04-27.db could not be written: the disk is full. "
                    + "Nothing is left of it.",
                "Free some space or choose another folder, then give the command again.",
            ], "\(result)")
    }

    /// Needs no right to mount: the shell limits the size of files (RLIMIT_FSIZE), which nobody may exceed.
    @Test func `a file that may not grow is an error and no crash`() throws {
        let result = try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            try sandbox.begin(.imported)
            return try sandbox.run(
                """
                (ulimit -f 100; steward store backup copy.db; echo "exit $?"; ls copy.db* 2>/dev/null
                steward run payroll-monthly --period 2026-04; echo "exit $?")
                steward run payroll-monthly --period 2026-04 | grep ^payslips
                steward store check >/dev/null; echo "exit $?"
                steward store backup copy.db | grep backup
                """)
        }
        #expect(
            result.output == ["exit 1", "exit 11", "payslips           27", "exit 0", "backup  copy.db"], "\(result)")
        #expect(
            result.errors == [
                "The backup /home/ann/acme/copy.db could not be written: input or output failed (SQLite 778). Nothing is "
                    + "left of it.",
                "Free some space or choose another folder, then give the command again.",
                "The store /home/ann/acme/var/steward.db cannot be read or written: input or output failed (SQLite 778).",
                "Nothing of this transaction was kept. Check the disk and the system's log.",
            ], "\(result)")
    }

    @Test func `output that cannot be written is an error`() throws {
        let result = try withTemporaryDirectory { directory in
            var sandbox = try Sandbox(in: directory)
            return try sandbox.run("steward --version > /dev/full")
        }
        #expect(result == .init(errors: ["The output could not be written: No space left on device."], exitCode: 1))
    }
}
